"""A user's Maildir: its journal, its mailboxes, its subscriptions."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from coromail.context import Context, not_later
from coromail.errors import StorageError
from coromail.model.account import Account, Step
from coromail.stores.maildir import (
    backup,
    checkup,
    compaction,
    folders,
    opening,
    recovery,
    status,
    storing,
    takeover,
    transfer,
)
from coromail.stores.maildir.backup import is_clean
from coromail.stores.maildir.cache import Cache
from coromail.stores.maildir.catalogue import Catalogue, pack_property
from coromail.stores.maildir.files import make_maildir
from coromail.stores.maildir.folder_names import user_path
from coromail.stores.maildir.indexing import Indexing
from coromail.stores.maildir.journal import Entry, Journal
from coromail.stores.maildir.opening import Opened
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.places import Places, places_of
from coromail.stores.maildir.records import OF_TREE, Kind, source_of
from coromail.stores.maildir.usage import Usage

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

logger = logging.getLogger(__name__)

WATCHED = 2  # mailboxes that were left last
LINGER = 60.0  # seconds that an account without sessions stays in memory
APART = 60.0  # seconds after which nothing runs any more in an account that was closed
AT_ONCE = 100  # mailboxes that are put into the tree before others may run
IDLE = 300.0  # seconds that a mailbox without sessions stays in memory


class MaildirAccount(Account):
    """One for each user who is logged in.

    `entries` says where the records of each mailbox are, `doubtful` which mailboxes may have lost their last
    numbers in a crash (`far`: or rather more than that), `needed` which files of moved messages have not got
    their new names yet, `owed` which records could not be written down yet. Up to `copied` the journal is copied
    into the cache (-1: not known yet). `crowded` says that the cache may have something of mailboxes that are gone.
    """

    def __init__(self, user: str, context: Context) -> None:
        super().__init__(user, context)
        settings = context.settings
        template = os.fspath(context.path(str(settings.get("path", "/var/mail/{user}"))))
        self.directory = user_path(template, user)
        self.durable = settings.get("fsync", "always") != "never"
        self.separator: str | None = str(settings.get("separator", "/"))
        self.old_layout = str(settings.get("old_layout", ""))
        self.offload: Callable[..., Any] = context.offload
        self.closed = True
        self.fresh = False  # the first model makes what a new user has
        self.catalogue = Catalogue()
        self.entries: dict[int, Places] = {}
        self.by_number: dict[int, MaildirMailbox] = {}
        self.doubtful: set[int] = set()
        self.needed: set[tuple[int, bytes]] = set()
        self.owed: list[tuple[Kind, int, bytes]] = []
        self.cache = Cache(self.directory + opening.CACHE, b"")
        self.texts: Indexing
        self.sums: Usage
        self.copied = -1
        self.compacted_size = 0
        self.contents_size = 0
        self.far = False
        self.crowded = False
        self._busy = self._unloading = self._leaving = False
        self._last_use = 0.0
        self._left: list[MaildirMailbox] = []
        self.forget_me: Callable[[], None] = lambda: None
        self._opening = context.make_lock()
        self.journal = Journal(self.directory + b"/coromail.journal", context, self.durable)
        self.journal.repair = lambda: compaction.repair(self)

    def give_way(self) -> None:
        """Others have their turn. Called in long loops."""
        self.offload(int)

    def folder_path(self, folder: bytes) -> bytes:
        """Where a folder is."""
        return self.directory + b"/" + folder if folder else self.directory

    # Opening and closing

    def open(self) -> None:
        """Read the journal and build the tree, unless that is done. May wait. Raises a storage error."""
        from coromail.stores.maildir.tree import Tree

        if not self.closed and not self._opening.locked():
            return
        with self._opening:
            if not self.closed:
                return
            self.tree = Tree(self)
            try:
                with storage_errors():
                    opened: Opened = self.offload(opening.read, self)
                    self.closed = False
                    clean = is_clean(opened.found) and not opened.lost
                    end = status.end_of(self.journal) if clean else b""
                    self.cache = Cache(
                        self.directory + opening.CACHE, self.journal.identity, self.durable, end
                    )
                    self.texts = Indexing(self)
                    self._build(opened)
            except BaseException:
                self.journal.close()
                self.cache.close()
                self.closed = True
                raise

    def _build(self, opened: Opened) -> None:
        catalogue = self.catalogue = opening.catalogue_of(self, opened.trees)
        self.sums = Usage(self)
        self.subscriptions = catalogue.subscriptions
        self.properties = dict(catalogue.properties)
        self.entries = {}
        self.contents_size = 0
        unfinished: set[int] = set()
        for count, entry in enumerate(opened.found.entries, 1):
            if count % opening.AT_ONCE == 0:
                self.give_way()
            copied = entry.kind in (Kind.ADDED, Kind.MOVED_HERE)
            source = source_of(self.journal.read(entry)) if copied else 0
            if entry.kind >= Kind.SNAPSHOT:
                self._enter(entry, source)
            if entry.kind == Kind.APPENDED or source:
                unfinished.add(entry.mailbox)
        clean = is_clean(opened.found) and not opened.lost
        self.crowded = not clean
        self.doubtful = set() if clean else set(catalogue.mailboxes)
        self.far = opened.lost
        self.copied = -1
        self.compacted_size = compaction.size_of_snapshots(self.entries)
        if not os.path.isdir(self.directory + b"/cur"):
            self._begin()
        if catalogue.renames:
            self.offload(folders.finish_renames, self)
            self.write(Kind.RENAMES_DONE, 0, b"")
        for count, (number, known) in enumerate(list(catalogue.mailboxes.items()), 1):
            self.tree.attach(number, known)
            if count % AT_ONCE == 0:
                self.give_way()
        if "INBOX" not in self.root.children:
            self.tree.found(b"")
        if not clean:
            recovery.recover_all(self, unfinished)
        self.tree.refresh()
        self.fresh = not catalogue.has_subscriptions
        if self.fresh:
            self._import_subscriptions()

    def _import_subscriptions(self) -> None:
        listed = self.offload(takeover.read_subscriptions, self.directory, self.old_layout == "fs")
        for parts in [["INBOX"], *listed]:
            self.set_subscribed((self.separator or "").join(parts), True)

    def _begin(self) -> None:
        """Make the Maildir. The journal says so first: should anything fail from here on, the next login goes on."""
        if not self.catalogue.has_subscriptions:
            self.write(Kind.UNSUBSCRIBED, 0, b"")
        self.offload(make_maildir, self.directory)

    def welcomed(self) -> None:
        """What a user finds at first is complete."""
        self.write(Kind.SUBSCRIBED, 0, b"")

    def _enter(self, entry: Entry, source: int = 0) -> None:
        """Note where a record is; `source` is the mailbox that its messages came from, 0 for none."""
        if entry.kind == Kind.SNAPSHOT:
            self.entries.pop(entry.mailbox, None)
        places_of(self.entries, entry.mailbox).append(entry)
        self.sums.changed.update((entry.mailbox, source))
        if entry.kind == Kind.APPENDED:
            self.contents_size += entry.length
        if entry.kind == Kind.MOVED_HERE:
            places_of(self.entries, source).append(entry._replace(kind=Kind.MOVED_AWAY))

    def released(self) -> bool:
        """The last model was closed. The account leaves memory later, or at once where nothing comes later."""
        if self.context.call_later is not_later:
            self.leave()
        else:
            self._last_use = time.monotonic()
            self._expect_leave(LINGER)
        return False

    def _expect_leave(self, seconds: float) -> None:
        if not self._leaving:
            self._leaving = True
            self.context.call_later(seconds, self._leave_or_wait)

    def _leave_or_wait(self) -> None:
        self._leaving = False
        rest = self._last_use + LINGER - time.monotonic()
        if rest > 0:
            self._expect_leave(rest)
        else:
            self.leave()

    @property
    def in_use(self) -> bool:
        """Whether somebody has the account or a mailbox of it open."""
        return self.models > 0 or any(mailbox.listeners for mailbox in self.by_number.values())

    def left(self, mailbox: MaildirMailbox) -> None:
        """Nobody has it selected any more. Clients come back: the last few mailboxes stay watched."""
        if mailbox in self._left:
            self._left.remove(mailbox)
        self._left.append(mailbox)
        if len(self._left) > WATCHED:
            oldest = self._left.pop(0)
            if not oldest.listeners:
                oldest.outside.unwatch()

    def leave(self) -> None:
        """Close, unless somebody is here."""
        if not self.in_use and not self.closed:
            self.tidy()
            for mailbox in list(self.by_number.values()):
                if mailbox.loaded:
                    mailbox.outside.look_again()
            self._close(lambda: not self.in_use)
            self.context.call_later(APART, self._take_apart)

    def _take_apart(self) -> None:
        """Nothing runs here any more. What refers to each other would stay in memory for hours: the server has the
        collector look at everything but seldom."""
        if self.closed and "root" in vars(self):
            for one in [*self.root.walk(), self.root, self.journal, self]:
                vars(one).clear()
            self.closed = True  # for what comes later yet

    def close(self) -> None:
        """The server stops: finish what waits, and say in the journal that nothing is missing."""
        if not self.closed:
            self.tidy()
            self._close(lambda: True)

    def _close(self, wanted: Callable[[], bool]) -> None:
        with self._opening:
            if self.closed or not wanted():
                return
            try:
                self._store(all_=True)
                for number in sorted(self.doubtful & self.by_number.keys()):
                    self.by_number[number].load()
                self.write_owed()
                self.journal.append(Kind.CLOSED, 0)
                end = status.end_of(self.journal)
                self.journal.settle()
                opening.numbers_are_safe(self.journal)
                backup.copy(self)
                status.complete(self, end)
            except (StorageError, OSError) as error:
                logger.warning("%r cannot be closed properly: %s", self.journal.path, error)
            self.texts.close()
            self.offload(self.cache.finish)
            if wanted():  # nothing waits from here to the end: nobody meets an account that is closed
                self.closed = True
                self.journal.close()
                self.cache.close()
                for mailbox in self.by_number.values():
                    mailbox.outside.unwatch()
                self.forget_me()

    def tidy(self) -> None:
        """Do everything that waits: file names, unlinks, the journal's history and its copy."""
        for mailbox in list(self.by_number.values()):
            mailbox.tidy.run()
        self._keep_house()

    def _keep_house(self) -> None:
        self._busy = False
        if self.closed or self._opening.locked():  # while it is being opened not all records are known yet
            return
        try:
            transfer.finish(self)
            compact = compaction.worthwhile(self)
            self._store(compact)
            if compact:
                compaction.compact(self)
            if self.crowded:
                self.crowded = False
                self.offload(self.cache.keep_only, frozenset(self.catalogue.mailboxes))
            backup.copy(self)
        except (StorageError, OSError) as error:
            logger.warning("%r cannot be tidied: %s", self.journal.path, error)

    def _store(self, all_: bool) -> None:
        """Make the files of appended messages durable: of all, or of those that have waited long enough."""
        now = time.monotonic()
        for mailbox in list(self.by_number.values()):
            if mailbox.loaded and mailbox.state.unstored:
                if all_ or now - mailbox.appended > storing.AGE:
                    storing.store(mailbox)
                else:
                    self._schedule()

    def expect_idle(self) -> None:
        """A mailbox came into memory: see later whether it may leave."""
        if not self._unloading:
            self._unloading = True
            self.context.call_later(IDLE, self._unload)

    def _unload(self) -> None:
        self._unloading = False
        if self.closed:
            return
        now = time.monotonic()
        loaded = [mailbox for mailbox in self.by_number.values() if mailbox.loaded]
        idle = [mailbox for mailbox in loaded if now - mailbox.used >= IDLE and mailbox.may_unload()]
        status.put_away(self, idle)
        if any(mailbox.loaded for mailbox in loaded):
            self.expect_idle()

    def _schedule(self) -> None:
        if not self._busy:
            self._busy = True
            self.context.call_later(backup.DELAY, self._keep_house)

    def usage(self) -> dict[str, int]:
        """What is used of each resource that is limited, in octets and numbers. May wait."""
        return self.sums.of(self.limits)

    # Writing

    def write(self, kind: Kind, number: int, payload: bytes) -> None:
        """Write a record down. Raises a storage error if it cannot be."""
        self.write_owed()
        entry = self.journal.append(kind, number, payload)
        self._schedule()
        if kind in OF_TREE:
            self.catalogue.apply(kind, number, payload)
            self.sums.changed.add(number)
        else:
            self._enter(entry, source_of(payload) if kind == Kind.MOVED_HERE else 0)

    def write_together(self, records: Iterable[tuple[Kind, int, bytes]]) -> None:
        """Write records about messages down of which none shall be there without the others; none is a MOVED_HERE."""
        self.write_owed()
        for entry in self.journal.append_several(records):
            self._enter(entry, 0)
        self._schedule()

    def write_owed(self) -> None:
        """Write down what could not be when it happened. Raises a storage error if it still cannot be."""
        while self.owed:
            self.journal.append(*self.owed[0])
            del self.owed[0]

    def next_uidvalidity(self) -> int:
        """A UIDVALIDITY that no mailbox of this account ever had. It counts as given when its record is written."""
        return max(self.catalogue.last_uidvalidity + 1, int(time.time())) if hasattr(self, "catalogue") else 0

    def set_subscribed(self, path: str, subscribed: bool) -> None:
        """Subscribe to a name or unsubscribe. Durable on return."""
        kind = Kind.SUBSCRIBED if subscribed else Kind.UNSUBSCRIBED
        self.write(kind, 0, path.encode("utf-8", "surrogatepass"))
        super().set_subscribed(path, subscribed)
        self.journal.settle()

    def examine(self, task: str) -> Iterator[Step]:
        """See `checkup`."""
        return checkup.examine(self, task)

    def settle(self) -> None:
        """Wait until all that was recorded is durable."""
        self.journal.settle()

    def record_properties(self, changes: Mapping[str, bytes | None]) -> None:
        """Write changed properties of the account down."""
        for name, value in changes.items():
            self.write(Kind.PROPERTY, 0, pack_property(name, value))
