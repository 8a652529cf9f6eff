"""Keeping the index of texts, beside the work for clients, and asking it.

A mailbox comes into it when somebody searches text there for the first time and there are enough messages for it to
pay. Messages are taken in by ascending UID, which never goes down: what is above the last one is looked into directly, so
a search is right before, while and after the index is built.
"""

from __future__ import annotations

import logging
import os
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from coromail.message.lines import to_crlf
from coromail.message.search_text import folded, searchable
from coromail.stores.maildir.cache import FAULTS, is_damage
from coromail.stores.maildir.files import read_file
from coromail.stores.maildir.reading import read_first
from coromail.stores.maildir.text_index import AT_ONCE, SHORTEST, TextIndex, remove

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount
    from coromail.stores.maildir.mailbox import MaildirMailbox

logger = logging.getLogger(__name__)

FILE = b"/coromail.texts.sqlite3"
WORTH = 100  # messages from which on a mailbox is indexed
STEP = 100  # messages that are taken in at once,
OCTETS = 1 << 20  # but not many more octets than these
HUGE = 8 << 20  # octets of a message that is not read for the index: it is always looked into
REST = 4.0  # times the CPU time that it used it pauses: what it waited for disks and others is no work
PAUSE = 0.02  # seconds at least
LAST_STEPS = 10  # when an account is closed; what is left then is found when it is opened next
SOON = 1.0  # seconds after which messages leave that are gone

P = ParamSpec("P")
T = TypeVar("T")
Place = tuple[int, bytes, bytes, bytes]  # UID, folder, base name, likely path


class Indexing:
    """The index of one account; nothing is opened before somebody searches. `upto` says for each mailbox up to which
    UID it is in the index, None before that is known."""

    def __init__(self, account: MaildirAccount) -> None:
        self._account = account
        self._index: TextIndex | None = None
        self._off = account.context.settings.get("text_index", True) is False
        self._upto: dict[int, int] | None = None
        self._gone: dict[int, set[int]] = {}  # messages to be dropped
        # Mailboxes of which messages may be left that are gone, above a UID
        self._unchecked: dict[int, int] = {}
        self._dropped: set[int] = set()  # mailboxes to be dropped
        self._missed = False  # messages went while the index was not open
        self._busy = self._scheduled = False
        self._opening = account.context.make_lock()
        self._spent = 0.0  # seconds of CPU in this piece of work
        if self._off:
            remove(account.directory + FILE)

    # Asking

    def narrow(self, mailbox: MaildirMailbox, text: str, uids: Sequence[int]) -> Sequence[int]:
        """Those of the ascending UIDs whose message may hold a text: all, where nothing is known. May wait."""
        wanted = folded(text)
        if self._off or "\0" in text or len(wanted) < SHORTEST or len(uids) < 2:
            return uids
        progress = self._open(make=len(mailbox.index) >= WORTH)
        upto = progress.get(mailbox.number, 0)
        if self._index is not None and (upto or len(mailbox.index) >= WORTH):
            progress.setdefault(mailbox.number, 0)
            self._later(PAUSE)
        if not upto or self._index is None:
            return uids
        try:
            found: list[int] | None = self._account.offload(
                _query, self._index, mailbox.number, wanted, uids, upto
            )
        except FAULTS as error:
            self._give_up(error)
            return uids
        return uids if found is None else found

    def _open(self, make: bool) -> dict[int, int]:
        """What is in the index; `make` makes one where there is none."""
        if self._upto is None and make:
            with self._opening:  # once: who makes the file empties what another just made of it
                if self._upto is None and not self._off:
                    self._open_file()
        return {} if self._upto is None else self._upto

    def _open_file(self) -> None:
        account = self._account
        try:
            index = account.offload(TextIndex, account.directory + FILE, account.journal.identity)
            progress = account.offload(index.progress)
        except FAULTS as error:
            self._give_up(error)
        else:
            self._index, self._upto = index, progress
            self._check()

    def _check(self) -> None:
        """Forget mailboxes that are gone, and those that were put back to what they were before."""
        assert self._upto is not None
        by_number = self._account.by_number
        for number, upto in list(self._upto.items()):
            known = number in by_number and number not in self._dropped
            if not known or not upto or upto >= by_number[number].uidnext:
                self.forget(number)
        self._unchecked = dict.fromkeys(self._upto, 0)

    def _give_up(self, error: Exception) -> None:
        """Go on without the index until the account is opened again; one that is damaged is thrown away."""
        logger.warning("no index of texts in %r: %s", self._account.directory, error)
        self._off = True
        self._upto = None
        index, self._index = self._index, None
        if index is not None:
            index.close()
        if is_damage(error):
            remove(self._account.directory + FILE)

    # Keeping

    def expunged(self, number: int, uids: Sequence[int]) -> None:
        """Messages are gone."""
        if self._upto is None:
            self._missed = True
        elif number in self._upto:
            self._gone.setdefault(number, set()).update(uids)
        else:
            return
        self._later(SOON)

    def forget(self, number: int) -> None:
        """All of a mailbox goes; if it is still there, it comes back with the next search."""
        if self._upto is None:
            self._missed = True
        else:
            self._upto.pop(number, None)
        self._dropped.add(number)
        self._later(SOON)

    def _later(self, seconds: float) -> None:
        if not self._scheduled and not self._busy:
            self._scheduled = True
            self._account.context.call_later(seconds, self._run)

    def _run(self) -> None:
        """Some work, then a rest, until nothing is left to do."""
        self._scheduled = False
        if self._account.closed or self._busy:
            return
        self._spent = 0.0
        more = self.step()
        if more:
            self._later(max(PAUSE, REST * self._spent))

    def _work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something in another thread, and note the seconds of CPU that it took."""
        result: T
        result, spent = self._account.offload(_timed, function, *args, **kwargs)
        self._spent += spent
        return result

    def step(self) -> bool:
        """Do a piece of the work; whether there may be more. Waits."""
        if self._missed and not self._off:
            self._missed = False
            self._open(make=os.path.exists(self._account.directory + FILE))
        index = self._index
        if index is None or self._busy:
            return False
        self._busy = True
        try:
            return self._clean(index) or self._take_in(index)
        except FAULTS as error:
            self._give_up(error)
            return False
        finally:
            self._busy = False

    def _clean(self, index: TextIndex) -> bool:
        """Drop something that is gone."""
        work, by_number = self._work, self._account.by_number
        if self._dropped:
            number = min(self._dropped)
            if not work(index.forget_mailbox, number):
                self._dropped.discard(number)
        elif self._gone:
            number, uids = self._gone.popitem()
            some = [uids.pop() for _ in range(min(AT_ONCE, len(uids)))]
            if uids:
                self._gone[number] = uids
            work(index.forget, number, some)
        elif self._unchecked:
            number, after = self._unchecked.popitem()
            if number in by_number:
                upto = work(index.keep_only, number, by_number[number].index.uids, after)
                if upto is not None:
                    self._unchecked[number] = upto
        else:
            return False
        return True

    def _take_in(self, index: TextIndex) -> bool:
        for number, upto in list((self._upto or {}).items()):
            mailbox = self._account.by_number.get(number)
            if mailbox is None:
                self.forget(number)
                return True
            if mailbox.loaded and mailbox.uidnext - 1 > upto:
                places = _places(mailbox, upto)
                done = self._work(_take_in, index, number, places, mailbox.uidnext - 1)
                # A message may have gone in the meantime, when it was not yet known to be in it.
                gone = [uid for uid, *_ in places if not mailbox.has_uid(uid)]
                if self._upto is not None and number in self._upto:
                    self._upto[number] = done
                    if gone:
                        self._gone.setdefault(number, set()).update(gone)
                return True
        return False

    def close(self) -> None:
        """The account is closed: what is gone leaves the index first, unless it is much. Waits."""
        for _ in range(LAST_STEPS):
            if not (self._missed or self._gone or self._dropped) or not self.step():
                break
        index, self._index = self._index, None
        self._upto = None
        if index is not None:
            self._account.offload(index.close)


def _query(index: TextIndex, number: int, text: str, uids: Sequence[int], upto: int) -> list[int] | None:
    """Those of the UIDs that may hold a folded text, when all up to `upto` are in the index; None when it cannot tell.
    Blocks."""
    found = index.query(number, text)
    if found is None:
        return None
    return _common(found[: bisect_right(found, upto)], uids) + list(uids[bisect_right(uids, upto) :])


def _common(found: Sequence[int], uids: Sequence[int]) -> list[int]:
    """What is in both; `found` is the short one."""
    common = []
    for uid in found:
        place = bisect_left(uids, uid)
        if place < len(uids) and uids[place] == uid:
            common.append(uid)
    return common


def _places(mailbox: MaildirMailbox, upto: int) -> list[Place]:
    """Where the next messages are."""
    state, uids = mailbox.state, mailbox.index.uids
    start = bisect_right(uids, upto)
    folder = mailbox.path
    return [
        (uids[at], folder, state.names[at], folder + b"/cur/" + state.names[at] + state.infos[at])
        for at in range(start, min(start + STEP, len(uids)))
    ]


def _timed(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, float]:
    """What a function returns, and the seconds of CPU that it took."""
    start = time.thread_time()
    return function(*args, **kwargs), time.thread_time() - start


def _take_in(index: TextIndex, number: int, places: Sequence[Place], last: int) -> int:
    """Take messages in; the UID up to which all are in it then (`last` when there were none). Blocks."""
    texts: list[tuple[int, str | None]] = []
    octets = 0
    for uid, folder, base, path in places:
        text, size = _text(folder, base, path)
        texts.append((uid, text))
        octets += size
        if octets > OCTETS:
            break
    upto = texts[-1][0] if texts else last
    index.add(number, texts, upto)
    return upto


def _text(folder: bytes, base: bytes, path: bytes) -> tuple[str | None, int]:
    """The text of a message, None when it cannot be read now, and how many octets it took."""
    try:
        octets = read_file(path)
    except FileNotFoundError:
        found = read_first(folder, base, [folder + b"/tmp/" + base])
        if found is None:
            return None, 0
        octets = found
    except OSError:
        return None, 0
    if len(octets) > HUGE:
        return None, len(octets)
    return searchable(to_crlf(octets)), len(octets)
