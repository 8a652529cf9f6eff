"""What FETCH may be asked for: fetch-att and fetch-modifier.

Source: RFC 9051 sections 6.4.5 and 9, RFC 3501 section 6.4.5 (RFC822 and its kin), RFC 3516 (BINARY),
RFC 7162 (MODSEQ, CHANGEDSINCE, VANISHED), RFC 8474 (EMAILID, THREADID), RFC 8514 (SAVEDATE), RFC 8970
(PREVIEW), RFC 9394 (PARTIAL). An extension adds its item to `ITEMS` or its modifier to `MODIFIERS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from coromail.errors import Bad
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments

MAX_ITEMS = 1_000
MAX_PATH = 100  # part numbers in one section

_SECTION = re.compile(rb"\[([1-9][0-9]{0,9}+(?:\.[1-9][0-9]{0,9}+)*+)?+(\.?+)([A-Za-z.]*+)")
_SECTION_TEXTS = frozenset(("HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"))
_FIELD_NAME = re.compile(rb"[\x20-\x7e]*")
_LAZY = re.compile(rb" \((?:LAZY(?: (?=L))?+)++\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FetchItem:
    """One thing to fetch.

    `name`: `FLAGS`, `RFC822.SIZE`, ...; with a section `BODY[]`, `BINARY[]` or `BINARY.SIZE[]`.
    `path`: part numbers of the section. `text`: HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT, MIME or None.
    `fields`: header field names as written. `peek`: does not set \\Seen. `partial`: offset of the first octet
    and number of octets. `label`: how the item is named in the reply. `arguments`: LAZY of PREVIEW.
    """

    name: str
    label: bytes
    path: tuple[int, ...] = ()
    text: str | None = None
    fields: tuple[bytes, ...] = ()
    peek: bool = True
    partial: tuple[int, int] | None = None
    arguments: tuple[str, ...] = ()


def _plain(name: str, text: str | None = None, peek: bool = True) -> Callable[[Arguments], FetchItem]:
    item = FetchItem(name, name.encode("ascii"), text=text, peek=peek)
    return lambda _: item


def _body(args: Arguments) -> FetchItem:
    """BODY, the structure, or BODY[section]<partial>."""
    return parse_section(args, peek=False) if args.peek() == b"[" else FetchItem("BODY", b"BODY")


def _body_peek(args: Arguments) -> FetchItem:
    return parse_section(args, peek=True)


def parse_section(args: Arguments, peek: bool) -> FetchItem:
    match = args.match(_SECTION, "section")
    path = _path(match[1])
    text = match[3].decode("ascii").upper() or None
    if (
        bool(match[2]) != bool(path and text)
        or (text and text not in _SECTION_TEXTS)
        or (text == "MIME" and not path)
    ):
        raise Bad("unknown section")
    fields: tuple[bytes, ...] = ()
    if text and text.startswith("HEADER.FIELDS"):
        args.space()
        fields = tuple(args.parenthesised(lambda: _field_name(args)))
        if not fields:
            raise Bad("header field name expected")
    args.expect(b"]")
    partial = args.partial() if args.peek() == b"<" else None
    label = b"BODY[%s%s%s" % (match[1] or b"", match[2], (text or "").encode("ascii"))
    if fields:
        label += b" (%s)" % b" ".join(map(writer.astring, fields))
    label += b"]" if partial is None else b"]<%d>" % partial[0]
    return FetchItem("BODY[]", label, path, text, fields, peek, partial)


def _path(raw: bytes | None) -> tuple[int, ...]:
    path = tuple(map(int, raw.split(b"."))) if raw else ()
    if len(path) > MAX_PATH or max(path, default=0) >= 2**32:
        raise Bad("section is too deep or its number too big")
    return path


def _field_name(args: Arguments) -> bytes:
    name = args.astring()
    if not _FIELD_NAME.fullmatch(name):
        raise Bad("header field name must be printable ASCII")
    return name


def _binary_section(args: Arguments) -> tuple[tuple[int, ...], bytes]:
    """The path and the octets of `[1.2]` (section-binary)."""
    match = args.match(_SECTION, "section")
    if match[2] or match[3]:
        raise Bad("part number expected")
    args.expect(b"]")
    return _path(match[1]), b"[%s]" % (match[1] or b"")


def _binary(peek: bool) -> Callable[[Arguments], FetchItem]:
    def parse(args: Arguments) -> FetchItem:
        path, section = _binary_section(args)
        partial = args.partial() if args.peek() == b"<" else None
        label = b"BINARY" + section + (b"" if partial is None else b"<%d>" % partial[0])
        return FetchItem("BINARY[]", label, path, peek=peek, partial=partial)

    return parse


def _binary_size(args: Arguments) -> FetchItem:
    path, section = _binary_section(args)
    return FetchItem("BINARY.SIZE[]", b"BINARY.SIZE" + section, path)


def _preview(args: Arguments) -> FetchItem:
    """PREVIEW, PREVIEW (LAZY): RFC 8970 section 3.1. Another list after it is one of modifiers."""
    return FetchItem("PREVIEW", b"PREVIEW", arguments=("LAZY",) if args.try_match(_LAZY) else ())


# Each name, and what reads the rest of the item from the octet after the name.
ITEMS: dict[str, Callable[[Arguments], FetchItem]] = {
    "UID": _plain("UID"),
    "FLAGS": _plain("FLAGS"),
    "INTERNALDATE": _plain("INTERNALDATE"),
    "RFC822.SIZE": _plain("RFC822.SIZE"),
    "ENVELOPE": _plain("ENVELOPE"),
    "BODYSTRUCTURE": _plain("BODYSTRUCTURE"),
    "BODY": _body,
    "BODY.PEEK": _body_peek,
    "RFC822": _plain("RFC822", peek=False),
    "RFC822.HEADER": _plain("RFC822.HEADER", "HEADER"),
    "RFC822.TEXT": _plain("RFC822.TEXT", "TEXT", peek=False),
    "BINARY": _binary(peek=False),
    "BINARY.PEEK": _binary(peek=True),
    "BINARY.SIZE": _binary_size,
    "MODSEQ": _plain("MODSEQ"),
    "EMAILID": _plain("EMAILID"),
    "THREADID": _plain("THREADID"),
    "SAVEDATE": _plain("SAVEDATE"),
    "PREVIEW": _preview,
}

_FAST = ("FLAGS", "INTERNALDATE", "RFC822.SIZE")
MACROS = {"FAST": _FAST, "ALL": (*_FAST, "ENVELOPE"), "FULL": (*_FAST, "ENVELOPE", "BODY")}


def parse_items(args: Arguments) -> list[FetchItem]:
    """A macro, one item, or a list of items; each item once, in the order asked for."""
    if args.peek() == b"(":
        items = args.parenthesised(lambda: parse_item(args))
    elif macro := args.try_keyword(*MACROS):
        items = [ITEMS[name](args) for name in MACROS[macro]]
    else:
        items = [parse_item(args)]
    if not items or len(items) > MAX_ITEMS:
        raise Bad(f"1 to {MAX_ITEMS} FETCH items expected")
    return list(dict.fromkeys(items))


def parse_item(args: Arguments) -> FetchItem:
    """One item (fetch-att). Raises Bad for an unknown one."""
    parse = ITEMS.get(args.known("FETCH item", args.label()))
    if parse is None:
        raise Bad("unknown FETCH item")
    return parse(args)


def _changedsince(args: Arguments) -> int:
    """CHANGEDSINCE n. The grammar asks for n > 0; clients in the field send 0, which is harmless."""
    args.space()
    return args.number64()


def _partial(args: Arguments) -> tuple[int, int]:
    args.space()
    return args.partial_range()


def _yes(_: Arguments) -> bool:
    return True


MODIFIERS: dict[str, Callable[[Arguments], object]] = {
    "CHANGEDSINCE": _changedsince,
    "VANISHED": _yes,
    "PARTIAL": _partial,
}


def parse_modifiers(args: Arguments) -> dict[str, object]:
    """`(CHANGEDSINCE 5 VANISHED)` at the end of FETCH, if it is there: values by name.

    CHANGEDSINCE is an int, VANISHED is True, PARTIAL a pair as `Arguments.partial_range` gives it.
    """
    if args.at_end():
        return {}
    args.space()
    return args.parameters(MODIFIERS, "FETCH modifier")
