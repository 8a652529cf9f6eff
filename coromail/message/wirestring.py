"""How a computed string is written to the client (RFC 9051 sections 4.3 and 9, "nstring")."""

from __future__ import annotations

MAX_QUOTED = 1000

# Octets that stand for themselves in a quoted string: 7-bit, but no NUL, CR, LF, quote or backslash.
_PLAIN = bytes(octet for octet in range(1, 128) if octet not in b'\r\n"\\')


def nstring(value: bytes | None) -> bytes:
    """NIL, a quoted string, or a literal for what is long, 8-bit or holds CR or LF.

    NUL may not appear in any string (RFC 9051 section 9, "CHAR8") and is left out.
    """
    if value is None:
        return b"NIL"
    if len(value) <= MAX_QUOTED:
        if not value.translate(None, _PLAIN):
            return b'"%b"' % value
        if value.isascii() and b"\n" not in value and b"\r" not in value:
            value = value.replace(b"\0", b"").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            return b'"%b"' % value
    value = value.replace(b"\0", b"")
    return b"{%d}\r\n%b" % (len(value), value) if value else b'""'
