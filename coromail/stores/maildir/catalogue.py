"""Which mailboxes an account has, by number: what the journal says of the tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from coromail.stores.maildir.packing import cut, join, numbers, pack_names, unpack_names
from coromail.stores.maildir.records import MAILBOX, UID, Kind


@dataclass(slots=True)
class Entry:
    """One mailbox: its folder relative to the Maildir (empty for INBOX), UIDVALIDITY and properties."""

    folder: bytes
    uidvalidity: int
    properties: dict[str, bytes] = field(default_factory=dict)


class Catalogue:
    """Mailboxes, subscriptions, and folders that may still have to be renamed (`renames`: old and new).

    `properties` are those of the account itself. `is_new` says that there was no Maildir and what a new user has is not
    complete; `has_subscriptions` that all is there which a user finds at first.
    """

    def __init__(self) -> None:
        self.mailboxes: dict[int, Entry] = {}
        self.subscriptions: set[str] = set()
        self.properties: dict[str, bytes] = {}
        self.renames: list[tuple[bytes, bytes]] = []
        self.last_number = 0
        self.last_uidvalidity = 0
        self.has_subscriptions = self.is_new = False

    def apply(self, kind: int, number: int, payload: bytes) -> None:
        """Do again what a record says. ValueError when it contradicts itself."""
        if kind == Kind.MAILBOX:
            uidvalidity, folder = unpack_mailbox(payload)
            self.mailboxes[number] = Entry(folder, uidvalidity)
            self.last_number = max(self.last_number, number)
            self.last_uidvalidity = max(self.last_uidvalidity, uidvalidity)
        elif kind == Kind.REMOVED:
            self.mailboxes.pop(number, None)
            self.last_number = max(self.last_number, number)
        elif kind == Kind.RENAMED:
            for moved, folder in unpack_renames(payload):
                if moved in self.mailboxes:
                    self.renames.append((self.mailboxes[moved].folder, folder))
                    self.mailboxes[moved].folder = folder
        elif kind == Kind.RENAMES_DONE:
            self.renames = []
        elif kind == Kind.PROPERTY:
            self._apply_property(number, payload)
        elif kind == Kind.SUBSCRIBED:
            if payload:
                self.subscriptions.add(payload.decode("utf-8", "surrogatepass"))
            else:
                self.has_subscriptions, self.is_new = True, False
        elif kind == Kind.UNSUBSCRIBED:
            if payload:
                self.subscriptions.discard(payload.decode("utf-8", "surrogatepass"))
            else:
                self.is_new = True

    def _apply_property(self, number: int, payload: bytes) -> None:
        entry = self.mailboxes.get(number)
        properties = self.properties if number == 0 else entry.properties if entry is not None else {}
        name, present, value = payload.partition(b"\0")
        if present:
            properties[name.decode()] = value
        else:
            properties.pop(name.decode(), None)

    def pack(self) -> list[tuple[int, int, bytes]]:
        """Records (kind, mailbox number, payload) that say all this again."""
        # Numbers and UIDVALIDITY are never given again, even when their last owner is gone.
        records: list[tuple[int, int, bytes]] = [
            (Kind.MAILBOX, self.last_number, pack_mailbox(self.last_uidvalidity, b"")),
            (Kind.REMOVED, self.last_number, b""),
        ]
        if self.has_subscriptions:
            records.append((Kind.SUBSCRIBED, 0, b""))
        if self.is_new:
            records.append((Kind.UNSUBSCRIBED, 0, b""))
        paths = [path.encode("utf-8", "surrogatepass") for path in sorted(self.subscriptions)]
        records += [(Kind.SUBSCRIBED, 0, path) for path in paths]
        records += [(Kind.PROPERTY, 0, pack_property(name, value)) for name, value in self.properties.items()]
        for number, entry in self.mailboxes.items():
            records.append((Kind.MAILBOX, number, pack_mailbox(entry.uidvalidity, entry.folder)))
            records += [
                (Kind.PROPERTY, number, pack_property(name, value))
                for name, value in entry.properties.items()
            ]
        return records


def pack_mailbox(uidvalidity: int, folder: bytes) -> bytes:
    """The payload of MAILBOX."""
    return UID.pack(uidvalidity) + folder


def unpack_mailbox(data: bytes) -> tuple[int, bytes]:
    """UIDVALIDITY and folder."""
    if len(data) < UID.size:
        raise ValueError("record too short")
    return UID.unpack_from(data)[0], data[UID.size :]


def pack_property(name: str, value: bytes | None) -> bytes:
    """The payload of PROPERTY: a name and, behind NUL, the value; the name alone takes the property away."""
    return name.encode() if value is None else name.encode() + b"\0" + value


def pack_renames(renames: list[tuple[int, bytes]]) -> bytes:
    """The payload of RENAMED: numbers of mailboxes and their new folders."""
    columns = b"".join(MAILBOX.pack(number) for number, _ in renames)
    return join([columns, pack_names(folder for _, folder in renames)])


def unpack_renames(data: bytes) -> list[tuple[int, bytes]]:
    """Numbers and folders."""
    columns, folders = cut(data, 2)
    column = numbers("I", columns)
    return list(zip(column, unpack_names(folders, len(column)), strict=True))
