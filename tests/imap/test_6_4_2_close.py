"""CLOSE: RFC 3501 section 6.4.2, RFC 9051 section 6.4.1. UNSELECT: RFC 3691, RFC 9051 section 6.4.2."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import numbered


@pytest.fixture
def three(alice: Client) -> Client:
    """alice has INBOX open: three messages, the second has \\Deleted."""
    for number in (1, 2, 3):
        alice.append(numbered(number), flags="(\\Deleted)" if number == 2 else "()")
    alice.ok("SELECT INBOX")
    return alice


def test_close_removes_deleted_messages(three: Client) -> None:
    three.ok("CLOSE")
    assert three.ok("SELECT INBOX").exists == 2
    assert three.ok("FETCH 1:* UID").fetched("UID") == [1, 3]


def test_close_sends_no_expunge(three: Client) -> None:
    """Not a word: neither EXPUNGE nor any other news of the mailbox."""
    assert three.ok("CLOSE").names == []


def test_close_sends_no_news_of_others_either(three: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS.SILENT (\\Flagged)")
    other.ok("EXPUNGE")
    other.append(numbered(4))
    assert three.ok("CLOSE").names == []


def test_others_are_told(three: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    three.ok("CLOSE")
    assert other.ok("NOOP").expunges == [2]


def test_close_removes_what_others_marked(three: Client, other: Client) -> None:
    """All messages with \\Deleted, whoever set it, as EXPUNGE would."""
    other.ok("SELECT INBOX")
    other.ok("STORE 3 +FLAGS.SILENT (\\Deleted)")
    three.ok("CLOSE")
    assert three.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"] == 1


def test_close_after_examine_removes_nothing(three: Client) -> None:
    """No messages are removed, and no error is given, if the mailbox is selected by EXAMINE."""
    three.ok("EXAMINE INBOX")
    three.ok("CLOSE")
    assert three.ok("SELECT INBOX").exists == 3


@pytest.mark.parametrize("line", ["SELECT work", "EXAMINE work", "SELECT INBOX", "LOGOUT", "UNSELECT"])
def test_other_ways_out_expunge_nothing(three: Client, other: Client, line: str) -> None:
    """Even if \\Deleted messages exist: SELECT, EXAMINE, LOGOUT and UNSELECT leave without expunge."""
    other.ok("CREATE work")
    three.ok(line)
    assert other.ok("SELECT INBOX").exists == 3


def test_a_lost_connection_expunges_nothing(three: Client, other: Client) -> None:
    three.disconnect()
    assert other.ok("SELECT INBOX").exists == 3


def test_failed_select_expunges_nothing(three: Client) -> None:
    three.no("SELECT missing")
    assert three.ok("SELECT INBOX").exists == 3


def test_back_in_authenticated_state(three: Client) -> None:
    three.ok("CLOSE")
    three.bad("CLOSE")
    three.bad("NOOP now")
    three.ok("LIST", '""', "*")


def test_bad_close_leaves_it_open(three: Client) -> None:
    three.bad("CLOSE INBOX")
    assert three.ok("SEARCH ALL").search == [1, 2, 3]


def test_uidnext_does_not_move(three: Client) -> None:
    three.ok("CLOSE")
    assert three.ok("SELECT INBOX").codes["UIDNEXT"] == 4


def test_unselect_says_nothing(three: Client) -> None:
    """RFC 3691 section 2: like CLOSE, and no messages are removed."""
    assert three.ok("UNSELECT").names == []
    three.bad("UNSELECT")


def test_unselect_is_announced(alice: Client) -> None:
    assert "UNSELECT" in alice.ok("CAPABILITY").only("CAPABILITY")


def test_unselect_takes_nothing(three: Client) -> None:
    three.bad("UNSELECT INBOX")


def test_unselect_after_examine(three: Client) -> None:
    three.ok("EXAMINE INBOX")
    three.ok("UNSELECT")
    assert three.ok("SELECT INBOX").exists == 3
