"""Internationalized messages (RFC 6532) for clients that know none: surrogates after RFC 6858.

A message is internationalized when a header of it, or of a part of it, holds UTF-8 beyond ASCII. Headers in other
8-bit charsets are no UTF-8 and no standard either: such mail is as old as the Internet and passes as it is.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from coromail.message import addresses, parameters
from coromail.message.headers import header_end, unfold
from coromail.message.structure import Part, scan

ADDRESS_FIELDS = frozenset(
    b"bcc cc from reply-to resent-bcc resent-cc resent-from resent-sender resent-to return-path sender to".split()
)
TEXT_FIELDS = frozenset((b"subject", b"comments", b"content-description"))
INVALID = b"<invalid@internationalized-address.invalid>"
_ENCODED = 45  # octets of text in an encoded word of at most 75 characters (RFC 2047 section 2)
_split_fields = re.compile(rb"(?<=\n)(?![ \t])").split
_dot_atom = re.compile(rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+").fullmatch


def is_internationalized(octets: bytes) -> bool:
    """Whether a client must know UTF-8 headers to be given this message (RFC 6856 section 2.1)."""
    if octets.isascii():
        return False
    header = octets[: header_end(octets)]
    if not header.isascii():
        return _is_utf8(header)
    if b"multipart/" not in header.lower() and b"message/" not in header.lower():
        return False
    headers = [octets[start:end] for start, end in _headers(scan(octets))]
    return any(not header.isascii() and _is_utf8(header) for header in headers)


def surrogate(octets: bytes) -> bytes:
    """The message with all headers in ASCII (RFC 6858 section 2).

    Internationalized addresses become invalid ones that show what they were, texts become encoded words (RFC
    2047), parameters are encoded (RFC 2231; RFC 6858 would drop them), all other such fields are left out.
    """
    pieces = []
    last = 0
    for start, end in _headers(scan(octets)):
        pieces += [octets[last:start], b"".join(_ascii_fields(octets[start:end]))]
        last = end
    pieces.append(octets[last:])
    return b"".join(pieces)


def _headers(root: Part) -> list[tuple[int, int]]:
    """Where the headers of a message and of all its parts begin and end, ascending."""
    found = []
    stack = [root]
    while stack:
        part = stack.pop()
        found.append((part.header_start, part.body_start))
        stack += part.children
        if part.message is not None:
            stack.append(part.message)
    return sorted(found)


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def _ascii_fields(header: bytes) -> Iterator[bytes]:
    for line in _split_fields(header):
        if line.isascii():
            yield line
            continue
        name, _, value = line.partition(b":")
        rewritten = _ascii_value(name.strip().lower(), unfold(value))
        if rewritten and name.isascii():
            yield name + b": " + rewritten + b"\r\n"


def _ascii_value(name: bytes, value: bytes) -> bytes:
    if name in ADDRESS_FIELDS:
        return _addresses(addresses.parse(value))
    if name in TEXT_FIELDS:
        return _encoded_words(value)
    if name == b"content-disposition":
        return _with_parameters(*parameters.with_parameters(value))
    if name == b"content-type":
        found = parameters.content_type(value)
        return b"" if found is None else _with_parameters(found[0] + b"/" + found[1], found[2])
    return b""


def _addresses(parsed: Iterable[addresses.Address]) -> bytes:
    groups: list[list[bytes]] = [[]]
    text = b""
    for address in parsed:
        if address.mailbox is None:  # the end of a group
            text = groups[0].pop() + b", ".join(groups.pop()) + b";"
            groups[0].append(text)
        elif address.host is None:
            groups[0].append(_phrase(address.mailbox) + b": ")
            groups[1:] = [[]]
        else:
            groups[-1].append(_address(address))
    return b",\r\n ".join(groups[0])


def _address(address: addresses.Address) -> bytes:
    assert address.mailbox is not None
    assert address.host is not None
    spec = address.mailbox + b"@" + address.host
    if spec.isascii():
        local = address.mailbox if _dot_atom(address.mailbox) else _quoted(address.mailbox)
        written = b"<" + local + b"@" + address.host + b">"
        return written if not address.name else _phrase(address.name) + b" " + written
    shown = spec if not address.name else address.name + b" <" + spec + b">"
    return _encoded_words(shown) + b" " + INVALID


def _phrase(text: bytes) -> bytes:
    return _quoted(text) if text.isascii() else _encoded_words(text)


def _quoted(text: bytes) -> bytes:
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", text) + b'"'


def _encoded_words(value: bytes) -> bytes:
    """Text in UTF-8 as encoded words, folded; no character is torn apart (RFC 2047 section 5)."""
    words = []
    start = 0
    while start < len(value):
        end = min(start + _ENCODED, len(value))
        while end < len(value) and end > start + 1 and value[end] & 0xC0 == 0x80:
            end -= 1
        words.append(b"=?utf-8?B?" + base64.b64encode(value[start:end]) + b"?=")
        start = end
    return b"\r\n ".join(words)


def _with_parameters(head: bytes, pairs: parameters.Parameters) -> bytes:
    written = [head.decode("ascii", "ignore").encode()]
    for name, value in pairs:
        if not name.isascii():
            continue
        if value.isascii() and not name.endswith(b"*"):
            written.append(name + b"=" + _quoted(value))
        else:
            written.append(name.rstrip(b"*") + b"*=utf-8''" + quote(value, safe="").encode())
    return b";\r\n ".join(written)
