"""What may wait: file names that show the flags, and files of expunged messages.

The journal is the authority for flags; the letters in file names are for other programs and are brought up to date
about a second later, when nobody waits. Files of expunged messages go in the same way.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.errors import StorageError
from coromail.stores.maildir.files import remove_all, rename_all
from coromail.stores.maildir.journal import sync_folder
from coromail.stores.maildir.names import info_for, split_name
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.records import MODSEQ, Kind, pack_infos

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

logger = logging.getLogger(__name__)

DELAY = 1.0  # seconds
FEW = 8  # so many system calls are cheaper than a hop to another thread
ABANDONED = 36 * 3600  # seconds after which a file in `tmp` is no delivery under way, by custom
SWEEP = 86400.0  # seconds between looks for such files


class Tidy:
    """The waiting work of one mailbox: `dirty` UIDs whose file names are to be checked, `doomed` files, `stale`
    UIDs to be dropped from the cache."""

    def __init__(self, mailbox: MaildirMailbox) -> None:
        self.dirty: set[int] = set()
        self.doomed: list[bytes] = []
        self.stale: set[int] = set()
        self._mailbox = mailbox
        self._scheduled = False
        self._next_sweep = 0.0

    @property
    def idle(self) -> bool:
        """Whether nothing waits."""
        return not self.dirty and not self.doomed

    def reload(self) -> None:
        """The columns were made again. After a crash file names may show flags of before."""
        state = self._mailbox.state
        if self._mailbox.outside.settled:
            state.others.clear()
        elif state.others:
            columns = zip(state.index.uids, state.names, strict=True)
            self.dirty.update(uid for uid, name in columns if name in state.others)

    def flags_changed(self, uids: Sequence[int]) -> None:
        """The files of these messages may need other names."""
        self.dirty.update(uids)
        self._later()

    def expunged(self, files: Sequence[bytes]) -> None:
        """These files in `cur` are to go."""
        self.doomed += files
        self._later()

    def _later(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._mailbox.account.context.call_later(DELAY, self.run)

    def selected(self) -> None:
        """Somebody uses the mailbox: look after `tmp`, once a day."""
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + SWEEP
            self._mailbox.account.context.call_later(DELAY, self.sweep)

    def sweep(self) -> None:
        """Remove what deliveries left in `tmp` that were broken off. Waits."""
        mailbox, account = self._mailbox, self._mailbox.account
        if not mailbox.number or account.closed:
            return
        tmp = mailbox.path + b"/tmp/"
        try:
            found: set[bytes] = set(account.offload(abandoned, tmp, time.time() - ABANDONED))
            if found:
                found.difference_update(mailbox.state.names)  # a file of our own that `cur` will get
                account.offload(remove_all, [tmp + name for name in found])
        except OSError as error:
            logger.warning("%r cannot be swept: %s", tmp, error)

    def run(self) -> None:
        """Do what waits. Faults are logged, and what could not be done is left to the next scan or start."""
        self._scheduled = False
        mailbox = self._mailbox
        if self.idle or not mailbox.number or mailbox.account.closed:
            return
        with mailbox.outside.lock:
            try:
                with storage_errors(), mailbox.outside.own_change():
                    self._rename()
                    self._unlink()
            except StorageError as error:
                logger.warning("%r cannot be tidied: %s", mailbox.path, error)

    def _rename(self) -> None:
        mailbox, state = self._mailbox, self._mailbox.state
        uids, self.dirty = sorted(self.dirty), set()
        cur = mailbox.path + b"/cur/"
        renamed: list[int] = []
        infos: list[bytes] = []
        pairs: list[tuple[bytes, bytes]] = []
        waiting = set(mailbox.unpublished)
        for uid in uids:
            position = mailbox.index.position(uid)
            if position < 0:
                continue
            name, old = state.names[position], state.infos[position]
            new = info_for(state.index.flags[position], old)
            if name in mailbox.pending or uid in waiting:
                self.dirty.add(uid)
            elif new != old:
                renamed.append(uid)
                infos.append(new)
                pairs.append((cur + name + old, cur + name + new))
        if not pairs:
            return
        # Written first: whichever of the two names a scan finds after a crash, it is no news.
        mailbox.write(Kind.INFOS, pack_infos(renamed, infos))
        done = rename_all(pairs) if len(pairs) <= FEW else mailbox.account.offload(rename_all, pairs)
        for uid, info, success in zip(renamed, infos, done, strict=True):
            position = mailbox.index.position(uid)
            if not success:
                mailbox.outside.suspect()
            elif position >= 0:
                state.infos[position] = info
        # Those expunged meanwhile are doomed under the name they had; now they have this one.
        for (_, new), success in zip(pairs, done, strict=True):
            file = new.rpartition(b"/")[2]
            if success and split_name(file)[0] in state.graveyard:
                self.doomed.append(file)

    def _unlink(self) -> None:
        mailbox, state = self._mailbox, self._mailbox.state
        doomed = {file: split_name(file)[0] for file in self.doomed}
        files = [file for file, base in doomed.items() if base not in mailbox.pending]
        self.doomed = [file for file, base in doomed.items() if base in mailbox.pending]
        if not files:
            return
        gone = mailbox.account.offload(unlink_all, mailbox.path, files, mailbox.account.durable)
        for file, success in zip(files, gone, strict=True):
            if success:
                state.graveyard.pop(doomed[file], None)
            else:
                mailbox.outside.suspect()
        stale, self.stale = self.stale, set()
        mailbox.account.offload(mailbox.account.cache.forget, mailbox.number, stale)
        last = min(state.graveyard.values(), default=mailbox.highestmodseq + 1) - 1
        mailbox.write(Kind.UNLINKED, MODSEQ.pack(last))


def abandoned(tmp: bytes, before: float) -> list[bytes]:
    """Regular files that nobody touched since that time. Blocks.

    What counts is when the file changed at all: its modification time may be the internal date of a message.
    """
    with os.scandir(tmp) as entries:
        return [
            entry.name
            for entry in entries
            if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_ctime < before
        ]


def unlink_all(folder: bytes, files: Sequence[bytes], durable: bool) -> list[bool]:
    """Unlink files of `cur` (or `tmp`, where new ones are) and make that durable; which were there. Blocks."""
    gone = []
    for file in files:
        for path in (folder + b"/cur/" + file, folder + b"/tmp/" + split_name(file)[0]):
            try:
                os.unlink(path)
            except OSError:
                continue
            gone.append(True)
            break
        else:
            gone.append(False)
    if durable:
        sync_folder(folder + b"/cur")
    return gone
