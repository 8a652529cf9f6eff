"""Sizes and internal dates: from the columns where they are known, from the files where nobody has asked before."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from coromail.errors import Expunged, StorageError
from coromail.stores.maildir.files import measure_all
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.packing import NO_DATE, NO_SIZE
from coromail.stores.maildir.reading import locate
from coromail.stores.maildir.records import Kind, pack_facts

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

CHUNK = 1000
MANY = 100  # messages that were read one by one and are written down together


def sizes(mailbox: MaildirMailbox, uids: Iterable[int]) -> Sequence[int]:
    """RFC822.SIZE of each message. Waits only for those that were never asked for. Raises Expunged."""
    uids = list(uids)
    found = column(mailbox, mailbox.state.sizes, uids)
    if NO_SIZE not in found:
        return found
    look_up(mailbox, [uid for uid, size in zip(uids, found, strict=True) if size == NO_SIZE], with_size=True)
    return [max(size, 0) for size in column(mailbox, mailbox.state.sizes, uids)]


def dates(mailbox: MaildirMailbox, uids: Iterable[int]) -> Sequence[int]:
    """Internal date of each message. Waits only for those that were never asked for. Raises Expunged."""
    uids = list(uids)
    found = column(mailbox, mailbox.state.dates, uids)
    if NO_DATE not in found:
        return found
    look_up(mailbox, [uid for uid, date in zip(uids, found, strict=True) if date == NO_DATE], with_size=False)
    return [0 if date == NO_DATE else date for date in column(mailbox, mailbox.state.dates, uids)]


def column(mailbox: MaildirMailbox, values: array[int], uids: Sequence[int]) -> array[int]:
    """The entries of a column for these UIDs."""
    index = mailbox.index
    if not uids:
        return array(values.typecode)
    start = index.position(uids[0])
    end = start + len(uids)
    if start >= 0 and index.uids[start:end].tolist() == uids:
        return values[start:end]
    positions = [index.position(uid) for uid in uids]
    if -1 in positions:
        raise Expunged("Some of these messages are gone")
    return array(values.typecode, [values[position] for position in positions])


def leave(mailbox: MaildirMailbox, uids: Sequence[int]) -> None:
    """These messages are about to go: what is known of the size of the mailbox becomes less."""
    total = mailbox.known_octets
    if total is not None:
        gone = sum(max(size, 0) for size in column(mailbox, mailbox.state.sizes, uids))
        mailbox.note_octets(len(mailbox.index) - len(uids), total - gone)


def look_up(mailbox: MaildirMailbox, uids: Sequence[int], with_size: bool) -> None:
    """Look at the files of these messages and keep what they say."""
    for start in range(0, len(uids), CHUNK):
        with storage_errors():
            _look_up(mailbox, uids[start : start + CHUNK], with_size)


def _look_up(mailbox: MaildirMailbox, uids: Sequence[int], with_size: bool) -> None:
    state = mailbox.state
    cur = mailbox.path + b"/cur/"
    positions = [mailbox.index.position(uid) for uid in uids]
    paths = [cur + state.names[place] + state.infos[place] if place >= 0 else None for place in positions]
    found = mailbox.account.offload(measure_all, paths, with_size)
    for place, (uid, path) in enumerate(zip(uids, paths, strict=True)):
        if found[place] is None and path is not None:
            path = mailbox.account.offload(locate, mailbox, uid)
            found[place] = mailbox.account.offload(measure_all, [path], with_size)[0]
    note(mailbox, uids, found)


def note(mailbox: MaildirMailbox, uids: Sequence[int], measured: Sequence[tuple[int, int] | None]) -> None:
    """Keep sizes and dates that files told, where none were known."""
    known: list[int] = []
    new_sizes: list[int] = []
    new_dates: list[int] = []
    for uid, told in zip(uids, measured, strict=True):
        place = mailbox.index.position(uid)
        if told is None or place < 0:
            continue
        old = mailbox.state.sizes[place], mailbox.state.dates[place]
        size = told[0] if old[0] == NO_SIZE else old[0]
        date = told[1] if old[1] == NO_DATE else old[1]
        if (size, date) != old:
            known.append(uid)
            new_sizes.append(size)
            new_dates.append(date)
    if known:
        mailbox.learn(known, new_sizes, new_dates)


def learn(
    mailbox: MaildirMailbox, uids: Sequence[int], sizes: Sequence[int], dates: Sequence[int], now: bool = True
) -> None:
    """Keep sizes and internal dates that were looked up. `now` or together with others they are written down: what
    is lost of them can be looked up again."""
    mailbox.seen += zip(uids, sizes, dates, strict=True)
    if now or len(mailbox.seen) >= MANY:
        write_seen(mailbox)
    state, summed = mailbox.state, mailbox.known_octets is not None
    for uid, size, date in zip(uids, sizes, dates, strict=True):
        position = mailbox.index.position(uid)
        if position >= 0:
            if state.sizes[position] != size and (summed or state.sizes[position] != NO_SIZE):
                mailbox.note_octets(0, 0)  # the sum has another size of it: all are added up anew
                mailbox.account.sums.changed.add(mailbox.number)
            state.sizes[position], state.dates[position] = size, date
    mailbox.prepared.forget(uids)


def write_seen(mailbox: MaildirMailbox) -> None:
    """Write down what is not yet."""
    if mailbox.seen and mailbox.number:
        with contextlib.suppress(StorageError):  # a full disk: nothing is lost that cannot be looked up again
            _write(mailbox)


def _write(mailbox: MaildirMailbox) -> None:
    seen, mailbox.seen = mailbox.seen, []
    mailbox.write(Kind.FACTS, pack_facts(*zip(*seen, strict=True)))
