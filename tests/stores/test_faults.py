"""Faults of the disk at every call of every operation: an error, and nothing half done."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coromail.errors import LimitReached, OverQuota, StorageError, Unavailable
from coromail.model.mailbox import LAST_UID, NewMessage
from coromail.model.message import Message
from coromail.stores.maildir import facts
from coromail.stores.maildir.oserrors import storage_error
from tests.stores.crashing_disk import REAL
from tests.stores.maildir_home import Home, append, flags, mail, subjects, uids
from tests.stores.test_crashes import SCENES, Scene, furnished


class FaultyDisk:
    """Fails call number `fail_at` (or all from there on) with an error number."""

    def __init__(self, fail_at: int, number: int, forever: bool) -> None:
        self.calls = 0
        self.fail_at = fail_at
        self.number = number
        self.forever = forever

    def wrap(self, name: str) -> Any:
        real = REAL[name]

        def call(*args: Any, **more: Any) -> Any:
            if name == "open" and not args[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                return real(*args, **more)
            self.calls += 1
            if self.calls == self.fail_at or (self.forever and self.calls > self.fail_at):
                raise OSError(self.number, os.strerror(self.number))
            return real(*args, **more)

        return call


def attempt(scene: Scene, home: Home, disk: FaultyDisk) -> StorageError | None:
    with pytest.MonkeyPatch.context() as patch:
        for name in REAL:
            patch.setattr(os, name, disk.wrap(name))
        try:
            scene.act(home)
        except StorageError as error:
            return error
    return None


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EMFILE], ids=errno.errorcode.get
)
@pytest.mark.parametrize("name", SCENES)
def test_a_fault_at_every_call(name: str, number: int, tmp_path: Path) -> None:
    scene = SCENES[name]
    home = furnished(tmp_path / "whole")
    before = scene.look(home)
    counting = FaultyDisk(-1, 0, forever=False)
    assert attempt(scene, home, counting) is None
    after = scene.look(home)
    home.model.close()
    for fail_at in range(1, counting.calls + 1):
        home = furnished(tmp_path / str(fail_at))
        error = attempt(scene, home, FaultyDisk(fail_at, number, forever=False))
        found = scene.look(home)
        if error is None:
            assert found == after, f"said to be done (call {fail_at})"
        else:
            assert isinstance(error, OverQuota if number == errno.EDQUOT else Unavailable)
        # The server goes on, and what it shows now is what is there after a restart.
        append(home.inbox, "later")
        shown = scene.look(home)
        home.crash()
        assert scene.look(home) == shown, f"call {fail_at}"
        assert "later" in subjects(home.inbox)
        home.abandon()
    assert before != after


def test_nothing_changes_when_a_record_cannot_be_written(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    append(home.inbox, "one", "two")
    home.model.create("Sub")
    sub = home.box("Sub")

    def full(fd: int, data: bytes, offset: int) -> int:
        REAL["pwrite"](fd, data[:7], offset)
        return 7  # the disk became full in the middle

    monkeypatch.setattr(os, "pwrite", full)
    for attempted in (
        lambda: append(home.inbox, "three"),
        lambda: home.inbox.store([1], "+", ["\\Seen"]),
        lambda: home.inbox.expunge([1]),
        lambda: home.inbox.copy([1], sub),
        lambda: home.inbox.move([1], sub),
        lambda: home.model.subscribe("x"),
        lambda: home.model.create("y"),
        lambda: home.model.delete("Sub"),
        lambda: home.model.rename("Sub", "z"),
    ):
        with pytest.raises(Unavailable):
            attempted()
    monkeypatch.undo()
    for _ in range(2):
        assert (uids(home.inbox), flags(home.inbox), uids(home.box("Sub"))) == ([1, 2], ["", ""], [])
        home.restart()
    assert len(home.files()) == 2
    assert home.files(part="tmp") == []


def test_mail_can_be_read_when_the_disk_is_full(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    append(home.inbox, "one")
    home.model.account.journal.close()
    home.model.account.closed = True

    def full(*args: Any) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "pwrite", full)
    home.model = home.login()
    assert subjects(home.inbox) == ["one"]
    monkeypatch.undo()


def test_sizes_and_dates_are_told_though_the_disk_is_full(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "MANY", 2)
    for text in ("one", "two", "three", "four"):
        os.utime(home.deliver(mail(text)), (1e9, 1e9))
    inbox = home.inbox

    def full(*args: Any) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        assert [inbox.read(uid) for uid in (1, 2, 3)] == [mail("one"), mail("two"), mail("three")]
        assert (inbox.size_of(4), inbox.internaldate_of(4)) == (len(mail("four")), 10**9)
    assert list(inbox.sizes([1, 2, 3])) == [len(mail("one")), len(mail("two")), len(mail("three"))]


def test_the_last_uid(home: Home) -> None:
    home.inbox.add_message(Message(mail("one"), uid=LAST_UID))
    home.inbox.settle()
    with pytest.raises(LimitReached):
        append(home.inbox, "two")
    home.model.create("Sub")
    append(home.box("Sub"), "three")
    with pytest.raises(LimitReached):
        home.box("Sub").copy([1], home.inbox)
    home.deliver(mail("four"))
    assert uids(home.inbox) == [LAST_UID]
    home.restart()
    assert (uids(home.inbox), home.inbox.uidnext) == ([LAST_UID], LAST_UID + 1)


def test_an_append_that_fails_leaves_no_files(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter([None, None, OSError(errno.EIO, "bad")])
    real = os.write

    def write(fd: int, data: bytes) -> int:
        outcome = next(calls)
        if outcome is not None:
            raise outcome
        return real(fd, data)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(Unavailable):
        home.inbox.append_all([NewMessage(mail("one"))] * 3)
    monkeypatch.undo()
    assert (home.files(part="tmp"), home.files(), uids(home.inbox)) == ([], [], [])


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO])
def test_what_the_administrator_must_mend_passes_and_is_logged(
    number: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A permanent error would send mail back to its sender because a folder belongs to somebody else."""
    error = storage_error(OSError(number, "no", "/mail/alice/coromail.journal"))
    assert type(error) is Unavailable
    assert "/mail/alice/coromail.journal" in caplog.text


def test_names_and_quota_are_the_clients_business(caplog: pytest.LogCaptureFixture) -> None:
    for number in (errno.ENAMETOOLONG, errno.ENOENT, errno.EDQUOT):
        assert type(storage_error(OSError(number, "no"))) is not Unavailable
    assert not caplog.records


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [(lambda home: append(home.box("Old"), "one"), ["one"]), (lambda home: home.restart(), [])],
    ids=["append", "close"],
)
def test_a_rename_that_was_undone_stays_undone_as_soon_as_something_can_be_written(
    meanwhile: Callable[[Home], object], left: list[str], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.model.create("Old")
    home.box("Old")
    calls = iter([True])

    def full_after_one(fd: int, data: bytes, offset: int) -> int:
        if next(calls, False):
            return int(REAL["pwrite"](fd, data, offset))
        raise OSError(errno.ENOSPC, "full")

    def read_only(old: bytes, new: bytes) -> None:
        raise OSError(errno.EROFS, "read-only")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full_after_one)
        patch.setattr(os, "rename", read_only)
        with pytest.raises(Unavailable):
            home.model.rename("Old", "New")
    meanwhile(home)
    home.crash()
    assert [mailbox.full_path for mailbox in home.model.mailboxes()] == ["INBOX", "Old"]
    assert subjects(home.box("Old")) == left
