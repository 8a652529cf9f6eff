"""Numbers are reserved before they are needed: who waits for the disk then lets others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from coromail.model.mailbox import NewMessage
from coromail.stores.maildir import reserve
from coromail.stores.maildir.journal import Journal
from tests.stores.maildir_home import Home, append, mail, uids

MANY = 60  # messages, more than are reserved at a time


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An account with a message, in which nothing may wait for the disk while nobody else can go on."""
    monkeypatch.setattr(reserve, "UIDS", 20)
    home = Home(tmp_path, fsync="always")
    append(home.inbox, "first")

    def wait(journal: Journal) -> None:
        raise AssertionError("everybody waits for the disk")

    monkeypatch.setattr(Journal, "settle_here", wait)
    return home


def test_append_to_a_new_mailbox(home: Home) -> None:
    home.model.create("new")
    append(home.box("new"), *map(str, range(MANY)))
    assert len(uids(home.box("new"))) == MANY


def test_append_to_an_inbox_that_never_had_a_message(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other", fsync="always")
    append(other.inbox, "one")
    assert uids(other.inbox) == [1]


@pytest.mark.parametrize("move", [False, True], ids=["copy", "move"])
def test_copies(home: Home, move: bool) -> None:
    home.inbox.append_all([NewMessage(mail(str(number))) for number in range(MANY)])
    home.model.create("new")
    (home.inbox.move if move else home.inbox.copy)(uids(home.inbox), home.box("new"))
    assert len(uids(home.box("new"))) == MANY + 1


@pytest.mark.parametrize("part", ["new", "cur"])
def test_files_of_others(home: Home, part: str) -> None:
    for number in range(MANY):
        home.deliver(mail(str(number)), part=part, info=":2," if part == "cur" else "")
    assert len(uids(home.inbox)) == MANY + 1


def test_numbers_of_a_server_before_us(home: Home) -> None:
    folder = home.path / ".Before"
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True)
    lines = ["3 V1234567890 N2000 G00000000000000000000000000000000"]
    for number in range(MANY):
        home.deliver(mail(str(number)), ".Before", f"{number}.M1P1.host", "cur", ":2,S")
        lines.append(f"{1000 + number} :{number}.M1P1.host")
    (folder / "dovecot-uidlist").write_text("\n".join(lines) + "\n")
    home.restart()
    assert uids(home.box("Before")) == list(range(1000, 1000 + MANY))


def test_properties_of_a_new_mailbox(home: Home) -> None:
    made = home.model.create("new")
    made.set_properties({"note": b"something"})
