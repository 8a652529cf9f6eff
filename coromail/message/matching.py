"""A string that SEARCH looks for, and whether octets of mail hold it (RFC 9051 section 6.4.4, RFC 5255 section 4.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from . import charsets, encoded_words, transfer
from .collation import DEFAULT, Comparator
from .headers import encoded_fields, fields, structural_fields, unfold
from .structure import Part, scan

REMEMBERED = 8192  # encoded fields whose keys are remembered: the same ones are searched again and again
MANY = 50  # lines of a page that are found one by one
SHORT = 500  # octets of those


def _decoded(key: Callable[[str], str], value: bytes) -> str:
    """The key of an unfolded field body, encoded words decoded."""
    return _remembered(key, value) if len(value) <= SHORT else key(encoded_words.decode(value))


@lru_cache(REMEMBERED)
def _remembered(key: Callable[[str], str], value: bytes) -> str:
    return key(encoded_words.decode(value))


class Lines(NamedTuple):
    """The keys of one field of many messages in UTF-8, a line for each.

    `odd` has the fields, by row, that have to be looked at one by one: with damage, or with line ends of their
    own. Their lines are empty.
    """

    text: bytes
    odd: dict[int, bytes]


def lines_of(values: bytes, comparator: Comparator) -> Lines:
    """From unfolded field bodies, a line each."""
    if values.isascii() and b"=?" not in values:
        return Lines(comparator.ascii_key(values.decode("ascii")).encode("ascii"), {})
    keys: list[str] = []
    odd: dict[int, bytes] = {}
    for row, value in enumerate(values.split(b"\n")):
        key = _decoded(comparator.key, value)
        if "\n" in key or "\ufffd" in key:
            odd[row], key = value, ""
        keys.append(key)
    return Lines("\n".join(keys).encode("utf-8", "surrogatepass"), odd)


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
        text = _decoded(self._key, value)
        return self._wanted in text or ("\ufffd" in text and self.octets in value)

    def rows(self, lines: Lines) -> list[int]:
        """The rows, ascending, of those fields that `in_field` would find it in: one look through all of them."""
        wanted = self._wanted.encode("utf-8", "surrogatepass")
        found = _lines_with(wanted, lines.text) if b"\n" not in wanted else []
        if lines.odd:
            return sorted({*found, *(row for row, value in lines.odd.items() if self.in_field(value))})
        return found

    def in_encoded(self, octets: bytes, charset: bytes | None) -> bool:
        """Whether octets in a charset hold it; those that are damaged, or in an unknown one, also as they are."""
        text = charsets.decode(octets, charset)
        return self.in_text(text) or ("\ufffd" in text and self.octets in octets)

    def in_message(self, octets: bytes, with_header: bool) -> bool:
        """Whether the body of a message, or `with_header` anything in it, holds it (RFC 9051 section 6.4.4)."""
        root = scan(octets, structural_fields)
        if with_header and self.in_header(octets, 0, root.body_start):
            return True
        return self.in_body(octets, root, mime_headers=with_header)

    def in_header(self, octets: bytes, start: int, end: int) -> bool:
        """Whether a header holds it, each field decoded on a line `Name: value`."""
        plain = self._plain and self._surely_not_in(octets[start:end])
        found = (encoded_fields if plain else fields)(octets, start, end)
        return any(self.in_field(name + b": " + unfold(value)) for name, value in found)

    def _surely_not_in(self, header: bytes) -> bool:
        """Whether one look at a whole header is enough to know that no field without encoded words holds it."""
        if not header.isascii():
            return False
        return self._wanted not in self._ascii_key(header.translate(None, b"\r\n").decode("ascii"))

    def in_body(self, octets: bytes, root: Part, mime_headers: bool) -> bool:
        """Whether the body holds it: text parts, what is in a message/delivery-status and its like, and the headers of
        messages in it.

        With `mime_headers` those of the parts are looked at too (TEXT: RFC 9051 section 6.4.4).
        """
        for part, encapsulated in entities(root):
            if (
                part is not root
                and (encapsulated or mime_headers)
                and self.in_header(octets, part.header_start, part.body_start)
            ):
                return True
            textual = part.type == b"text" or (part.type == b"message" and part.message is None)
            if textual and self._in_part(octets, part):
                return True
        return False

    def _in_part(self, octets: bytes, part: Part) -> bool:
        body = octets[part.body_start : part.end]
        decoded = transfer.decode(body, part.encoding)
        charset = next((value for name, value in part.parameters if name in (b"charset", b"charset*")), None)
        return self.in_encoded(body if decoded is None else decoded, charset)


def _lines_with(wanted: bytes, text: bytes) -> list[int]:
    """The numbers, from 0, of the lines that hold it."""
    found: list[int] = []
    row = start = 0
    while (at := text.find(wanted, start)) >= 0:
        row += text.count(b"\n", start, at)
        found.append(row)
        start = text.find(b"\n", at) + 1
        if not start:
            break
        row += 1
        if len(found) == MANY:  # then it is quicker to look at each line
            lines = enumerate(text[start:].split(b"\n"), row)
            return found + [row for row, line in lines if wanted in line]
    return found


def entities(root: Part) -> Iterator[tuple[Part, bool]]:
    """All entities of a message in their order, itself first, and whether each is a message within another."""
    waiting = [(root, False)]
    while waiting:
        part, encapsulated = waiting.pop()
        yield part, encapsulated
        waiting.extend((child, False) for child in reversed(part.children))
        if part.message is not None:
            waiting.append((part.message, True))
