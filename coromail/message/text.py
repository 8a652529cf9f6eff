"""What SEARCH looks at: decoded text (RFC 9051 section 6.4.4), and the form in which it is compared."""

from __future__ import annotations

import unicodedata

from . import charsets, encoded_words, transfer
from .headers import fields, unfold
from .structure import Part

MAX_TEXT = 10_000_000

_CHUNK = 512


def header_text(octets: bytes, root: Part) -> str:
    """All fields of a message as decoded, unfolded lines `Name: value`."""
    return "\n".join(
        [
            f"{charsets.decode(name, None)}: {encoded_words.decode(unfold(value))}"
            for name, value in fields(octets, root.header_start, root.body_start)
        ]
    )


def part_text(octets: bytes, part: Part, limit: int = MAX_TEXT) -> str:
    """The text of a text/* part: transfer encoding and charset undone, of at most `limit` encoded octets."""
    body = octets[part.body_start : min(part.end, part.body_start + limit)]
    decoded = transfer.decode(body, part.encoding)
    charset = next((v for name, v in part.parameters if name in (b"charset", b"charset*")), None)
    return charsets.decode(body if decoded is None else decoded, charset)


def body_text(octets: bytes, root: Part, limit: int = MAX_TEXT) -> str:
    """All text/* parts and the headers of encapsulated messages in their order, of at most `limit` octets."""
    found: list[str] = []
    waiting = [root]
    while waiting and limit > 0:
        part = waiting.pop()
        if part.children:
            waiting.extend(reversed(part.children))
        elif part.message is not None:
            message = part.message
            found.append(header_text(octets, message))
            limit -= message.body_start - message.header_start
            waiting.append(message)
        elif part.type == b"text":
            found.append(part_text(octets, part, limit))
            limit -= part.size
    return "\n".join(found)


def normalize(text: str) -> str:
    """The form in which two texts are compared, after i;unicode-casemap (RFC 5051).

    Compatibility decomposition, then case folding: ASCII in lower case, an accent apart from its letter.
    Folding is fuller than RFC 5051's simple title case (sharp s equals ss), so that more matches, never less.
    Done in pieces, as putting combining characters in order takes the square of their number.
    """
    if text.isascii():
        return text.lower()
    if len(text) <= _CHUNK:
        return unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        [
            unicodedata.normalize("NFKD", text[start : start + _CHUNK]).casefold()
            for start in range(0, len(text), _CHUNK)
        ]
    )
