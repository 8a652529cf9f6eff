"""NOOP: RFC 3501 and RFC 9051 section 6.1.2, and the news it brings (sections 5.2, 7.4, 7.5)."""

from __future__ import annotations

import pytest

from coromail.errors import No, Unavailable
from coromail.model import Mailbox, Model
from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import numbered


def test_always_succeeds(stranger: Client) -> None:
    assert stranger.ok("NOOP").untagged == []
    stranger.login()
    assert stranger.ok("NOOP").untagged == []
    stranger.ok("SELECT INBOX")
    assert stranger.ok("NOOP").untagged == []


def test_arguments_are_bad(stranger: Client) -> None:
    stranger.bad("NOOP 1")


def test_brings_new_messages(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    other.append(numbered(1))
    other.append(numbered(2))
    result = alice.ok("NOOP")
    assert result.exists == 2
    assert alice.ok("NOOP").untagged == []


def test_brings_flags_of_others(alice: Client, other: Client) -> None:
    other.append(numbered(1))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Flagged $Work)")
    result = alice.ok("NOOP")
    assert {b"\\Flagged", b"$Work"} <= set(result.fetches()[1]["FLAGS"])
    assert b"$Work" in result.only("FLAGS")


def test_brings_expunges_of_others(alice: Client, other: Client) -> None:
    for number in range(1, 5):
        other.append(numbered(number))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 2,4 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    result = alice.ok("NOOP")
    assert sorted(result.expunges) in ([2, 3], [2, 4])
    assert alice.exists == 2
    assert alice.ok("FETCH 1:2 UID").fetched("UID") == [1, 3]


def test_expunged_and_added_between_two_commands(alice: Client, other: Client) -> None:
    other.append(numbered(1))
    other.append(numbered(2))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    other.append(numbered(3))
    alice.ok("NOOP")
    assert alice.exists == 2
    assert alice.ok("FETCH 1:2 UID").fetched("UID") == [2, 3]


def test_message_that_came_and_went_is_no_news(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.append(numbered(1))
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    alice.ok("NOOP")
    assert alice.exists == 0
    assert alice.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"] == 0


def test_own_append_is_told_with_the_command(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    result = alice.ok("APPEND INBOX", literal(numbered(1)))
    assert result.exists == 1


class Away(Mailbox):
    """What it shows cannot be had while `error` is set."""

    error: Exception | None = None

    def poll(self) -> None:
        if self.error is not None:
            raise self.error


class AwayModel(Model):
    mailbox_class = Away


@pytest.mark.parametrize("error", [Unavailable("The disk is away"), No("Not today"), ZeroDivisionError()])
def test_news_that_cannot_be_had_is_a_warning(error: Exception) -> None:
    """The command itself was done: an APPEND that is answered NO would be sent again, and be there twice."""
    host = TestHost(AwayModel)
    client = Client(host).login()
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert isinstance(inbox, Away)
    inbox.error = error
    client.session.receive(b"x CREATE work\r\n")
    warning, tagged = client.wire.take().splitlines()
    assert warning.startswith(b"* NO ")
    assert tagged.startswith(b"x OK ")
    assert len(host.take_bugs()) == isinstance(error, ZeroDivisionError)
    inbox.error = None
    client.ok("SELECT work")
