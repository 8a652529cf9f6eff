"""What other programs do to the files of a mailbox: deliveries, flags in file names, removals.

A look costs two `stat` calls when nothing happened. The modification time of a folder says whether something did, as
far as its grain goes; hints from the system say when to look; a listing is the truth.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from coromail.context import Cancel, watch_nothing
from coromail.errors import NoSuchMailbox, StorageError
from coromail.stores.maildir import arrivals, merging, status
from coromail.stores.maildir.files import compare, names_in
from coromail.stores.maildir.oserrors import storage_errors

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

logger = logging.getLogger(__name__)

INTERVAL = 0.01  # seconds between looks, as long as the system gives hints
RACY = 2_000_000_000  # nanoseconds: a folder that changed so recently may change again without showing it
LATER = 30.0  # seconds until what may have hidden behind a change of our own is looked for
SMALL = 1000  # messages; a folder of so many is listed without much thought
SHARE = 50  # a listing that took t seconds is not repeated within 50 t


class Outside:
    """Looks at `new` and `cur` of one mailbox. `lock` is held while files are listed, renamed or removed. `settled`
    says that every file was seen since renames can have been interrupted."""

    def __init__(self, mailbox: MaildirMailbox) -> None:
        self.lock = mailbox.account.context.make_lock()
        self._mailbox = mailbox
        self._hinted = mailbox.account.context.watch is not watch_nothing
        self._cancels: list[Cancel] = []
        self._polling = False
        self._next_look = 0.0
        self._new_seen = -1
        self._cur_seen = -1
        self._recalled = False
        self.settled = False
        self._not_before = 0.0
        self._recheck = float("inf")

    # Hints

    def watch(self) -> None:
        """Ask the system for hints."""
        if self._cancels or not self._hinted:
            return
        context, path = self._mailbox.account.context, os.fsdecode(self._mailbox.path)
        for part in ("new", "cur"):
            try:
                self._cancels.append(context.watch(f"{path}/{part}", self._hint))
            except OSError as error:
                logger.warning("no hints for %s: %s", path, error)

    def left(self) -> None:
        """Nobody waits for hints any more: each poll looks itself."""
        self._next_look = 0.0

    def unwatch(self) -> None:
        """No more hints."""
        for cancel in self._cancels:
            cancel()
        self._cancels = []
        self.left()

    def _hint(self) -> None:
        self._next_look = 0.0
        if self._mailbox.listeners and not self._polling:
            self._polling = True
            self._mailbox.account.context.call_soon(self._poll_on_hint)

    def _poll_on_hint(self) -> None:
        self._polling = False
        try:
            self.poll()
        except StorageError as error:
            logger.warning("cannot look at %r: %s", self._mailbox.path, error)

    # Looking

    def poll(self) -> None:
        """See what happened, if anything. May wait. Raises a storage error when the folder cannot be read."""
        now = time.monotonic()
        if now < self._next_look:
            if self.lock.locked():
                with self.lock:  # somebody looks just now: what is found is news for this caller too
                    return
            return
        if self._cancels and self._mailbox.listeners:
            self._next_look = now + INTERVAL
        if not self._recalled:
            self._recall()
        try:
            with storage_errors():
                if self._new_is_due() or self._cur_is_due(now):
                    with contextlib.suppress(OSError, StorageError):  # reading must be possible all the same
                        self._mailbox.account.journal.heal()
                    with self.lock:
                        self._look()
        except NoSuchMailbox:
            self._mailbox.account.tree.suspect()
            self._mailbox.account.tree.refresh()

    def look_first(self) -> None:
        """Before a message gets a number here: those that another server gave before us are taken over.

        May wait. Raises a storage error.
        """
        if not self._mailbox.state.scanned:
            with storage_errors(), self.lock:
                if not self._mailbox.state.scanned:
                    self._look()

    def _recall(self) -> None:
        """What the folders looked like when the mailbox left memory. May wait."""
        row = None if self._mailbox.loaded else status.recall(self._mailbox)
        if row is not None and not self._recalled and not self._mailbox.loaded:
            _, self._cur_seen, self._new_seen = row[:3]
            self.settled = True
        self._recalled = True

    @property
    def seen(self) -> tuple[int, int] | None:
        """Modification times of `cur` and `new` with which nothing can have happened that is not known."""
        if self._cur_seen < 0 or self._new_seen < 0 or self._recheck < float("inf"):
            return None
        return self._cur_seen, self._new_seen

    def look_again(self) -> None:
        """Nobody waits now: see what may have hidden behind changes of our own, so that `seen` is known. May wait."""
        if self.seen is None:
            self._next_look = self._not_before = 0.0
            self._recheck = min(self._recheck, time.monotonic())
            try:
                self.poll()
            except StorageError as error:
                logger.warning("cannot look at %r: %s", self._mailbox.path, error)

    def suspect(self) -> None:
        """Something is not where it should be: look again."""
        self._recalled = True
        self._cur_seen = -1
        self._next_look = self._not_before = 0.0

    @contextlib.contextmanager
    def own_change(self) -> Iterator[None]:
        """We change `cur` ourselves: what is new to the folder's modification time is no news by itself.

        In a small folder it is looked at all the same. In a large one, what others did at the same time is
        found a little later. A fault here changes nothing: the next look meets it.
        """
        cur = self._mailbox.path + b"/cur"
        known = self._cur_seen >= 0 and _changed_at(cur) == self._cur_seen
        yield
        if not known or len(self._mailbox.index) < SMALL:
            self._cur_seen = -1
        else:
            self._cur_seen = _changed_at(cur)
            self._recheck = min(self._recheck, time.monotonic() + LATER)

    def _new_is_due(self) -> bool:
        return os.stat(self._mailbox.path + b"/new").st_mtime_ns != self._new_seen

    def _cur_is_due(self, now: float) -> bool:
        if now < self._not_before:
            return False
        return now >= self._recheck or os.stat(self._mailbox.path + b"/cur").st_mtime_ns != self._cur_seen

    def _look(self) -> None:
        mailbox = self._mailbox
        mailbox.bring()
        if not mailbox.number:
            return
        if self._cur_is_due(time.monotonic()) or not mailbox.state.scanned:
            self._look_at_cur()
        if self._new_is_due():
            self._look_at_new()

    def _look_at_cur(self) -> None:
        mailbox, state = self._mailbox, self._mailbox.state
        cur = mailbox.path + b"/cur"
        changed_at, started = os.stat(cur).st_mtime_ns, time.monotonic()
        racy = time.time_ns() - changed_at < RACY
        uids, names, infos = mailbox.index.uids, list(state.names), list(state.infos)
        known = uids[: len(names)]
        graves = list(state.graveyard)
        if len(names) < SMALL and state.scanned:
            difference = compare(cur, names, infos)
        else:
            difference = mailbox.account.offload(compare, cur, names, infos)
        if difference.fresh:
            mailbox.reserve.expect(len(difference.fresh))
        self._cur_seen, self._recheck = changed_at, float("inf")
        self.settled = True
        try:
            merging.merge(mailbox, known, names, graves, difference)
        except BaseException:
            self.suspect()
            raise
        took = time.monotonic() - started
        self._not_before = time.monotonic() + took * SHARE if self._hinted else 0.0
        if racy and len(names) < SMALL:
            self._cur_seen = -1
        elif racy:
            self._recheck = time.monotonic() + RACY / 1e9

    def _look_at_new(self) -> None:
        new = self._mailbox.path + b"/new"
        while True:
            changed_at = os.stat(new).st_mtime_ns
            racy = time.time_ns() - changed_at < RACY
            if not arrivals.take_in(self._mailbox, names_in(new)):
                break
        self._new_seen = -1 if racy else changed_at


def _changed_at(path: bytes) -> int:
    """When a folder changed, in nanoseconds since 1970; -1 when that cannot be known."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1
