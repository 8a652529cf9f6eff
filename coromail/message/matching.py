"""A string that SEARCH looks for, and whether octets of mail hold it (RFC 9051 section 6.4.4, RFC 5255 section 4.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from . import charsets, encoded_words, transfer
from .collation import DEFAULT, Comparator
from .headers import fields, unfold
from .structure import Part

REMEMBERED = 8192  # encoded fields whose keys are remembered: the same ones are searched again and again
SHORT = 500  # octets of those


@lru_cache(REMEMBERED)
def _decoded(key: Callable[[str], str], value: bytes) -> str:
    return key(encoded_words.decode(value))


class Needle:
    """What to look for, and how to compare. The empty string is in every text."""

    __slots__ = ("_ascii", "_ascii_key", "_key", "_plain", "_wanted", "octets")

    def __init__(self, text: str, comparator: Comparator = DEFAULT) -> None:
        self._key = comparator.key
        self._ascii_key = comparator.ascii_key
        self._wanted = comparator.key(text)
        self._ascii = self._wanted.isascii()
        self._plain = not (":" in text or text.startswith(" ") or "\r" in text or "\n" in text)
        self.octets = text.encode()

    def in_text(self, text: str) -> bool:
        """Whether decoded text holds it."""
        if text.isascii():
            return self._ascii and self._wanted in self._ascii_key(text)
        return self._wanted in self._key(text)

    def in_field(self, value: bytes) -> bool:
        """Whether an unfolded field body holds it, encoded words decoded."""
        if b"=?" not in value and value.isascii():
            return self._ascii and self._wanted in self._ascii_key(value.decode("ascii"))
        text = _decoded(self._key, value) if len(value) <= SHORT else self._key(encoded_words.decode(value))
        return self._wanted in text or ("\ufffd" in text and self.octets in value)

    def in_fields(self, values: Sequence[bytes]) -> list[bool]:
        """`in_field` for many: most fields are plain ASCII, which is looked through as one text."""
        joined = b"\n".join(values)  # an unfolded field has no line end
        if not joined.isascii():
            return list(map(self.in_field, values))
        text = self._ascii_key(joined.decode("ascii"))
        if self._ascii and self._wanted in text:
            found = [self._wanted in one for one in text.split("\n")]
        else:
            found = [False] * len(values)
        for place in _places(b"=?", joined):
            found[place] = self.in_field(values[place])
        return found

    def in_encoded(self, octets: bytes, charset: bytes | None) -> bool:
        """Whether octets in a charset hold it; those that are damaged, or in an unknown one, also as they are."""
        text = charsets.decode(octets, charset)
        return self.in_text(text) or ("\ufffd" in text and self.octets in octets)

    def in_header(self, octets: bytes, start: int, end: int) -> bool:
        """Whether a header holds it, each field decoded on a line `Name: value`."""
        if self._plain and self._surely_not_in(octets[start:end]):
            return False
        return any(self.in_field(name + b": " + unfold(value)) for name, value in fields(octets, start, end))

    def _surely_not_in(self, header: bytes) -> bool:
        """Whether one look at a whole header is enough to know that no field holds it."""
        if b"=?" in header or not header.isascii():
            return False
        return self._wanted not in self._ascii_key(header.translate(None, b"\r\n").decode("ascii"))

    def in_body(self, octets: bytes, root: Part, mime_headers: bool) -> bool:
        """Whether the body holds it: text parts, and the headers of messages in it.

        With `mime_headers` those of the parts are looked at too (TEXT: RFC 9051 section 6.4.4).
        """
        for part, encapsulated in entities(root):
            if (
                part is not root
                and (encapsulated or mime_headers)
                and self.in_header(octets, part.header_start, part.body_start)
            ):
                return True
            if part.type == b"text" and self._in_part(octets, part):
                return True
        return False

    def _in_part(self, octets: bytes, part: Part) -> bool:
        body = octets[part.body_start : part.end]
        decoded = transfer.decode(body, part.encoding)
        charset = next((value for name, value in part.parameters if name in (b"charset", b"charset*")), None)
        return self.in_encoded(body if decoded is None else decoded, charset)


def _places(needle: bytes, lines: bytes) -> Iterator[int]:
    """The numbers, from 0, of the lines that hold it."""
    place = start = 0
    while (found := lines.find(needle, start)) >= 0:
        place += lines.count(b"\n", start, found)
        yield place
        start = lines.find(b"\n", found)
        if start < 0:
            break


def entities(root: Part) -> Iterator[tuple[Part, bool]]:
    """All entities of a message in their order, itself first, and whether each is a message within another."""
    waiting = [(root, False)]
    while waiting:
        part, encapsulated = waiting.pop()
        yield part, encapsulated
        waiting.extend((child, False) for child in reversed(part.children))
        if part.message is not None:
            waiting.append((part.message, True))
