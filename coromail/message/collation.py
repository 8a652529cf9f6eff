"""Comparators (RFC 4790): how two texts are compared in SEARCH, SORT and THREAD (RFC 5255 section 4).

A comparator is a function to a *key*: texts are equal, ordered and one within the other as their keys are.
All keys are made in linear time, character by character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

_PIECE = 20_000  # characters

FAILED = "\U0010ffff"  # begins keys of texts that could not be decoded: they come after all others


class Comparator(NamedTuple):
    """A collation of the registry: its name, the key of a text, the same for text that is all ASCII."""

    name: str
    key: Callable[[str], str]
    ascii_key: Callable[[str], str]

    def order(self, text: str) -> str:
        """The key for sorting; text with damage is ordered by its octets after the rest (RFC 5255 section 4.6)."""
        if text.isascii():
            return self.ascii_key(text)
        return FAILED + text if "\ufffd" in text else self.key(text)


class _Casemap(dict[int, str]):
    """What each character becomes in i;unicode-casemap, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        title = character.title()
        if len(title) == 1:  # more than one is no simple mapping, which UnicodeData.txt has only
            character = title
        mapped = self[code] = unicodedata.normalize("NFKD", character)
        return mapped


_casemap = _Casemap()
_ascii_upper = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


def casemap(text: str) -> str:
    """The "titlecased canonicalized" form of RFC 5051 section 2. In pieces, as no thread runs during one."""
    if text.isascii():
        return text.upper()
    if len(text) <= _PIECE:
        return text.translate(_casemap)
    pieces = range(0, len(text), _PIECE)
    return "".join([text[start : start + _PIECE].translate(_casemap) for start in pieces])


def _ascii_casemap(text: str) -> str:
    return text.translate(_ascii_upper)


def _same(text: str) -> str:
    return text


DEFAULT = Comparator("i;unicode-casemap", casemap, str.upper)

# In the order in which a pattern finds them. All have equality, ordering and substring.
COMPARATORS = (
    DEFAULT,
    Comparator("i;ascii-casemap", _ascii_casemap, str.upper),  # RFC 4790 section 9.2
    Comparator("i;octet", _same, _same),  # RFC 4790 section 9.3
)
