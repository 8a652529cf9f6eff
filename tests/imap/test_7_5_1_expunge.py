"""Message numbers stay what the client was told: RFC 9051 sections 5.5 and 7.5.1, RFC 2180 section 4."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import numbered


@pytest.fixture
def behind(alice: Client, other: Client) -> Client:
    """alice has messages 1 to 5 open; another session has expunged 2 and 4, which alice was not told."""
    for number in range(1, 6):
        other.append(numbered(number))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 2,4 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    return alice


def test_fetch_by_number_keeps_the_old_numbers(behind: Client) -> None:
    result = behind.ok("FETCH 1,3,5 (UID)")
    assert {number: values["UID"] for number, values in result.fetches().items()} == {1: 1, 3: 3, 5: 5}
    assert result.expunges == []


def test_search_by_number_keeps_the_old_numbers(behind: Client) -> None:
    result = behind.ok("SEARCH SUBJECT 5")
    assert result.search == [5]
    assert result.expunges == []


def test_store_by_number_hits_the_right_message(behind: Client) -> None:
    result = behind.ok("STORE 3 +FLAGS (\\Flagged)")
    assert result.numbers("FETCH") == [3]
    assert result.expunges == []
    behind.ok("NOOP")
    assert behind.ok("SEARCH FLAGGED").search == [2]
    assert behind.ok("UID SEARCH FLAGGED").search == [3]


def test_copy_by_number_copies_the_right_message(behind: Client, other: Client) -> None:
    other.ok("CREATE work")
    behind.ok("COPY 5 work")
    behind.ok("SELECT work")
    assert b"Subject: 5" in behind.ok("FETCH 1 BODY.PEEK[HEADER]").fetches()[1]["BODY[HEADER]"]


@pytest.mark.parametrize(
    "line", ["NOOP", "UID SEARCH ALL", "UID FETCH 1 FLAGS", "CHECK", "STATUS INBOX (MESSAGES)"]
)
def test_told_with_the_next_command_that_allows_it(behind: Client, line: str) -> None:
    behind.ok(line)
    behind.ok("NOOP")
    assert behind.exists == 3
    assert behind.ok("FETCH 1:* UID").fetched("UID") == [1, 3, 5]


@pytest.mark.parametrize(
    "line", ["FETCH 2 (UID FLAGS)", "FETCH 2 BODY[]", "FETCH 1:* FLAGS", "STORE 2 +FLAGS (x)"]
)
def test_messages_that_are_gone(behind: Client, line: str) -> None:
    """RFC 2180 section 4: nothing, NO, or what is remembered; never another message's data, never a crash."""
    result = behind.command(line)
    assert result.status in {"OK", "NO"}
    assert result.expunges == []
    for number, values in result.fetches().items():
        if "UID" in values:
            assert values["UID"] == number


def test_new_messages_wait_behind_expunges(behind: Client, other: Client) -> None:
    other.append(numbered(6))
    result = behind.ok("FETCH 1 UID")
    assert result.exists in {None, 6}
    behind.ok("NOOP")
    assert behind.exists == 4
    assert behind.ok("FETCH 1:* UID").fetched("UID") == [1, 3, 5, 6]


def test_both_sides_expunge(behind: Client, other: Client) -> None:
    behind.ok("STORE 5 +FLAGS.SILENT (\\Deleted)")
    result = behind.ok("EXPUNGE")
    assert len(result.expunges) == 3
    assert behind.ok("FETCH 1:* UID").fetched("UID") == [1, 3]
    other.ok("NOOP")
    assert other.ok("FETCH 1:* UID").fetched("UID") == [1, 3]


def test_recent_is_told_when_recent_messages_go(behind: Client, other: Client) -> None:
    """RFC 3501 section 7.3.2: RECENT comes when the size of the mailbox changes; not where nothing changed of it."""
    result = behind.ok("NOOP")
    assert (result.names, result.recent) == (["EXPUNGE", "EXPUNGE", "RECENT"], 3)
    assert "RECENT" not in other.ok("NOOP").names
    behind.ok("STORE 1 +FLAGS (\\Deleted)")
    assert behind.ok("EXPUNGE").recent == 2
    assert other.ok("NOOP").names == ["EXPUNGE"]


def test_recent_is_not_told_in_rev2(behind: Client) -> None:
    assert behind.ok("ENABLE IMAP4rev2").names == ["ENABLED", "EXPUNGE", "EXPUNGE"]
