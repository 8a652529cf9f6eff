"""EXPUNGE: RFC 3501 and RFC 9051 section 6.4.3. UID EXPUNGE: RFC 4315 section 2.1, RFC 9051 section 6.4.9."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, literal
from tests.imap.mails import numbered


@pytest.fixture
def ten(alice: Client) -> Client:
    """alice has INBOX open; of its ten messages 3, 4, 7 and 10 have \\Deleted."""
    for number in range(1, 11):
        alice.append(numbered(number), flags="(\\Deleted)" if number in {3, 4, 7, 10} else "()")
    alice.ok("SELECT INBOX")
    return alice


def left(client: Client) -> list[int]:
    """The UIDs of the messages that are there."""
    uids: list[int] = client.ok("UID SEARCH ALL").search
    return uids


def test_each_message_is_told_with_its_number_at_that_moment(ten: Client) -> None:
    """The numbers of the RFC's example (3, 3, 5, 8), or 10, 7, 4, 3: what counts is where they lead."""
    numbers = ten.ok("EXPUNGE").expunges
    uids = list(range(1, 11))
    for number in numbers:
        del uids[number - 1]
    assert uids == [1, 2, 5, 6, 8, 9] == left(ten)


def test_nothing_to_expunge(alice: Client) -> None:
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    assert alice.ok("EXPUNGE").names == []


def test_empty_mailbox(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.ok("EXPUNGE")
    alice.ok("UID EXPUNGE 1:*")


def test_the_other_session_is_told_with_its_next_command(ten: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    ten.ok("EXPUNGE")
    assert len(other.ok("NOOP").expunges) == 4
    assert left(other) == left(ten)


def test_the_other_session_is_not_told_twice(ten: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    ten.ok("EXPUNGE")
    other.ok("NOOP")
    assert other.ok("NOOP").names == []
    assert other.ok("EXPUNGE").expunges == []


def test_both_expunge(ten: Client, other: Client) -> None:
    """The second finds nothing with \\Deleted; it is told of what is gone by its own EXPUNGE."""
    other.ok("SELECT INBOX")
    ten.ok("EXPUNGE")
    assert len(other.ok("EXPUNGE").expunges) == 4


def test_messages_that_came_meanwhile_may_go_too(ten: Client, other: Client) -> None:
    """A message arrived, marked and removed before this client ever knew of it: no number is wasted on it."""
    other.ok("APPEND INBOX (\\Deleted)", literal(numbered(11)))
    result = ten.ok("EXPUNGE")
    assert len(result.expunges) - (1 if result.exists == 11 else 0) == 4
    assert left(ten) == [1, 2, 5, 6, 8, 9]


def test_read_only_mailbox_is_no(ten: Client) -> None:
    ten.ok("EXAMINE INBOX")
    ten.no("EXPUNGE")
    ten.no("UID EXPUNGE 1:*")
    assert len(left(ten)) == 10


def test_numbers_are_never_given_again(ten: Client) -> None:
    """RFC 3501 section 2.3.1.1: the UID of an expunged message, even the last, is not used again."""
    ten.ok("EXPUNGE")
    assert ten.append(numbered(11)) == 11


def test_expunge_takes_no_argument(ten: Client) -> None:
    ten.bad("EXPUNGE 1")
    assert len(left(ten)) == 10


# UID EXPUNGE


@pytest.mark.parametrize(
    ("uids", "remain"),
    [
        ("3", [1, 2, 4, 5, 6, 7, 8, 9, 10]),
        ("1:4", [1, 2, 5, 6, 7, 8, 9, 10]),
        ("4:1", [1, 2, 5, 6, 7, 8, 9, 10]),
        ("*", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("1:*", [1, 2, 5, 6, 8, 9]),
        ("7,3", [1, 2, 4, 5, 6, 8, 9, 10]),
        ("3,3,3", [1, 2, 4, 5, 6, 7, 8, 9, 10]),
        ("99", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("99:*", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_only_deleted_ones_of_the_set(ten: Client, uids: str, remain: list[int]) -> None:
    ten.ok(f"UID EXPUNGE {uids}")
    assert left(ten) == remain


def test_messages_without_deleted_stay(ten: Client) -> None:
    """A message with a UID in the set that has no \\Deleted is not touched."""
    assert ten.ok("UID EXPUNGE 1,2,5").expunges == []
    assert len(left(ten)) == 10


def test_uid_expunge_tells_the_others(ten: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    assert ten.ok("UID EXPUNGE 7").expunges == [7]
    assert other.ok("NOOP").expunges == [7]


@pytest.mark.parametrize("line", ["UID EXPUNGE", "UID EXPUNGE 0", "UID EXPUNGE x", "UID EXPUNGE 1 2"])
def test_bad_syntax(ten: Client, line: str) -> None:
    ten.bad(line)
    assert len(left(ten)) == 10


def test_delete_one_by_uid_while_another_client_marks(ten: Client, other: Client) -> None:
    """Why UID EXPUNGE was made: only what this client marked is removed, not what others did meanwhile."""
    other.ok("SELECT INBOX")
    other.ok("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
    ten.ok("UID STORE 2 +FLAGS.SILENT (\\Deleted)")
    ten.ok("UID EXPUNGE 2")
    assert left(ten) == [1, 3, 4, 5, 6, 7, 8, 9, 10]
