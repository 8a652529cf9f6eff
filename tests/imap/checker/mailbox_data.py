"""Untagged data about mailboxes: LIST, LSUB, STATUS, NAMESPACE, FLAGS (RFC 9051 sections 7.3 and 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.imap.checker.scanner import Scanner

SELECTABILITY = frozenset({"\\NONEXISTENT", "\\NOSELECT", "\\MARKED", "\\UNMARKED"})
MORE_ATTRIBUTES = """
    \\NOINFERIORS \\HASCHILDREN \\HASNOCHILDREN \\SUBSCRIBED \\REMOTE \\NOACCESS \\ALL \\ARCHIVE \\DRAFTS
    \\FLAGGED \\JUNK \\SENT \\TRASH \\IMPORTANT
"""
ATTRIBUTES = SELECTABILITY | frozenset(MORE_ATTRIBUTES.split())
EXCLUSIVE = (
    frozenset({"\\HASCHILDREN", "\\HASNOCHILDREN"}),
    frozenset({"\\HASCHILDREN", "\\NOINFERIORS"}),  # RFC 9051 section 7.3.1
)


class Listed(NamedTuple):
    """One LIST or LSUB response; attributes as sent."""

    attributes: list[bytes]
    delimiter: bytes | None
    mailbox: bytes
    extended: dict[str, Any]


def _attribute(scanner: Scanner) -> bytes:
    start = scanner.pos
    scanner.expect(b"\\", "mbx-list-flags")
    name = "\\" + scanner.word("mbx-list-flags")
    if name not in ATTRIBUTES:
        scanner.pos = start
        scanner.fail("mbx-list-flags", "unknown attribute")
    return scanner.data[start : scanner.pos]


def delimiter(scanner: Scanner, production: str) -> bytes | None:
    """DQUOTE QUOTED-CHAR DQUOTE / nil."""
    if scanner.nil():
        return None
    value = scanner.quoted(production)
    if len(value) != 1 and not (value and len(value.decode("utf-8")) == 1):
        scanner.fail(production, "the hierarchy delimiter is not one character")
    return value


def mailbox_list(scanner: Scanner, production: str) -> Listed:
    """What follows LIST or LSUB (RFC 5258 section 6 for the extended part)."""
    scanner.sp(production)
    attributes = scanner.listed(lambda: _attribute(scanner), "mbx-list-flags", least=0)
    names = [attribute.decode("ascii").upper() for attribute in attributes]
    if len(set(names)) != len(names) or len(SELECTABILITY & set(names)) > 1:
        scanner.fail("mbx-list-flags", "an attribute twice, or two of selectability")
    if any(pair <= set(names) for pair in EXCLUSIVE):
        scanner.fail("mbx-list-flags", "attributes that contradict each other")
    scanner.sp(production)
    separator = delimiter(scanner, production)
    scanner.sp(production)
    mailbox = scanner.mailbox(empty=True)
    extended: dict[str, Any] = {}
    if production == "LIST" and scanner.looking_at(b" "):
        scanner.sp(production)
        extended = dict(scanner.listed(lambda: _extended_item(scanner), "mbox-list-extended", least=0))
    return Listed(attributes, separator, mailbox, extended)


def _extended_item(scanner: Scanner) -> tuple[str, Any]:
    name = scanner.astring("mbox-list-extended-item").decode("ascii", "replace").upper()
    scanner.sp("mbox-list-extended-item")
    if name == "CHILDINFO":
        options = scanner.listed(lambda: scanner.quoted("childinfo-extended-item"), "childinfo-extended-item")
        if not {option.upper() for option in options} <= {b"SUBSCRIBED", b"SPECIAL-USE"}:
            scanner.fail("childinfo-extended-item", "not a selection option")
        return name, options
    if name != "OLDNAME":
        scanner.fail("mbox-list-extended-item", f"unknown item {name}")
    scanner.expect(b"(", "oldname-extended-item")
    old = scanner.mailbox("oldname-extended-item")
    scanner.expect(b")", "oldname-extended-item")
    return name, old


def _nil_or_number(scanner: Scanner, production: str) -> int | None:
    return None if scanner.nil() else scanner.number(production)


STATUS_ITEMS: dict[str, Callable[[Scanner, str], Any]] = {
    "MESSAGES": Scanner.number,
    "RECENT": Scanner.number,  # RFC 3501
    "UIDNEXT": Scanner.nz_number,
    "UIDVALIDITY": Scanner.nz_number,
    "UNSEEN": Scanner.number,
    "DELETED": Scanner.number,
    "SIZE": Scanner.number64,  # RFC 8438
    "HIGHESTMODSEQ": Scanner.number64,  # RFC 7162
    "APPENDLIMIT": _nil_or_number,  # RFC 7889
    "MAILBOXID": Scanner.objectid,  # RFC 8474
    "DELETED-STORAGE": Scanner.number64,  # RFC 9208
}


def status(scanner: Scanner, production: str) -> tuple[bytes, dict[str, Any]]:
    """What follows STATUS: the mailbox and its items."""
    scanner.sp(production)
    mailbox = scanner.mailbox()
    scanner.sp(production)

    def item() -> tuple[str, Any]:
        name = scanner.word("status-att-val")
        if name not in STATUS_ITEMS or (name == "RECENT" and scanner.rev2):
            scanner.fail("status-att-val", f"unknown item {name}")
        scanner.sp("status-att-val")
        return name, STATUS_ITEMS[name](scanner, f"status-att-val {name}")

    items = scanner.listed(item, "status-att-list", least=0)
    if len(dict(items)) != len(items):
        scanner.fail("status-att-list", "an item twice")
    return mailbox, dict(items)


def flags(scanner: Scanner, production: str) -> list[bytes]:
    """What follows FLAGS: no \\Recent, no \\*."""
    scanner.sp(production)
    return scanner.flag_list("flag-list")


Descriptor = tuple[bytes, bytes | None]


def namespace(scanner: Scanner, production: str) -> list[list[Descriptor] | None]:
    """What follows NAMESPACE: personal, other users', shared; each NIL or one or more descriptors."""
    kinds: list[list[Descriptor] | None] = []
    for _ in range(3):
        scanner.sp(production)
        kinds.append(None if scanner.nil() else _descriptors(scanner))
    return kinds


def _descriptors(scanner: Scanner) -> list[Descriptor]:
    scanner.expect(b"(", "namespace")
    found = [_descriptor(scanner)]
    while scanner.looking_at(b"("):
        found.append(_descriptor(scanner))
    scanner.expect(b")", "namespace")
    return found


def _descriptor(scanner: Scanner) -> Descriptor:
    scanner.expect(b"(", "namespace-descr")
    prefix = scanner.string("namespace-descr")
    scanner.sp("namespace-descr")
    separator = delimiter(scanner, "namespace-descr")
    while scanner.looking_at(b" "):
        scanner.sp("namespace-response-extension")
        scanner.string("namespace-response-extension")
        scanner.sp("namespace-response-extension")
        scanner.listed(lambda: scanner.string("namespace-response-extension"), "namespace-response-extension")
    scanner.expect(b")", "namespace-descr")
    return prefix, separator
