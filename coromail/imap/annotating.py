"""Annotations of mailboxes and of the server: entries and their values (RFC 5464).

They are properties of the mailbox, private ones one for each user; those of the "server" belong to the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from coromail.errors import Bad, No
from coromail.imap.rights import mailbox_word
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.model.mailbox import Mailbox
from coromail.model.properties import Properties

if TYPE_CHECKING:
    from coromail.imap.session import Session

MAX_SIZE = 64 * 1024  # octets of one value
MAX_ENTRIES = 100  # on one mailbox, for one user
MAX_NAME = 255
SPECIAL_USE = "/private/specialuse"  # RFC 6154 section 4

_ENTRY = re.compile(rb"(?:/[\x20-\x24\x26-\x29\x2b-\x2e\x30-\x7e]++)++")

Values = dict[str, bytes | None]


def parse_entries(args: Arguments) -> str:
    """The name of an entry, in lower case. Raises Bad for what cannot be one (section 3.2)."""
    raw = args.astring().lower()
    scoped = raw.startswith((b"/private/", b"/shared/"))
    if not scoped or len(raw) > MAX_NAME or not _ENTRY.fullmatch(raw):
        raise Bad("This is no name of an entry")
    return raw.decode("ascii")


def usable(rights: frozenset[str]) -> bool:
    """Whether these rights on a mailbox allow to use its annotations (section 3.3)."""
    return "l" in rights and not rights.isdisjoint("rswip")


def _prefix(user: str, entry: str) -> str:
    return f"metadata {user if entry.startswith('/private/') else ''} "


def holder(session: Session, mailbox: Mailbox | None) -> Properties:
    """What has the annotations: the mailbox, or the account for those of the server."""
    return session.model.account if mailbox is None else mailbox


def read(session: Session, mailbox: Mailbox | None, entries: Iterable[str], depth: int | None = 0) -> Values:
    """The values of entries, and of those `depth` levels below them (None: all); None for what is not set."""
    properties = holder(session, mailbox).properties
    found: Values = {}
    for entry in entries:
        prefix = _prefix(session.model.user, entry)
        key = prefix + entry
        values: Values = {key: properties.get(key)}
        if depth != 0:
            below: Values = {
                name: value
                for name, value in properties.items()
                if name.startswith(f"{key}/") and (depth is None or name.count("/", len(key)) <= depth)
            }
            values = {name: value for name, value in values.items() if value is not None or not below} | below
        if entry == SPECIAL_USE and mailbox is not None and mailbox.account is session.model.account:
            values[key] = (mailbox.special_use or "").encode("ascii") or None
        found.update({name.removeprefix(prefix): value for name, value in values.items()})
    return found


def check(session: Session, mailbox: Mailbox | None, changes: Mapping[str, bytes | None]) -> None:
    """Refuse values that are too big or too many, and entries that nobody may set (section 4.3)."""
    properties = holder(session, mailbox).properties
    user = session.model.user
    for entry, value in changes.items():
        if entry.startswith("/shared/") and (mailbox is None or "w" not in session.model.rights(mailbox)):
            raise No("You may not change what others read here", code="NOPERM")
        if entry.split("/")[2] == "vendor" and entry.count("/") < 4:
            raise Bad("An entry of a vendor has four parts at least")
        if value is not None and len(value) > MAX_SIZE:
            raise No("The value is too big", code=f"METADATA MAXSIZE {MAX_SIZE}")
    for scope in ("/private/", "/shared/"):
        prefix = _prefix(user, scope) + scope
        names = {name for name in properties if name.startswith(prefix)}
        new = {
            prefix + entry.removeprefix(scope)
            for entry, value in changes.items()
            if entry.startswith(scope) and value is not None
        }
        if len(names | new) > MAX_ENTRIES and new - names:
            raise No("There are too many entries", code="METADATA TOOMANY")


def keyed(session: Session, changes: Mapping[str, bytes | None]) -> Values:
    """Changes under the names of properties."""
    return {_prefix(session.model.user, entry) + entry: value for entry, value in changes.items()}


def line(session: Session, mailbox: Mailbox | None, values: Mapping[str, bytes | None]) -> bytes:
    """`METADATA name (entry value ...)` (section 4.4.1)."""
    name = b'""' if mailbox is None else mailbox_word(session, mailbox)
    pairs = b" ".join(
        writer.astring(entry.encode()) + b" " + _value(value) for entry, value in values.items()
    )
    return b"METADATA %s (%s)" % (name, pairs)


def _value(value: bytes | None) -> bytes:
    if value is None or b"\0" not in value:
        return writer.nstring(value)
    return writer.literal8(value)


def metadata_line(session: Session, mailbox: Mailbox, entries: Iterable[str]) -> bytes:
    """The line that LIST gives for these entries (RFC 9590 section 3)."""
    return line(session, mailbox, read(session, mailbox, entries))
