"""Numbers of mailboxes that are not in memory: right, or not used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coromail.model.contents import Status
from coromail.stores.maildir import MaildirMailbox, compaction, status
from tests.stores.maildir_home import Home, mail

LONG_AGO = 1_600_000_000


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Three messages: UID 1 with \\Seen, UID 3 with \\Deleted."""
    home = Home(tmp_path)
    for text in ("one", "two", "three"):
        home.deliver(mail(text))
    inbox = home.inbox
    inbox.claim_recent()
    inbox.store([1], "+", ["\\Seen"])
    inbox.store([3], "+", ["\\Deleted"])
    home.model.account.tidy()
    home.deliver(mail("four"))
    inbox.poll()
    calm(home)
    return home


def calm(home: Home) -> None:
    """Nothing happened in the folders for long."""
    for part in ("cur", "new"):
        os.utime(home.path / part, (LONG_AGO, LONG_AGO))
    home.inbox.poll()


def cold(home: Home) -> MaildirMailbox:
    """INBOX, looked at after the start, if need be."""
    found = home.model.select("INBOX")
    assert isinstance(found, MaildirMailbox)
    assert not found.loaded
    found.poll()
    return found


def test_after_a_restart_status_needs_no_messages(home: Home) -> None:
    before = home.inbox.status()
    assert before == Status(4, 1, 3, 1, 5, before.highestmodseq, None)
    home.restart()
    inbox = cold(home)
    assert inbox.status() == before
    assert not inbox.loaded


def test_octets_are_kept_once_somebody_asked(home: Home) -> None:
    home.restart()
    inbox = cold(home)
    octets = inbox.status(with_octets=True).octets
    assert octets == sum(len(message.octets()) for message in inbox.messages)
    home.restart()
    inbox = cold(home)
    assert inbox.status(with_octets=True).octets == octets
    assert not inbox.loaded


def test_what_others_did_meanwhile_is_seen(home: Home) -> None:
    home.model.close()
    home.deliver(mail("five"))
    name = next(file for file in home.files() if file.endswith(":2,"))
    os.rename(home.path / "cur" / name, home.path / "cur" / (name + "S"))
    home.model = home.login()
    status = cold(home).status()
    assert (status.messages, status.unseen, status.recent) == (5, 3, 2)


def test_after_a_crash_nothing_of_it_counts(home: Home) -> None:
    home.restart()
    home.inbox.store([1], "-", ["\\Seen"])
    home.crash()
    calm(home)
    assert home.inbox.status().unseen == 4


def test_not_of_another_journal(home: Home) -> None:
    home.restart()
    account = home.model.account
    status.complete(account, b"ended elsewhere")
    home.abandon()
    home.model = home.login()
    assert account.cache.status(1) is None
    inbox = cold(home)
    inbox.status()
    assert inbox.loaded


def test_survives_compaction(home: Home) -> None:
    before = home.inbox.status()
    assert compaction.compact(home.model.account)
    home.restart()
    assert cold(home).status() == before


def test_what_leaves_memory_comes_back_as_it_was(home: Home) -> None:
    inbox = home.inbox
    for seen in (True, False):
        inbox.store([2], "+" if seen else "-", ["\\Seen"])
        inbox.tidy.run()
        calm(home)
        status.put_away(home.model.account, [inbox])
        assert not inbox.loaded
        found = inbox.status()
        assert (found.messages, found.unseen) == (4, 2 if seen else 3)
        assert not inbox.loaded


def test_after_a_crash_what_left_memory_does_not_count(home: Home) -> None:
    home.restart()
    inbox = home.inbox
    inbox.store([2], "+", ["\\Seen"])
    inbox.tidy.run()
    calm(home)
    status.put_away(home.model.account, [inbox])
    home.crash()
    assert home.model.account.cache.status(1) is None
    assert home.inbox.status().unseen == 2


def test_a_folder_that_may_have_changed_unseen_is_looked_at(home: Home) -> None:
    home.deliver(mail("five"))
    home.inbox.poll()  # just now: another delivery may show the same modification time
    home.restart()
    inbox = cold(home)
    assert inbox.loaded
    assert inbox.status().messages == 5


def test_expunge_keeps_the_sum_of_octets(home: Home) -> None:
    inbox = home.inbox
    assert inbox.known_octets is None
    inbox.octets  # noqa: B018
    inbox.expunge([1, 3])
    assert inbox.known_octets == sum(len(message.octets()) for message in inbox.messages)
    assert inbox.octets == inbox.known_octets


def test_who_leaves_looks_at_what_may_have_changed_unseen(home: Home) -> None:
    inbox = home.inbox
    inbox.store([2], "+", ["\\Seen"])
    inbox.tidy.run()  # a change of our own, behind which others may hide
    os.utime(home.path / "cur", (LONG_AGO, LONG_AGO))
    assert inbox.outside.seen is None
    home.model.close()
    home.model = home.login()
    inbox = cold(home)
    assert not inbox.loaded
    assert inbox.status().unseen == 2


def test_what_is_found_when_a_mailbox_leaves_memory_counts(home: Home) -> None:
    inbox = home.inbox
    inbox.outside.suspect()
    home.deliver(mail("five"), part="cur", info=":2,S")
    os.utime(home.path / "cur", (LONG_AGO, LONG_AGO))
    status.put_away(home.model.account, [inbox])
    assert inbox.status().messages == 5
    assert not inbox.loaded


def test_a_cache_is_made_when_there_is_something_for_it(tmp_path: Path) -> None:
    home = Home(tmp_path, "bob")
    home.deliver(mail())
    box = home.inbox
    assert box.status().messages == 1
    assert not (home.path / "coromail.sqlite3").exists()
    assert len(list(box.envelopes([1]))) == 1
    assert (home.path / "coromail.sqlite3").exists()
    home.model.close()
