"""The tree of mailboxes beside the folders on disk."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from coromail.context import watch_nothing
from coromail.model.events import Event
from coromail.stores.maildir.catalogue import Entry, pack_mailbox
from coromail.stores.maildir.folder_names import parts_of
from coromail.stores.maildir.mailbox import MaildirMailbox
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.outside import INTERVAL, RACY, SHARE
from coromail.stores.maildir.records import Kind
from coromail.stores.maildir.takeover import has_uidlist, read_uidlist

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount

AT_ONCE = 50  # folders that become mailboxes before others may run


class Tree:
    """Keeps the mailboxes of an account in step with its folders. `lock` is held while folders change."""

    def __init__(self, account: MaildirAccount) -> None:
        self.lock = account.context.make_lock()
        self._account = account
        self._seen = -1
        self._next_look = 0.0
        self._interval = 0.0 if account.context.watch is watch_nothing else INTERVAL

    def refresh(self) -> None:
        """See folders that others made or removed. Nearly free when they did not. May wait."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + self._interval
        directory = self._account.directory
        with storage_errors():
            if os.stat(directory).st_mtime_ns == self._seen:
                return
            with self.lock:
                happened = self._look(directory)
        if self._account.events is not None:
            for event in happened:
                self._account.events.tell(event)

    def suspect(self) -> None:
        """Something is not where it should be: look again."""
        self._seen = -1
        self._next_look = 0.0

    def _look(self, directory: bytes) -> list[Event]:
        started = time.monotonic()
        changed_at = os.stat(directory).st_mtime_ns
        racy = time.time_ns() - changed_at < RACY
        catalogue = self._account.catalogue
        known = {entry.folder: number for number, entry in catalogue.mailboxes.items()}
        found = self._account.offload(folders_in, directory, frozenset(known))
        happened = []
        for count, folder in enumerate(sorted(found.difference(known)), 1):
            node = self.found(folder)
            if count % AT_ONCE == 0:
                self._account.give_way()
            if node is not None:
                happened.append(Event("created", self._account, None, node, node.full_path))
        for folder in set(known).difference(found, [b""]):
            gone = self._account.by_number.get(known[folder])
            path = gone.full_path if gone is not None else ""
            self.lost(known[folder])
            happened.append(Event("deleted", self._account, None, gone, path))
        self._seen = -1 if racy else changed_at
        if self._interval:
            self._next_look = time.monotonic() + max(self._interval, (time.monotonic() - started) * SHARE)
        return happened

    def found(self, folder: bytes) -> MaildirMailbox | None:
        """A folder that is no mailbox yet becomes one; None when another already has its name."""
        account = self._account
        parts = ["INBOX"] if not folder else parts_of(folder)
        if parts is None:
            return None
        node = self._node(parts)
        if node is None or node.number:
            return None
        path = account.directory + b"/" + folder if folder else account.directory
        listed = account.offload(read_uidlist, path) if has_uidlist(path) else None
        uidvalidity = listed.uidvalidity if listed else account.next_uidvalidity()
        number = account.catalogue.last_number + 1
        account.write(Kind.MAILBOX, number, pack_mailbox(uidvalidity, folder))
        self.attach(number, account.catalogue.mailboxes[number])
        return node

    def attach(self, number: int, entry: Entry) -> None:
        """Show a mailbox of the catalogue in the tree."""
        parts = ["INBOX"] if not entry.folder else parts_of(entry.folder)
        node = self._node(parts) if parts else None
        if node is not None and not node.number:
            node.place(number, entry.folder, entry.uidvalidity)
            node.properties = dict(entry.properties)
            self._account.by_number[number] = node

    def _node(self, parts: list[str]) -> MaildirMailbox | None:
        """The node of that name; those missing are made, without messages. None where something else is."""
        node = self._account.root
        for part in parts:
            child = node.children.get(part)
            if child is None:
                child = node.children[part] = MaildirMailbox(self._account, part, node)
                child.place(0, b"", 0)
            node = child
        return node if isinstance(node, MaildirMailbox) else None

    def lost(self, number: int) -> None:
        """The folder of a mailbox is gone."""
        self._account.write(Kind.REMOVED, number, b"")
        self.detach(number)

    def detach(self, number: int) -> None:
        """Take a mailbox out of the tree; its name stays where there are mailboxes below it."""
        node = self._account.by_number.pop(number, None)
        self._account.entries.pop(number, None)
        self._account.texts.forget(number)
        self._account.crowded = True
        if node is None:
            return
        node.outside.unwatch()
        node.place(0, b"", node.uidvalidity)
        for listener in list(node.listeners):
            listener.deleted()
        self.prune(node)

    def prune(self, node: MaildirMailbox) -> None:
        """Take names out of the tree that have neither messages nor mailboxes below them."""
        while node.parent is not None and not node.children and not node.number:
            node.parent.children.pop(node.name, None)
            if not isinstance(node.parent, MaildirMailbox):
                return
            node = node.parent


def folders_in(directory: bytes, known: frozenset[bytes]) -> set[bytes]:
    """The folders in a Maildir that are mailboxes; those `known` are believed to be. Blocks."""
    found = set()
    for name in os.listdir(directory):
        if not name.startswith(b".") or name in (b".", b".."):
            continue
        if name in known or (parts_of(name) and is_maildir(directory + b"/" + name)):
            found.add(name)
    return found


def is_maildir(path: bytes) -> bool:
    """Whether this is a folder, not a link to one, with a `cur` in it."""
    return os.path.isdir(path + b"/cur") and not os.path.islink(path)
