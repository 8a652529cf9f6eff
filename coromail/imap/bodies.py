"""FETCH items that need the message itself: BODY[...] and its older names (RFC 9051 section 6.4.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from coromail.errors import No
from coromail.imap.wire import writer
from coromail.imap.wire.fetch_item import FetchItem
from coromail.message.binary import UnknownEncoding, binary_section
from coromail.message.sections import section
from coromail.message.structure import Part, scan
from coromail.model.message import Message

Body = Callable[[list[bytes], FetchItem, "OpenMessage"], None]


class OpenMessage:
    """A message while it is being fetched: its octets and structure are read once."""

    __slots__ = ("_binary", "_octets", "_structure", "message")

    def __init__(self, message: Message) -> None:
        self.message = message
        self._octets: bytes | None = None
        self._structure: Part | None = None
        self._binary: tuple[tuple[int, ...], bytes | None] | None = None

    @property
    def octets(self) -> bytes:
        """The whole message."""
        if self._octets is None:
            self._octets = self.message.octets()
        return self._octets

    @property
    def structure(self) -> Part:
        """Its MIME structure."""
        if self._structure is None:
            self._structure = scan(self.octets)
        return self._structure

    def header(self) -> bytes:
        """The header only, which a store may read without the rest."""
        return self.message.header() if self._octets is None else self.octets[: self.structure.body_start]

    def binary(self, path: tuple[int, ...]) -> bytes | None:
        """A section without its transfer encoding; the last one is kept, as clients ask for it in slices."""
        if self._binary is None or self._binary[0] != path:
            try:
                self._binary = path, binary_section(self.octets, self.structure, path)
            except UnknownEncoding:
                raise No("The encoding of this part is not known", code="UNKNOWN-CTE") from None
        return self._binary[1]


def sets_seen(item: FetchItem) -> bool:
    """Whether fetching the item sets \\Seen."""
    return item.name in ("BODY[]", "BINARY[]", "RFC822", "RFC822.TEXT") and not item.peek


def _section(parts: list[bytes], item: FetchItem, message: OpenMessage) -> None:
    if item.path or item.text is not None:
        if item.text == "HEADER" and not item.path:
            octets: bytes | None = message.header()
        else:
            octets = section(message.octets, message.structure, item.path, item.text, lowered(item.fields))
    else:
        octets = message.octets
    _literal(parts, item, octets)


def lowered(names: tuple[bytes, ...]) -> frozenset[bytes]:
    """Field names as `coromail.message.sections` compares them."""
    return frozenset(name.lower() for name in names)


def _header(parts: list[bytes], item: FetchItem, message: OpenMessage) -> None:
    _literal(parts, item, message.header())


def _text(parts: list[bytes], item: FetchItem, message: OpenMessage) -> None:
    _literal(parts, item, section(message.octets, message.structure, (), "TEXT"))


def _whole(parts: list[bytes], item: FetchItem, message: OpenMessage) -> None:
    _literal(parts, item, message.octets)


def _binary(parts: list[bytes], item: FetchItem, message: OpenMessage) -> None:
    """BINARY[...] (RFC 3516 section 4.3): a literal8 only where there is NUL."""
    octets = message.binary(item.path)
    if octets is not None and item.partial is not None:
        start, count = item.partial
        octets = octets[start : start + count]
    if octets is not None and b"\0" in octets:
        parts.append(b"%b ~{%d}\r\n" % (item.label, len(octets)))
        parts.append(octets)
    else:
        _literal(parts, replace(item, partial=None), octets)


def _binary_size(parts: list[bytes], item: FetchItem, message: OpenMessage) -> None:
    octets = message.binary(item.path)
    parts.append(b"%b %d" % (item.label, len(octets or b"")))


def _preview(parts: list[bytes], item: FetchItem, message: OpenMessage) -> None:
    """PREVIEW (RFC 8970 section 3.2)."""
    text = message.message.preview("LAZY" in item.arguments)
    parts.append(b"PREVIEW " + writer.nstring(None if text is None else text.encode()))


def _literal(parts: list[bytes], item: FetchItem, octets: bytes | None) -> None:
    """The label and the octets. NUL may not be sent: 0x80 stands for it, so that sizes stay as they are."""
    if octets is None:
        parts.append(item.label + b" NIL")
        return
    if item.partial is not None:
        start, count = item.partial
        octets = octets[start : start + count]
    if not octets:
        parts.append(item.label + b' ""')
        return
    if b"\0" in octets:
        octets = octets.replace(b"\0", b"\x80")
    parts.append(b"%b {%d}\r\n" % (item.label, len(octets)))
    parts.append(octets)


BODIES: dict[str, Body] = {
    "BODY[]": _section,
    "BINARY[]": _binary,
    "BINARY.SIZE[]": _binary_size,
    "PREVIEW": _preview,
    "RFC822": _whole,
    "RFC822.HEADER": _header,
    "RFC822.TEXT": _text,
}
