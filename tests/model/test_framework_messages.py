"""`Message`, as users make and subclass it; docs/parity.md names the tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage

from coromail.errors import Expunged
from coromail.model import Flags, Mailbox, Message, NewMessage
from tests.imap.harness import Client
from tests.imap.mails import numbered
from tests.model.conftest import model


def test_content_of_any_kind() -> None:
    mail = EmailMessage()
    mail["Subject"] = "x"
    mail.set_content("text\n")
    assert Message(b"a\nb\r\n").octets() == b"a\r\nb\r\n"
    assert Message("Subject: \u00e9\n\n").octets() == "Subject: \u00e9\r\n\r\n".encode()
    assert Message(mail).octets() == mail.as_bytes().replace(b"\n", b"\r\n")
    assert Message(b"abc\n").size == 5


def test_internal_date() -> None:
    """A datetime or seconds; now when it is left out."""
    moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (
        Message(b"", internaldate=moment).internaldate == Message(b"", internaldate=1577934245).internaldate
    )
    assert abs(Message(b"").internaldate - datetime.now(UTC).timestamp()) < 60


def test_dates_of_the_message() -> None:
    message = Message("Date: Tue, 1 Feb 1994 23:30:00 -0800\n\n", internaldate=0)
    assert message.date is not None
    assert message.date.date().isoformat() == "1994-02-01"
    assert Message("Date: soon\n\n", internaldate=0).date is None
    assert Message("Date: soon\n\n", internaldate=0).sent.year == 1970


def test_flags_of_a_message(inbox: Mailbox) -> None:
    message = Message(b"", flags=["\\SEEN"])
    message.set_flag("later")
    inbox.add_message(message)
    assert message.flags is Flags.of(["\\Seen", "later"])
    assert message.has_flag("\\seen")
    assert message.has_flag("LATER")
    message.clear_flag("\\Seen")
    message.store("+", ["\\Flagged"])
    assert message.flags is Flags.of(["\\Flagged", "later"])
    message.store("", [])
    assert message.flags is Flags.of()


def test_setting_a_flag_tells_every_session() -> None:
    client = Client().login()
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert inbox is not None
    inbox.messages[0].set_flag("\\Answered")
    assert b"\\Answered" in client.ok("NOOP").fetches()[1]["FLAGS"]


def test_octets_may_come_from_elsewhere() -> None:
    """Overriding `octets` is enough for FETCH, SEARCH, sizes and copies."""

    class Remote(Message):
        def octets(self) -> bytes:
            return numbered(self.uid)

    client = Client().login()
    client.ok("CREATE work")
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert inbox is not None
    inbox.add_message(Remote())
    client.ok("NOOP")
    values = client.ok("FETCH 1 (RFC822.SIZE BODY.PEEK[] ENVELOPE)").fetches()[1]
    assert values["BODY[]"] == numbered(1)
    assert values["RFC822.SIZE"] == len(numbered(1))
    assert values["ENVELOPE"].subject == b"1"
    assert client.ok("SEARCH SUBJECT 1").search == [1]
    client.ok("COPY 1 work")
    client.ok("SELECT work")
    assert client.ok("FETCH 1 BODY.PEEK[]").fetched("BODY[]") == [numbered(1)]


def test_copy_makes_the_targets_kind_of_message(inbox: Mailbox) -> None:
    message = inbox.add_message(Message(b"x", flags=["\\Seen"], internaldate=5))
    copied = message.copy(inbox)
    assert (copied.octets(), copied.flags, copied.internaldate) == (b"x", Flags.of(["\\Seen"]), 5)
    assert copied.mailbox is None
    assert message.copy_allowed(inbox)


def test_sizes_are_summed_up_while_messages_go() -> None:
    """A store may wait for sizes, and others expunge meanwhile."""

    class Slow(Mailbox):
        def sizes(self, uids: Iterable[int]) -> Iterable[int]:
            if 2 in list(uids):
                self.expunge({2})
                raise Expunged("This message is gone")
            return super().sizes(uids)

    inbox = model().root.add_child("Slow", Slow)
    inbox.append_all([NewMessage(b"Subject: x\r\n\r\n" + b"y" * count) for count in range(3)])
    assert inbox.octets == 14 + 16
