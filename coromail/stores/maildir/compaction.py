"""Writing the journal anew, with one snapshot for each mailbox in place of its history.

The new file is written and made durable beside the old one while changes go on; then what was written meanwhile is
copied after it, and it takes the old one's name. While this happens nothing is declared durable, so whoever got an OK
got it for something that is in the file that has the name: before the rename in the old one (and, copied and durable,
in the new), afterwards in the new.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.stores.maildir import storing, transfer
from coromail.stores.maildir.journal import CHECKSUM, HEAD, START, Entry, Journal, lock, new_header, record
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.places import Places, places_of
from coromail.stores.maildir.records import Kind
from coromail.stores.maildir.state import State, decode

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount

LEAST = 256 * 1024  # octets of history not worth the trouble; memory knows where each record is
CONTENTS = 256 * LEAST  # the same of messages in the journal


class Plan(NamedTuple):
    """What is to be in the new file: whole records, columns by mailbox, records of the old file by mailbox."""

    head: list[tuple[int, int, bytes]]
    snapshots: list[tuple[int, State]]
    histories: list[tuple[int, Sequence[Entry]]]
    size: int


class Written(NamedTuple):
    """The new file, its size, and where its records are."""

    fd: int
    size: int
    entries: dict[int, Places]


def possible(account: MaildirAccount, with_unstored: bool = False) -> bool:
    """Whether no mailbox is in the middle of something that a snapshot does not tell."""
    return not any(
        mailbox.pending
        or mailbox.outside.lock.locked()
        or (mailbox.loaded and (mailbox.state.others or mailbox.state.intents))
        or (mailbox.loaded and mailbox.state.unstored and not with_unstored)
        for mailbox in account.by_number.values()
    )


def unfinished(state: State) -> bool:
    """Whether there is something that a snapshot does not tell."""
    return bool(state.others or state.intents or state.unstored)


def repair(account: MaildirAccount) -> None:
    """Write the journal anew because the old file cannot be trusted. Raises OSError if that cannot be now."""
    transfer.finish(account)
    if not possible(account, with_unstored=True):
        raise OSError(errno.EIO, "the journal cannot be written anew now")
    for mailbox in account.by_number.values():
        storing.store(mailbox)
    if not compact(account):
        raise OSError(errno.EIO, "the journal cannot be written anew now")


def compact(account: MaildirAccount) -> bool:
    """Write the journal anew, if nothing stands in the way; whether it was. Waits, while others may go on.

    Raises a storage error; then the old file stays.
    """
    with account.journal.commits.lock:
        if account.closed or not possible(account):
            return False
        with storage_errors():
            _compact(account)
        return True


def _compact(account: MaildirAccount) -> None:
    journal = account.journal
    plan = _plan(account)
    path = journal.path + b".new"
    written: Written = account.offload(write_anew, path, journal, plan)
    fd = written.fd
    try:
        start, end = plan.size, written.size
        size, durable = journal.size, journal.commits.durable
        end = account.offload(copy_tail, journal, fd, start, size, end)
        # From here to the rename nothing switches. The rest of the tail was declared durable only if that could not wait.
        copied = journal.commits.written
        urgent = account.durable and journal.commits.durable > durable
        end = copy_tail(journal, fd, size, journal.size, end, durable=urgent)
        os.rename(path, journal.path)
    except BaseException:
        os.close(fd)
        raise
    old = _take_over(account, written, plan, end)
    account.offload(_finish, journal, old)
    journal.commits.durable = max(journal.commits.durable, copied)


def _finish(journal: Journal, old: int) -> None:
    os.close(old)  # its blocks are freed now: that reads and writes on the disk
    journal.sync()


def _plan(account: MaildirAccount) -> Plan:
    snapshots: list[tuple[int, State]] = []
    histories: list[tuple[int, Sequence[Entry]]] = []
    for number in account.catalogue.mailboxes:
        mailbox = account.by_number.get(number)
        if mailbox is not None and mailbox.loaded:
            snapshots.append((number, mailbox.columns()))
        else:
            histories.append((number, list(account.entries.get(number, ()))))
    return Plan(account.catalogue.pack(), snapshots, histories, account.journal.size)


def write_anew(path: bytes, journal: Journal, plan: Plan) -> Written:
    """Write the new file, locked and durable. Blocks."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    entries: dict[int, Places] = {}
    try:
        lock(fd)
        write_all(fd, new_header(journal.identity))
        size = START
        for kind, number, payload in _records(journal, plan):
            octets = record(kind, number, payload)
            write_all(fd, octets)
            if kind >= Kind.SNAPSHOT:
                entry = Entry(kind, number, size + HEAD.size, len(payload))
                places_of(entries, number).append(entry)
            size += len(octets)
        os.fdatasync(fd)
    except BaseException:
        os.close(fd)
        raise
    return Written(fd, size, entries)


def _records(journal: Journal, plan: Plan) -> list[tuple[int, int, bytes]]:
    records = list(plan.head)
    records += [(int(Kind.SNAPSHOT), number, state.snapshot()) for number, state in plan.snapshots]
    for number, history in plan.histories:
        payloads = [(entry.kind, journal.read(entry)) for entry in history]
        state = decode(payloads)
        if len(payloads) == 1 or unfinished(state):
            records += [
                (Kind.ADDED if kind == Kind.MOVED_HERE else kind, number, payload)
                for kind, payload in payloads
            ]
        elif payloads:
            records.append((Kind.SNAPSHOT, number, state.snapshot()))
    return records


def write_all(fd: int, octets: bytes) -> None:
    """Write everything, in as many calls as it takes."""
    view = memoryview(octets)
    while view:
        view = view[os.write(fd, view) :]


def copy_tail(journal: Journal, fd: int, start: int, end: int, at: int, durable: bool = True) -> int:
    """Copy what the journal has from `start` to `end` behind the new file; where that ends now."""
    octets = journal.octets(start, end)
    os.lseek(fd, at, os.SEEK_SET)
    write_all(fd, octets)
    if durable:
        os.fdatasync(fd)
    return at + len(octets)


def _take_over(account: MaildirAccount, written: Written, plan: Plan, end: int) -> int:
    """Go on with the new file; the descriptor of the old one."""
    shift = written.size - plan.size
    entries = written.entries
    for number, known in account.entries.items():
        for entry in known:
            if entry.offset > plan.size:
                places_of(entries, number).append(entry._replace(offset=entry.offset + shift))
    account.entries = entries
    account.compacted_size = written.size
    account.contents_size = 0
    account.copied = 0
    return account.journal.replace(written.fd, end)


def worthwhile(account: MaildirAccount) -> bool:
    """Whether there is enough history: over 256 KiB (of messages: 64 MiB), and half as much as of snapshots."""
    history = account.journal.size - account.compacted_size - account.contents_size
    half = account.compacted_size // 2
    return history > max(LEAST, half) or account.contents_size > max(CONTENTS, half)


def size_of_snapshots(entries: dict[int, Places]) -> int:
    """How much of a journal is not history."""
    return sum(
        entry.length + HEAD.size + CHECKSUM.size
        for known in entries.values()
        for entry in known
        if entry.kind == Kind.SNAPSHOT
    )
