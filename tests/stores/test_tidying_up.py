"""What is of no use any more goes: rows of mailboxes that are gone, and what deliveries left in `tmp`."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from coromail.model.mailbox import NewMessage
from coromail.stores.maildir import indexing, tidy
from tests.stores.maildir_home import Home, mail


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Two mailboxes beside INBOX, of which there are rows and texts."""
    monkeypatch.setattr(indexing, "WORTH", 2)
    home = Home(tmp_path)
    for name in ("kept", "other"):
        home.model.create(name)
        box = home.box(name)
        box.append_all([NewMessage(mail(f"number {number}")) for number in range(250)])
        box.summaries(box.index.uids)
        box.may_hold("number", list(box.index.uids))
    while home.model.account.texts.step():
        pass
    home.restart()
    return home


def mailboxes_in(home: Home, file: str, question: str) -> set[int]:
    """The numbers of mailboxes of which a closed file has something."""
    with closing(sqlite3.connect(home.path / file)) as database:
        return {number for (number,) in database.execute(question)}


def numbers(home: Home) -> tuple[set[int], set[int], set[int]]:
    """Those with rows of messages, with rows for STATUS, with texts."""
    cache, texts = "coromail.sqlite3", "coromail.texts.sqlite3"
    return (
        mailboxes_in(home, cache, "SELECT key >> 32 FROM message"),
        mailboxes_in(home, cache, "SELECT mailbox FROM status"),
        mailboxes_in(home, texts, "SELECT key >> 32 FROM content UNION SELECT mailbox FROM progress"),
    )


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize("by_others", [False, True])
@pytest.mark.parametrize("opened", [False, True], ids=["index closed", "index open"])
def test_what_is_kept_of_a_mailbox_goes_with_it(
    home: Home, by_others: bool, opened: bool, crash: bool
) -> None:
    kept, gone = home.box("kept").number, home.box("other").number
    if opened:
        box = home.box("kept")
        box.may_hold("number", list(box.index.uids))
    if by_others:
        shutil.rmtree(home.path / ".other")
        home.model.account.tree.suspect()
        home.model.account.tree.refresh()
    else:
        home.model.delete("other")
    if crash:
        home.crash()
        box = home.box("kept")
        box.may_hold("number", list(box.index.uids))  # opens the index, which sees what is gone
    home.model.close()
    rows, statuses, texts = numbers(home)
    assert gone not in rows | statuses | texts
    assert kept in rows
    assert kept in texts


@pytest.mark.parametrize(("age", "left"), [(-10, False), (3600, True)], ids=["old", "new"])
def test_what_deliveries_left_goes(home: Home, age: int, left: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "ABANDONED", age)
    tmp = home.path / "tmp"
    (tmp / "1700000000.M1P1.elsewhere").write_bytes(b"half a mess")
    os.utime(tmp / "1700000000.M1P1.elsewhere", (1, 1))
    (tmp / "folder").mkdir()
    (tmp / "link").symlink_to("folder")
    home.inbox.tidy.sweep()
    assert set(os.listdir(tmp)) == {"folder", "link"} | ({"1700000000.M1P1.elsewhere"} if left else set())


def test_a_message_that_is_still_in_tmp_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "ABANDONED", -10)
    home.inbox.append(NewMessage(mail("here")))
    file = home.files()[0]
    os.rename(home.path / "cur" / file, home.path / "tmp" / file.partition(":")[0])
    home.inbox.tidy.sweep()
    assert home.inbox.messages[0].octets() == mail("here")


def test_tmp_is_looked_at_once_a_day(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[float] = []
    monkeypatch.setattr(
        home.model.account.context, "call_later", lambda seconds, function: later.append(seconds)
    )
    home.inbox.tidy.selected()
    home.inbox.tidy.selected()
    assert later.count(tidy.DELAY) == 1


def test_without_tmp_nothing_happens(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(home.path / "tmp")
    home.inbox.tidy.sweep()
    assert "cannot be swept" in caplog.text
