"""Untagged data of extensions: rights, quota, metadata, ID, VANISHED, URLAUTH, languages, comparators."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.imap.checker.scanner import Scanner

RIGHTS = re.compile(rb"[a-z0-9]*")
LANGUAGE_TAG = re.compile(rb"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
RESOURCES = frozenset({"STORAGE", "MESSAGE", "MAILBOX", "ANNOTATION-STORAGE"})


class Vanished(NamedTuple):
    """VANISHED (RFC 7162 section 3.2.10): whether (EARLIER), and the UIDs as ranges."""

    earlier: bool
    uids: list[tuple[int, int]]


def _rights(scanner: Scanner, production: str) -> bytes:
    rights = scanner.astring(production)
    if not RIGHTS.fullmatch(rights) or len(set(rights)) != len(rights):
        scanner.fail(production, "rights are lower-case letters and digits, each once")
    return rights


def _identifier(scanner: Scanner, production: str) -> bytes:
    name = scanner.astring(production)
    if not name or name == b"-":
        scanner.fail(production, "empty identifier")
    return name


def acl(scanner: Scanner, production: str) -> tuple[bytes, dict[bytes, bytes]]:
    """What follows ACL (RFC 4314 section 3.6)."""
    scanner.sp(production)
    mailbox = scanner.mailbox()
    entries: dict[bytes, bytes] = {}
    while scanner.looking_at(b" "):
        scanner.sp(production)
        identifier = _identifier(scanner, production)
        scanner.sp(production)
        if identifier in entries:
            scanner.fail(production, "an identifier twice")
        entries[identifier] = _rights(scanner, production)
    return mailbox, entries


def listrights(scanner: Scanner, production: str) -> tuple[bytes, bytes, list[bytes]]:
    """What follows LISTRIGHTS: mailbox, identifier, required rights and then the groups of optional ones."""
    scanner.sp(production)
    mailbox = scanner.mailbox()
    scanner.sp(production)
    identifier = _identifier(scanner, production)
    groups: list[bytes] = []
    while not groups or scanner.looking_at(b" "):
        scanner.sp(production)
        groups.append(_rights(scanner, production))
    together = b"".join(groups)
    if len(set(together)) != len(together) or b"" in groups[1:]:
        scanner.fail(production, "a right twice, or an empty group (RFC 4314 section 3.7)")
    return mailbox, identifier, groups


def myrights(scanner: Scanner, production: str) -> tuple[bytes, bytes]:
    """What follows MYRIGHTS."""
    scanner.sp(production)
    mailbox = scanner.mailbox()
    scanner.sp(production)
    return mailbox, _rights(scanner, production)


def quota(scanner: Scanner, production: str) -> tuple[bytes, dict[str, tuple[int, int]]]:
    """What follows QUOTA: the root and (usage, limit) by resource; at least one (RFC 9208 section 7)."""
    scanner.sp(production)
    root = scanner.astring("quota-root-name")
    scanner.sp(production)

    def resource() -> tuple[str, tuple[int, int]]:
        name = scanner.word("quota-resource")
        if name not in RESOURCES:
            scanner.fail("quota-resource", f"unknown resource {name}")
        scanner.sp("quota-resource")
        usage = scanner.number64("resource-usage")
        scanner.sp("quota-resource")
        return name, (usage, scanner.number64("resource-limit"))

    resources = scanner.listed(resource, "quota-list")
    if len(dict(resources)) != len(resources):
        scanner.fail("quota-list", "a resource twice")
    return root, dict(resources)


def quotaroot(scanner: Scanner, production: str) -> tuple[bytes, list[bytes]]:
    """What follows QUOTAROOT: the mailbox and its roots."""
    scanner.sp(production)
    mailbox = scanner.mailbox()
    roots: list[bytes] = []
    while scanner.looking_at(b" "):
        scanner.sp(production)
        roots.append(scanner.astring("quota-root-name"))
    return mailbox, roots


def _entry(scanner: Scanner) -> bytes:
    entry = scanner.astring("entry")
    lower = entry.lower()
    if not lower.startswith((b"/private/", b"/shared/")) or b"//" in entry or entry.endswith(b"/"):
        scanner.fail("entry", "not /private/... or /shared/... (RFC 5464 section 3.2)")
    if any(octet in b"*%" or not 0x20 <= octet < 0x7F for octet in entry):
        scanner.fail("entry", "character that no entry name may have")
    return entry


def metadata(scanner: Scanner, production: str) -> tuple[bytes, dict[bytes, bytes | None] | list[bytes]]:
    """What follows METADATA: entries with values, or (unsolicited) the names alone."""
    scanner.sp(production)
    mailbox = scanner.mailbox(empty=True)
    scanner.sp(production)
    if scanner.looking_at(b"("):

        def pair() -> tuple[bytes, bytes | None]:
            entry = _entry(scanner)
            scanner.sp("entry-value")
            return entry, scanner.nstring8("value")

        return mailbox, dict(scanner.listed(pair, "entry-values"))
    entries = [_entry(scanner)]
    while scanner.looking_at(b" "):
        scanner.sp(production)
        entries.append(_entry(scanner))
    return mailbox, entries


def id_params(scanner: Scanner, production: str) -> dict[bytes, bytes | None] | None:
    """What follows ID (RFC 2971 sections 3.3 and 4), with the limits given there."""
    scanner.sp(production)
    if scanner.nil():
        return None

    def pair() -> tuple[bytes, bytes | None]:
        field = scanner.string("id-params-list")
        scanner.sp("id-params-list")
        return field, scanner.nstring("id-params-list")

    pairs = scanner.listed(pair, "id-params-list", least=0)
    too_long = any(len(field) > 30 or len(value or b"") > 1024 for field, value in pairs)
    if too_long or len(pairs) > 30 or len({field.lower() for field, _ in pairs}) != len(pairs):
        scanner.fail("id-params-list", "over the limits of RFC 2971 section 3.3, or a field twice")
    return dict(pairs)


def vanished(scanner: Scanner, production: str) -> Vanished:
    """What follows VANISHED."""
    scanner.sp(production)
    earlier = scanner.accept(b"(EARLIER)")
    if earlier:
        scanner.sp(production)
    return Vanished(earlier, scanner.sequence_set("known-uids"))


def genurlauth(scanner: Scanner, production: str) -> list[bytes]:
    """What follows GENURLAUTH (RFC 4467 section 7)."""
    urls: list[bytes] = []
    while not urls or scanner.looking_at(b" "):
        scanner.sp(production)
        urls.append(scanner.astring("url-full"))
    return urls


def urlfetch(scanner: Scanner, production: str) -> list[tuple[bytes, bytes | None]]:
    """What follows URLFETCH: each URL with what it names, or NIL."""
    pairs: list[tuple[bytes, bytes | None]] = []
    while not pairs or scanner.looking_at(b" "):
        scanner.sp(production)
        url = scanner.astring("url-full")
        scanner.sp(production)
        pairs.append((url, scanner.nstring("urlfetch-data")))
    return pairs


def language(scanner: Scanner, production: str) -> list[bytes]:
    """What follows LANGUAGE (RFC 5255 section 3.3): language tags."""
    scanner.sp(production)
    tags = scanner.listed(lambda: scanner.astring("lang-tag-quoted"), production)
    if not all(LANGUAGE_TAG.fullmatch(tag) for tag in tags):
        scanner.fail("lang-tag-quoted")
    return tags


def comparator(scanner: Scanner, production: str) -> tuple[bytes, list[bytes]]:
    """What follows COMPARATOR (RFC 5255 section 4.8): the active one, then those that matched."""
    scanner.sp(production)
    active = scanner.astring("comp-sel-quoted")
    matching: list[bytes] = []
    if scanner.looking_at(b" "):
        scanner.sp(production)
        matching = scanner.listed(lambda: scanner.astring("comp-id-quoted"), production)
    return active, matching


def jmapaccess(scanner: Scanner, production: str) -> bytes:
    """What follows JMAPACCESS (RFC 9698): the session URL."""
    scanner.sp(production)
    return scanner.quoted(production)
