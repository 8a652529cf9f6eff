"""msg-att: what a FETCH response holds (RFC 9051 sections 7.5.2 and 9, and its extensions)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.imap.checker.body import body, envelope
from tests.imap.checker.scanner import Scanner

NAME = re.compile(rb"[A-Za-z][A-Za-z0-9.]*")
PART = re.compile(rb"[1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*+")
ORIGIN = re.compile(rb"<(0|[1-9][0-9]{0,18})>")
RECENT = frozenset({b"\\recent"})


def _flags(scanner: Scanner, production: str) -> list[bytes]:
    return scanner.flag_list(production, frozenset() if scanner.rev2 else RECENT)


def _modseq(scanner: Scanner, production: str) -> int:
    scanner.expect(b"(", production)
    value = scanner.nz_number64(production)
    scanner.expect(b")", production)
    return value


def _threadid(scanner: Scanner, production: str) -> bytes | None:
    return None if scanner.nil() else scanner.objectid(production)


def _savedate(scanner: Scanner, production: str) -> bytes | None:
    return None if scanner.nil() else scanner.date_time(production)


def _nstring_section(scanner: Scanner, production: str) -> bytes | None:
    return scanner.nstring(production)


ITEMS: dict[str, Callable[[Scanner, str], Any]] = {
    "FLAGS": _flags,
    "ENVELOPE": envelope,
    "INTERNALDATE": Scanner.date_time,
    "RFC822.SIZE": Scanner.number64,
    "RFC822": _nstring_section,  # RFC 3501
    "RFC822.HEADER": _nstring_section,
    "RFC822.TEXT": _nstring_section,
    "BODYSTRUCTURE": lambda scanner, production: body(scanner, production, extensible=True),
    "BODY": lambda scanner, production: body(scanner, production, extensible=False),
    "UID": Scanner.nz_number,
    "MODSEQ": _modseq,  # RFC 7162
    "EMAILID": Scanner.objectid,  # RFC 8474
    "THREADID": _threadid,
    "SAVEDATE": _savedate,  # RFC 8514
    "PREVIEW": _nstring_section,  # RFC 8970
}

SECTIONS: dict[str, Callable[[Scanner, str], Any]] = {
    "BODY": _nstring_section,
    "BINARY": Scanner.nstring8,
    "BINARY.SIZE": Scanner.number,
}


def msg_att(scanner: Scanner) -> dict[str, Any]:
    """The parenthesised list: values by label in the order sent; labels in upper case, `BODY[1.MIME]<0>`."""
    items = scanner.listed(lambda: _item(scanner), "msg-att")
    if len(dict(items)) != len(items):
        scanner.fail("msg-att", "an item twice")
    return dict(items)


def _item(scanner: Scanner) -> tuple[str, Any]:
    name = scanner.match(NAME, "msg-att").decode("ascii").upper()
    if scanner.looking_at(b"["):
        return _section_item(scanner, name)
    if name not in ITEMS:
        scanner.fail("msg-att", f"unknown item {name}")
    scanner.sp("msg-att")
    return name, ITEMS[name](scanner, f"msg-att {name}")


def _section_item(scanner: Scanner, name: str) -> tuple[str, Any]:
    if name not in SECTIONS:
        scanner.fail("msg-att", f"{name} has no section")
    start = scanner.pos
    scanner.expect(b"[", "section")
    if not scanner.looking_at(b"]"):
        _section_spec(scanner, binary=name != "BODY")
    scanner.expect(b"]", "section")
    if scanner.looking_at(b"<") and name != "BINARY.SIZE":
        scanner.match(ORIGIN, "section origin octet")
    label = name + scanner.data[start : scanner.pos].decode("latin-1").upper()
    scanner.sp("msg-att")
    return label, SECTIONS[name](scanner, f"msg-att {name}[]")


def _section_spec(scanner: Scanner, *, binary: bool) -> None:
    part = bool(PART.match(scanner.data, scanner.pos))
    if part:
        scanner.match(PART, "section-part")
        if binary or not scanner.accept(b"."):
            return
    elif binary:
        scanner.fail("section-binary")
    if part and scanner.accept(b"MIME"):
        return
    if scanner.accept(b"TEXT"):
        return
    scanner.expect(b"HEADER", "section-msgtext")
    if scanner.accept(b".FIELDS"):
        scanner.accept(b".NOT")
        scanner.sp("section-msgtext")
        scanner.listed(lambda: scanner.astring("header-fld-name"), "header-list")
