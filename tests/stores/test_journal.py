"""The journal: lost, damaged, written anew, held by one process, and one fsync for many."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.context import Context
from coromail.errors import InUse, Unavailable
from coromail.stores.maildir import compaction
from coromail.stores.maildir.group_commit import GroupCommit
from coromail.stores.maildir.journal import START, Journal, new_header, record, walk
from coromail.stores.maildir.records import Kind
from coromail.stores.maildir.state import State, decode
from tests.stores.crashing_disk import CrashingDisk, crashing
from tests.stores.maildir_home import Home, append, flags, mail, subjects, uids


def everything(home: Home) -> object:
    """All that must never change by itself."""
    found = []
    for mailbox in list(home.model.mailboxes()):
        mailbox.poll()
        numbers = (mailbox.uidvalidity, list(mailbox.index.modseqs), mailbox.vanished_since(0))
        found.append(
            (
                mailbox.full_path,
                numbers,
                uids(mailbox),
                flags(mailbox),
                subjects(mailbox),
            )
        )
    return found, home.model.subscriptions


def lived_in(home: Home) -> object:
    append(home.inbox, "one", "two", "three", flags=("Work",))
    home.deliver(mail("four"))
    home.model.create("Sub/Deep")
    home.model.subscribe("Sub")
    home.inbox.copy([1, 2], home.box("Sub/Deep"))
    home.inbox.move([3], home.box("Sub/Deep"))
    home.box("Sub/Deep").expunge([2])
    home.inbox.store([1], "+", ["\\Flagged", "$Junk"])
    return everything(home)


def journal(home: Home) -> Path:
    return home.path / "coromail.journal"


def cache(home: Home) -> Path:
    return home.path / "coromail.sqlite3"


def test_a_lost_journal_is_made_again_with_the_old_numbers(home: Home) -> None:
    before = lived_in(home)
    home.model.close()
    journal(home).unlink()
    home.restart()
    assert everything(home) == before


@pytest.mark.parametrize("damage", ["zeros", "empty", "text", "half", "one byte"])
def test_a_damaged_journal_is_mended(home: Home, damage: str) -> None:
    before = lived_in(home)
    home.model.close()
    octets = bytearray(journal(home).read_bytes())
    middle = len(octets) // 2
    octets[middle] ^= 0xFF
    damaged = {
        "zeros": bytes(len(octets)),
        "empty": b"",
        "text": b"hello, this is not a journal\n" * 10,
        "half": bytes(octets[:middle]),
        "one byte": bytes(octets),
    }
    journal(home).write_bytes(damaged[damage])
    home.restart()
    assert everything(home) == before
    home.restart()
    assert everything(home) == before


def test_a_lost_cache_loses_nothing(home: Home) -> None:
    before = lived_in(home)
    list(home.inbox.envelopes(uids(home.inbox)))
    home.model.close()
    cache(home).unlink()
    home.restart()
    assert everything(home) == before


@pytest.mark.parametrize(
    "octets", [b"", b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 8192], ids=["empty", "ruin", "zeros"]
)
def test_a_damaged_cache_is_made_again(home: Home, octets: bytes) -> None:
    lived_in(home)
    envelopes = list(home.inbox.envelopes(uids(home.inbox)))
    home.model.close()
    cache(home).write_bytes(octets)
    home.restart()
    assert list(home.inbox.envelopes(uids(home.inbox))) == envelopes
    home.restart()
    assert list(home.inbox.envelopes(uids(home.inbox))) == envelopes


def test_both_lost_means_new_numbers_and_no_lost_mail(home: Home) -> None:
    append(home.inbox, "one", "two")
    before = home.inbox.uidvalidity
    home.model.close()
    journal(home).write_bytes(b"ruin" * 100)
    cache(home).write_bytes(b"ruin" * 100)
    home.model.account.catalogue.last_uidvalidity = 0
    home.restart()
    assert sorted(subjects(home.inbox)) == ["one", "two"]
    assert home.inbox.uidvalidity >= before


def test_uids_go_far_ahead_when_the_copy_is_stale(home: Home) -> None:
    append(home.inbox, "one")
    home.restart()
    append(home.inbox, "two", "three")
    told = dict(zip(uids(home.inbox), subjects(home.inbox), strict=True))
    home.model.account.journal.close()
    home.model.account.closed = True
    home.model.account.cache.close()
    journal(home).unlink()
    home.model = home.login()
    box = home.inbox
    assert uids(box)[0] == 1
    assert not {2, 3} & set(uids(box))
    assert sorted(subjects(box)) == sorted(told.values())


def test_compaction_keeps_everything(home: Home) -> None:
    lived_in(home)
    home.inbox.store([1], "-", ["\\Flagged"])
    before = everything(home)
    size = journal(home).stat().st_size
    for _ in range(3):
        home.inbox.tidy.run()
        assert compaction.compact(home.model.account)
        assert everything(home) == before
    assert journal(home).stat().st_size < size
    append(home.inbox, "after")
    before = everything(home)
    home.restart()
    assert everything(home) == before


def test_compaction_of_mailboxes_that_nobody_looked_at(home: Home) -> None:
    before = lived_in(home)
    home.restart()
    assert compaction.compact(home.model.account)
    home.restart()
    assert everything(home) == before


def test_compaction_while_others_go_on(home: Home) -> None:
    lived_in(home)
    account = home.model.account
    done = []

    def offload(function, *args):  # type: ignore[no-untyped-def]
        result = function(*args)
        if function in (compaction.write_anew, compaction.copy_tail) and not done:
            done.append(append(home.inbox, f"while {function.__name__}"))
        return result

    home.inbox.tidy.run()
    account.offload = offload
    account.journal.commits.settle = lambda: None  # type: ignore[method-assign] # they would wait for us
    assert compaction.compact(account)
    before = everything(home)
    assert "while write_anew" in subjects(home.inbox)
    home.crash()
    assert [row[4] for row in everything(home)[0]] == [row[4] for row in before[0]]  # type: ignore[index]


def test_compaction_closes_the_old_file_in_a_thread(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its blocks are freed then, which has to wait for the disk."""
    lived_in(home)
    account, close = home.model.account, os.close
    threads: list[object] = []  # those that are at work
    closed: list[tuple[int, bool]] = []

    def offload(function, *args):  # type: ignore[no-untyped-def]
        threads.append(function)
        try:
            return function(*args)
        finally:
            threads.pop()

    def note(fd: int) -> None:
        closed.append((os.fstat(fd).st_ino, bool(threads)))
        close(fd)

    home.inbox.tidy.run()
    old = journal(home).stat().st_ino
    account.offload = offload
    monkeypatch.setattr(os, "close", note)
    assert compaction.compact(account)
    assert [in_a_thread for file, in_a_thread in closed if file == old] == [True]


@pytest.mark.parametrize("lost", [False, True], ids=["process", "machine"])
def test_a_power_cut_at_every_call_of_compaction(lost: bool, tmp_path: Path) -> None:
    home = Home(tmp_path / "lived in", fsync="always")
    lived_in(home)
    home.restart()
    before = everything(home)
    home.model.close()
    stop_at, finished = 0, False
    while not finished:
        stop_at += 1
        folder = tmp_path / str(stop_at)
        shutil.copytree(tmp_path / "lived in", folder)
        home = Home(folder, fsync="always")
        disk = CrashingDisk(stop_at)
        with crashing(disk):
            compaction.compact(home.model.account)
            finished = True
        if lost:
            disk.lose_unsynced()
        disk.close()
        home.crash()
        assert everything(home) == before, f"call {stop_at}"
        home.abandon()
    assert stop_at > 8


def test_idle_mailboxes_leave_memory(home: Home) -> None:
    before = lived_in(home)
    for mailbox in list(home.model.mailboxes()):
        mailbox.tidy.run()  # type: ignore[attr-defined]
        assert mailbox.may_unload()  # type: ignore[attr-defined]
        mailbox.unload()  # type: ignore[attr-defined]
        assert not mailbox.loaded  # type: ignore[attr-defined]
    assert everything(home) == before


def test_one_process_at_a_time(home: Home) -> None:
    with pytest.raises(InUse):
        home.login()
    append(home.inbox, "one")
    assert subjects(home.inbox) == ["one"]


def test_one_fsync_for_all_who_wait() -> None:
    commits = GroupCommit(lambda: None, threading.Lock())
    started, go_on = threading.Event(), threading.Event()
    syncs = []

    def sync() -> None:
        syncs.append(commits.written)
        started.set()
        go_on.wait(10)

    commits._sync = sync
    commits.written = 1
    first = threading.Thread(target=commits.settle)
    first.start()
    started.wait(10)
    commits.written += 20
    others = [threading.Thread(target=commits.settle) for _ in range(20)]
    for other in others:
        other.start()
    go_on.set()
    for thread in [first, *others]:
        thread.join(10)
    assert syncs == [1, 21]
    assert commits.durable == 21


def test_a_failed_fsync_fails_those_who_wait_and_is_tried_again() -> None:
    outcomes = iter([OSError("no"), None])

    def sync() -> None:
        outcome = next(outcomes)
        if outcome is not None:
            raise outcome

    commits = GroupCommit(sync, threading.Lock())
    commits.written = 1
    with pytest.raises(OSError, match="no"):
        commits.settle()
    assert commits.durable == 0
    commits.settle()
    assert commits.durable == 1


def test_who_waited_for_an_fsync_that_failed_is_not_told_that_the_next_one_did_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed fsync the system has forgotten what it could not write: the next one would succeed."""
    journal = Journal(bytes(tmp_path / "journal"), Context())
    journal.open()
    journal.append(Kind.FLAGS, 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", failing_fsync)
        with pytest.raises(Unavailable):
            journal.settle()
    with pytest.raises(OSError, match="failed"):
        journal.commits.settle()  # as somebody does who waited for the lock meanwhile
    with pytest.raises(Unavailable):
        journal.settle_here()
    assert journal.commits.durable == 0
    journal.close()


def test_an_fsync_that_failed_meanwhile_fails_the_one_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells one of them only."""

    def sync(fd: int) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fdatasync", failing_fsync)
            with pytest.raises(Unavailable):
                journal.settle_here()

    journal = Journal(bytes(tmp_path / "journal"), Context(sync=sync))
    journal.open()
    journal.settle_here()  # its name is durable
    journal.append(Kind.RECENT, 1, b"one")
    with pytest.raises(Unavailable):
        journal.settle()
    assert journal.commits.durable < journal.commits.written
    journal.close()


def failing_fsync(fd: int) -> None:
    raise OSError(errno.EIO, "bad")


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_damage_is_survived(data: st.DataObject) -> None:
    records = [record(Kind.RECENT, number, os.urandom(number % 7)) for number in range(1, 12)]
    octets = bytearray(new_header() + b"".join(records))
    for _ in range(data.draw(st.integers(0, 4))):
        octets[data.draw(st.integers(START, len(octets) - 1))] = data.draw(st.integers(0, 255))
    octets = octets[: data.draw(st.integers(START, len(octets)))]
    found = walk(bytes(octets))
    assert found.end <= len(octets)
    numbers = [entry.mailbox for entry in found.entries]
    assert numbers == sorted(set(numbers))


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(st.sampled_from([kind for kind in Kind if kind >= Kind.SNAPSHOT]), st.binary(max_size=120))
    )
)
def test_records_of_any_octets_never_break_the_reader(records: list[tuple[int, bytes]]) -> None:
    assert isinstance(decode(records), State)


def test_a_snapshot_with_flipped_bits_never_breaks_the_reader(home: Home) -> None:
    lived_in(home)
    packed = home.inbox.columns().snapshot()
    for position in range(len(packed)):
        for bit in (1, 0x80):
            damaged = packed[:position] + bytes([packed[position] ^ bit]) + packed[position + 1 :]
            state = decode([(Kind.SNAPSHOT, damaged)])
            assert len(state.names) == len(state.index) == len(state.sizes)


def test_what_is_written_together_is_there_together(tmp_path: Path) -> None:
    """Whatever is left of the last record after a crash: both parts or neither."""
    path = bytes(tmp_path / "journal")
    journal = Journal(path, Context())
    journal.open()
    journal.append(Kind.FLAGS, 1, b"before")
    start = journal.size
    payloads = [bytes(range(256)), b"leaves"]
    both = journal.append_several([(Kind.APPENDED, 1, payloads[0]), (Kind.EXPUNGED, 2, payloads[1])])
    assert [(part.kind, part.mailbox, journal.read(part)) for part in both] == [
        (Kind.APPENDED, 1, payloads[0]),
        (Kind.EXPUNGED, 2, payloads[1]),
    ]
    octets = journal.octets(0, journal.size)
    journal.close()
    assert walk(octets).entries[1:] == both
    for end in range(start, len(octets)):
        assert [entry.kind for entry in walk(octets[:end]).entries] == [Kind.FLAGS]
