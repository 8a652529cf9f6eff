"""CHECK: RFC 3501 section 6.4.1 (RFC 9051 has it no more)."""

from __future__ import annotations

from coromail.model import Mailbox, Message, Model
from tests.imap.harness import Client, TestHost
from tests.imap.mails import numbered


class Fed(Mailbox):
    """Finds a message whenever it is polled and one is waiting."""

    waiting = 0

    def poll(self) -> None:
        for _ in range(self.waiting):
            self.add_message(Message(numbered(self.uidnext)))
        self.waiting = 0


class FedModel(Model):
    mailbox_class = Fed


def test_check_is_ok_and_brings_news(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    other.append(numbered(1))
    assert alice.ok("CHECK").exists == 1


def test_no_exists_is_owed(alice: Client) -> None:
    """There is no guarantee of an EXISTS: NOOP, not CHECK, should be used for polling."""
    alice.ok("SELECT INBOX")
    assert alice.ok("CHECK").names == []


def test_check_does_not_expunge(alice: Client) -> None:
    alice.append(numbered(1), flags="(\\Deleted)")
    alice.ok("SELECT INBOX")
    assert alice.ok("CHECK").expunges == []
    assert alice.ok("SEARCH DELETED").search == [1]


def test_check_polls_whatever_poll_every_says() -> None:
    """NOOP waits for the interval, CHECK does not: that is what is left of "housekeeping"."""
    host = TestHost(FedModel)
    host.poll_every = 3600
    alice = Client(host).login()
    alice.ok("SELECT INBOX")
    alice.ok("NOOP")
    inbox = alice.session.selected
    assert isinstance(inbox, Fed)
    inbox.waiting = 2
    assert alice.ok("NOOP").exists is None
    assert alice.ok("CHECK").exists == 2


def test_arguments_are_bad(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.bad("CHECK INBOX")
