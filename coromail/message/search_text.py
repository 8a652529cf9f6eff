"""All the text of a message that SEARCH looks into, in one string: what an index of texts is made of."""

from __future__ import annotations

from . import charsets, encoded_words
from .collation import casemap
from .headers import known_fields
from .matching import Needle
from .structure import scan

LISTS = (b"from", b"to", b"cc", b"bcc")


class _Collector(Needle):
    """A needle that is nowhere, and keeps every text that it was looked for in."""

    __slots__ = ("texts",)

    def __init__(self) -> None:
        super().__init__("")
        self.texts: list[str] = []

    def in_text(self, text: str) -> bool:
        self.texts.append(text)
        return False

    def in_field(self, value: bytes) -> bool:
        return self._keep(encoded_words.decode(value), value)

    def in_encoded(self, octets: bytes, charset: bytes | None) -> bool:
        return self._keep(charsets.decode(octets, charset), octets)

    def _keep(self, text: str, octets: bytes) -> bool:
        self.texts.append(text)
        if "\ufffd" in text:  # damaged: the octets themselves are looked at as well
            self.texts.append(octets.decode("utf-8", "replace"))
        return False


def searchable(octets: bytes) -> str:
    """Text in which every string is found, after `folded`, that SEARCH finds in the message by any comparator.

    Strings that go over the border of two fields or parts are found as well: this tells candidates.
    """
    root = scan(octets)
    collector = _Collector()
    collector.in_header(octets, 0, root.body_start)
    collector.in_body(octets, root, mime_headers=True)
    found = known_fields(octets, 0, root.body_start)
    for name in LISTS:  # several fields are searched as one
        if name in found:
            collector.in_field(found[name])
    return folded("\n".join(collector.texts))


def folded(text: str) -> str:
    """Text as it is compared with `searchable`: the coarsest comparator. It works character by character, so what is
    within another text stays within it."""
    return casemap(text).encode("utf-8", "replace").decode().replace("\0", " ")
