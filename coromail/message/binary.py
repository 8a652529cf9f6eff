"""Sections without their transfer encoding, and binary mail made fit to be kept (RFC 3516, RFC 9051 section 6.4.5)."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Sequence

from .charsets import codec
from .headers import select_fields
from .lines import to_crlf
from .sections import find
from .structure import Part, scan
from .transfer import decode

_ENCODED_LINE = 57  # octets that make a line of 76 characters (RFC 2045 section 6.8)
_FIELD = frozenset((b"content-transfer-encoding",))


class UnknownEncoding(Exception):
    """The Content-Transfer-Encoding of a section is not known."""


def binary_section(octets: bytes, root: Part, path: Sequence[int]) -> bytes | None:
    """The decoded body of a part; the message as it is for an empty path; None when there is no such part.

    Decoded text has CRLF line ends (RFC 3516 section 6). Raises UnknownEncoding.
    """
    if not path:
        return octets
    part = find(root, path)
    if part is None:
        return None
    body = octets[part.body_start : part.end]
    if part.children or part.message is not None:
        return body
    decoded = decode(body, part.encoding)
    if decoded is None:
        raise UnknownEncoding
    return to_crlf(decoded) if part.type == b"text" and not _is_wide(part) else decoded


def _is_wide(part: Part) -> bool:
    """Whether LF is not one octet in the part's charset."""
    charset = next((value for name, value in part.parameters if name == b"charset"), b"")
    return (codec(charset) or "").startswith(("utf-16", "utf-32"))


def storable(octets: bytes) -> bytes | None:
    """A message as it is kept: with CRLF line ends and without NUL, and nothing of its content lost.

    A part that holds NUL, or is binary and has an LF that is no line end, is put into base64, so that every
    client can fetch it (RFC 3516 section 6). None when NUL is in a header or outside of all parts.
    """
    plain = to_crlf(octets)
    if plain is octets and b"\0" not in octets:
        return octets
    done: list[bytes] = []
    position = 0
    for part in _binary_parts(octets):
        header = to_crlf(select_fields(octets[part.header_start : part.body_start], _FIELD, exclude=True))
        done += [
            to_crlf(octets[position : part.header_start]),
            header.removesuffix(b"\r\n"),
            b"Content-Transfer-Encoding: base64\r\n\r\n",
            _base64(octets[part.body_start : part.end]),
        ]
        position = part.end
    result = b"".join([*done, to_crlf(octets[position:])]) if done else plain
    return None if b"\0" in result else result


def _binary_parts(octets: bytes) -> Iterator[Part]:
    """The innermost parts that hold what a line cannot, in their order."""
    waiting = [scan(octets)]
    while waiting:
        part = waiting.pop()
        waiting += reversed(part.children)
        if part.message is not None:
            waiting.append(part.message)
        elif not part.children and _is_binary(octets, part):
            yield part


def _is_binary(octets: bytes, part: Part) -> bool:
    start, end = part.body_start, part.end
    if octets.find(b"\0", start, end) >= 0:
        return True
    if part.encoding != b"binary" or (part.type == b"text" and not _is_wide(part)):
        return False
    return octets.count(b"\n", start, end) != octets.count(b"\r\n", start, end)


def _base64(octets: bytes) -> bytes:
    lines = range(0, len(octets), _ENCODED_LINE)
    return b"\r\n".join(
        [binascii.b2a_base64(octets[start : start + _ENCODED_LINE], newline=False) for start in lines]
    )
