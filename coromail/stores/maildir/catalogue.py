"""Which mailboxes an account has, by number: what the journal says of the tree."""

from __future__ import annotations

from dataclasses import dataclass

from coromail.stores.maildir.packing import cut, join, numbers, pack_names, unpack_names
from coromail.stores.maildir.records import MAILBOX, UID, Kind


@dataclass(slots=True)
class Entry:
    """One mailbox: its folder relative to the Maildir (empty for INBOX), UIDVALIDITY and special use."""

    folder: bytes
    uidvalidity: int
    special_use: str | None = None


class Catalogue:
    """Mailboxes, subscriptions, and folders that may still have to be renamed (`renames`: old and new)."""

    def __init__(self) -> None:
        self.mailboxes: dict[int, Entry] = {}
        self.subscriptions: set[str] = set()
        self.renames: list[tuple[bytes, bytes]] = []
        self.last_number = 0
        self.last_uidvalidity = 0
        self.has_subscriptions = False

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
        elif kind == Kind.SPECIAL_USE:
            if number in self.mailboxes:
                self.mailboxes[number].special_use = payload.decode("ascii") or None
        elif kind == Kind.SUBSCRIBED:
            self.has_subscriptions = True
            if payload:
                self.subscriptions.add(payload.decode("utf-8", "surrogatepass"))
        elif kind == Kind.UNSUBSCRIBED:
            self.subscriptions.discard(payload.decode("utf-8", "surrogatepass"))

    def pack(self) -> list[tuple[int, int, bytes]]:
        """Records (kind, mailbox number, payload) that say all this again."""
        # Numbers and UIDVALIDITY are never given again, even when their last owner is gone.
        records: list[tuple[int, int, bytes]] = [
            (Kind.MAILBOX, self.last_number, pack_mailbox(self.last_uidvalidity, b"")),
            (Kind.REMOVED, self.last_number, b""),
        ]
        if self.has_subscriptions:
            records.append((Kind.SUBSCRIBED, 0, b""))
        paths = [path.encode("utf-8", "surrogatepass") for path in sorted(self.subscriptions)]
        records += [(Kind.SUBSCRIBED, 0, path) for path in paths]
        for number, entry in self.mailboxes.items():
            records.append((Kind.MAILBOX, number, pack_mailbox(entry.uidvalidity, entry.folder)))
            if entry.special_use:
                records.append((Kind.SPECIAL_USE, number, entry.special_use.encode("ascii")))
        return records


def pack_mailbox(uidvalidity: int, folder: bytes) -> bytes:
    """The payload of MAILBOX."""
    return UID.pack(uidvalidity) + folder


def unpack_mailbox(data: bytes) -> tuple[int, bytes]:
    """UIDVALIDITY and folder."""
    if len(data) < UID.size:
        raise ValueError("record too short")
    return UID.unpack_from(data)[0], data[UID.size :]


def pack_renames(renames: list[tuple[int, bytes]]) -> bytes:
    """The payload of RENAMED: numbers of mailboxes and their new folders."""
    columns = b"".join(MAILBOX.pack(number) for number, _ in renames)
    return join([columns, pack_names(folder for _, folder in renames)])


def unpack_renames(data: bytes) -> list[tuple[int, bytes]]:
    """Numbers and folders."""
    columns, folders = cut(data, 2)
    column = numbers("I", columns)
    return list(zip(column, unpack_names(folders, len(column)), strict=True))
