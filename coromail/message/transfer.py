"""Content-Transfer-Encoding (RFC 2045 section 6), undone."""

from __future__ import annotations

import binascii

_not_base64 = bytes(
    octet
    for octet in range(256)
    if octet not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)


def decode(octets: bytes, encoding: bytes) -> bytes | None:
    """The octets without their encoding; None for an encoding that is not known (RFC 9051, `UNKNOWN-CTE`).

    `encoding` is in lower case (`Part.encoding`). Damaged data never raise; as much as can be is decoded.
    """
    if encoding in (b"7bit", b"8bit", b"binary"):
        return octets
    if encoding == b"base64":
        return base64(octets)
    if encoding == b"quoted-printable":
        return quoted_printable(octets)
    if encoding in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        return uuencode(octets)
    return None


def base64(octets: bytes) -> bytes:
    """Section 6.8: other octets are passed over, padding ends the data, a lone last character is dropped."""
    data = octets.partition(b"=")[0].translate(None, _not_base64)
    if len(data) % 4 == 1:
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def quoted_printable(octets: bytes) -> bytes:
    """Section 6.7: white space at the end of a line is transport padding; a damaged escape stays as it is."""
    if b" \r\n" in octets or b"\t\r\n" in octets:
        octets = b"\r\n".join([line.rstrip(b" \t") for line in octets.split(b"\r\n")])
    if b"=\r" in octets:
        octets = octets.replace(b"=\r\n", b"")  # soft breaks; binascii would take more than that for one
        octets = octets.replace(b"=\r", b"=3D\r")
    return binascii.a2b_qp(octets)


def uuencode(octets: bytes) -> bytes:
    """The uuencode form that some mail still has: the lines from `begin` to `end`."""
    decoded = []
    begun = False
    for line in octets.splitlines():
        if not begun:
            begun = line.startswith(b"begin ")
        elif line.rstrip() == b"end":
            break
        elif line:
            decoded.append(_uu_line(line))
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # more characters than the length says: some writers pad
        length = ((line[0] - 32) & 63) * 4 // 3 + 2
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""
