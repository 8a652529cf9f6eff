"""A clock that is put back: numbers, names and news do not depend on it (RFC 9051 sections 2.3.1.1 and 2.3.1.3)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.stores.maildir_home import Home, append, mail, subjects, uids

HOUR = 3600


def put_back(monkeypatch: pytest.MonkeyPatch, seconds: int = HOUR) -> None:
    """From now on it is earlier. What the system itself does, such as times of files, is `touched`'s part."""
    now, now_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: now() - seconds)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() - seconds * 10**9)


def touched(home: Home, part: str = "new", folder: str = "") -> None:
    """A folder that changed by the clock that was put back."""
    os.utime(home.path / folder / part, (time.time(), time.time()))


def test_numbers_go_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    append(home.inbox, "one")
    sub = home.model.create("Sub")
    modseqs = [home.inbox.highestmodseq]
    put_back(monkeypatch)
    for work in (
        lambda: append(home.inbox, "two"),
        lambda: home.inbox.store([1], "+", ["\\Seen"]),
        lambda: home.inbox.copy([1], home.inbox),
        lambda: home.inbox.move([1], home.inbox),
        lambda: home.inbox.expunge([2]),
    ):
        work()
        modseqs.append(home.inbox.highestmodseq)
        put_back(monkeypatch)
    assert modseqs == sorted(set(modseqs))
    home.model.delete("Sub")
    validities = [home.inbox.uidvalidity, sub.uidvalidity, home.model.create("Sub").uidvalidity]
    assert validities == sorted(set(validities))
    for _ in range(2):
        assert (uids(home.inbox), subjects(home.inbox)) == ([3, 4], ["one", "one"])
        assert home.inbox.highestmodseq == modseqs[-1]
        home.restart()


def test_the_day_of_saving_is_that_of_the_clock(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put_back(monkeypatch, 1000 * HOUR)
    [uid] = append(home.inbox, "one")
    assert abs(home.inbox.savedate_of(uid) - time.time()) < 500 * HOUR
    assert abs(home.inbox.internaldate_of(uid) - time.time()) < 500 * HOUR


def test_no_file_name_comes_twice(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when the clock stands still, as it does for an hour in a way."""
    now, now_ns = time.time(), time.time_ns()
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns)
    for number in range(5):
        append(home.inbox, str(number), "again")
    home.inbox.copy(uids(home.inbox), home.inbox)
    assert len(home.files()) == len(set(home.files())) == len(uids(home.inbox)) == 20


@pytest.mark.parametrize("part", ["new", "cur"])
def test_deliveries_and_removals_are_noticed(part: str, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.deliver(mail("one"), part=part, info=":2," if part == "cur" else "")
    assert subjects(home.inbox) == ["one"]
    put_back(monkeypatch)
    home.deliver(mail("two"), part=part, info=":2," if part == "cur" else "")
    touched(home, part)
    assert subjects(home.inbox) == ["one", "two"]
    Path(home.path / "cur" / home.files()[0]).unlink()
    touched(home, "cur")
    assert subjects(home.inbox) == ["two"]
    assert uids(home.inbox) == [2]


def test_mailboxes_that_others_make_are_noticed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.model.create("One")
    put_back(monkeypatch)
    for part in ("cur", "new", "tmp"):
        (home.path / ".Two" / part).mkdir(parents=True)
    touched(home, "")
    assert [mailbox.name for mailbox in home.model.mailboxes()] == ["INBOX", "One", "Two"]
