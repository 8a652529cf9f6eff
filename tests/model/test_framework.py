"""What users subclass, used as docs/parity.md promises: Model and Mailbox, seen through a session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from coromail.errors import (
    Bad,
    InvalidName,
    MailboxExists,
    No,
    NoSuchMailbox,
    NotAllowed,
    NotPossible,
)
from coromail.model import Listener, Mailbox, Message, Model, Namespace, NewMessage
from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import numbered
from tests.model.conftest import model

# Model


def test_init_builds_the_tree_for_a_user_who_has_logged_in() -> None:
    class Personal(Model):
        def init(self) -> None:
            self.root.add_child("INBOX").add_child(self.auth.user or "nobody")

    client = Client(TestHost(Personal)).login("bob")
    assert set(client.ok('LIST "" *').lists) == {"INBOX", "INBOX/bob"}


@pytest.mark.parametrize("path", ["INBOX", "inbox", "InBoX", "INBOX/"])
def test_lookup_knows_inbox_in_any_case(path: str) -> None:
    """Only at the top: below another name it is a name like others."""
    alice = model()
    found = alice.lookup(path)
    assert found is not None
    assert found.is_inbox
    alice.create("x/inbox")
    assert alice.lookup("x/INBOX") is None
    assert not alice.find("x/inbox").is_inbox


def test_lookup_split_and_find() -> None:
    alice = model()
    alice.create("a/b")
    assert alice.split("inbox//a/") == ["INBOX", "a"]
    assert alice.find("a/b").parent is alice.find("a")
    assert alice.lookup("a/c") is None
    with pytest.raises(NoSuchMailbox):
        alice.find("a/c")


def test_a_flat_tree_has_no_separator() -> None:
    class Flat(Mailbox):
        separator = None

    class FlatModel(Model):
        mailbox_class = Flat

    alice = model(FlatModel)
    assert alice.split("a/b.c") == ["a/b.c"]
    assert alice.create("a/b").full_path == "a/b"
    assert alice.find("a/b").parent is alice.root


def test_namespaces_are_the_models() -> None:
    class Shared(Model):
        def namespaces(self) -> tuple[Sequence[Namespace], Sequence[Namespace], Sequence[Namespace]]:
            return ([Namespace("", "/")], [], [Namespace("Team/", "/")])

    client = Client(TestHost(Shared)).login()
    assert b'(("Team/" "/"))' in client.ok("NAMESPACE").untagged[0].raw


@pytest.mark.parametrize("error", [No("Not for you"), Bad("Nonsense"), NotAllowed("Not for you")])
def test_methods_of_a_model_may_refuse(error: Exception) -> None:
    class Refusing(Model):
        def select(self, path: str, *args: object) -> Mailbox:  # type: ignore[override]
            raise error

    result = Client(TestHost(Refusing)).login().command("SELECT INBOX")
    assert result.status == ("BAD" if isinstance(error, Bad) else "NO")
    assert result.tagged.text == str(error)


def test_close_is_called_however_the_connection_ends() -> None:
    closed: list[str] = []

    class Closing(Model):
        def close(self) -> None:
            super().close()
            closed.append(self.user)

    for user, ending in (("alice", "LOGOUT"), ("bob", None)):
        client = Client(TestHost(Closing)).login(user)
        if ending:
            client.ok(ending)
        client.disconnect()
    assert closed == ["alice", "bob"]


# Mailbox


def test_init_and_load_data_come_once_in_this_order() -> None:
    calls: list[str] = []

    class Noted(Mailbox):
        def init(self) -> None:
            calls.append(f"init {self.name}")

        def load_data(self) -> None:
            calls.append(f"load {self.name}")

    alice = model()
    child = alice.root.add_child("x", class_=Noted)
    assert alice.root.add_child("x", class_=Noted) is child
    assert calls == ["init x", "load x"]


def test_add_message_keeps_a_uid_that_is_free(inbox: Mailbox) -> None:
    """Or gives the next; UIDNEXT moves on; a UID below the highest is not taken."""
    assert inbox.add_message(Message(b"")).uid == 1
    assert inbox.add_message(Message(b"", uid=17)).uid == 17
    assert inbox.add_message(Message(b"")).uid == 18
    assert inbox.add_message(Message(b"", uid=5)).uid == 19
    assert (inbox.uidnext, inbox.last_uid, inbox.exists) == (20, 19, 4)
    assert list(inbox.uids) == [1, 17, 18, 19]
    assert [message.uid for message in inbox.messages] == [1, 17, 18, 19]


def test_a_message_knows_its_mailbox(inbox: Mailbox) -> None:
    message = inbox.add_message(Message(b"x"))
    assert message.mailbox is inbox
    assert not message.expunged
    message.expunge()
    assert message.expunged
    assert inbox.exists == 0


def test_poll_brings_messages_between_commands() -> None:
    class Feed(Mailbox):
        def poll(self) -> None:
            self.add_message(Message(numbered(self.uidnext)))

    class FeedModel(Model):
        mailbox_class = Feed

    client = Client(TestHost(FeedModel)).login()
    first = client.ok("SELECT INBOX").exists
    assert first is not None
    assert client.ok("NOOP").exists == first + 1
    assert client.ok("SEARCH ALL").exists == first + 2


def test_poll_every_is_waited_for() -> None:
    polls: list[str] = []

    class Polled(Mailbox):
        def poll(self) -> None:
            polls.append(self.name)

    class PolledModel(Model):
        mailbox_class = Polled

    host = TestHost(PolledModel)
    host.poll_every = 1000
    client = Client(host).login()
    client.ok("SELECT INBOX")
    client.ok("NOOP")
    before = len(polls)
    for _ in range(5):
        client.ok("NOOP")
    assert len(polls) == before
    host.poll_every = 0
    for _ in range(5):
        client.ok("NOOP")
    assert len(polls) == before + 5


class Guarded(Mailbox):
    """Lets nothing happen, and says so."""

    def create(self, name: str) -> Mailbox:
        raise NotAllowed("No more mailboxes")

    def delete(self) -> None:
        raise NotAllowed("This one stays")

    def reparent(self, parent: Mailbox, name: str) -> None:
        raise NotAllowed("This one stays where it is")

    def append_all(self, news: Sequence[NewMessage], by: Listener | None = None) -> list[Message]:
        raise NotAllowed("No more messages")

    def expunge(self, uids: Iterable[int] | None = None, by: Listener | None = None) -> list[int]:
        raise NotAllowed("Messages stay")

    def can_set_flag(self, name: str) -> bool:
        return name == "\\Seen"


class GuardedModel(Model):
    mailbox_class = Guarded

    def init(self) -> None:
        self.root.add_child("INBOX").add_child("old")


@pytest.mark.parametrize(
    "parts",
    [
        ("CREATE new",),
        ("CREATE INBOX/new",),
        ("DELETE INBOX/old",),
        ("RENAME INBOX/old INBOX/new",),
        ("APPEND INBOX", literal(numbered(1), plus=True)),
        ("EXPUNGE",),
    ],
)
def test_a_mailbox_may_refuse(parts: tuple[str]) -> None:
    client = Client(TestHost(GuardedModel)).login()
    client.ok("SELECT INBOX")
    client.no(*parts, code="NOPERM")
    assert set(client.ok('LIST "" *').lists) == {"INBOX", "INBOX/old"}


def test_flags_are_the_mailboxs_choice() -> None:
    client = Client(TestHost(GuardedModel)).login()
    result = client.ok("SELECT INBOX")
    assert result.only("FLAGS") == [b"\\Seen"]
    inbox = client.session.selected
    assert inbox is not None
    inbox.add_message(Message(numbered(1)))
    client.ok("NOOP")
    assert b"PERMANENTFLAGS (\\Seen)" in b"".join(reply.raw for reply in result.untagged)
    client.ok("STORE 1 +FLAGS (\\Seen)")


def test_flags_that_the_mailbox_does_not_take_are_passed_over() -> None:
    """RFC 9051 section 7.1, PERMANENTFLAGS: "will either ignore the change" or forget it with the session."""
    client = Client(TestHost(GuardedModel)).login()
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert inbox is not None
    inbox.add_message(Message(numbered(1), flags=["\\Flagged", "\\Seen", "urgent"]))
    client.ok("NOOP")
    kept = {b"\\Flagged", b"urgent"}
    for command, expected in (
        ("STORE 1 +FLAGS (\\Answered new)", kept | {b"\\Seen"}),
        ("STORE 1 -FLAGS (\\Flagged)", kept | {b"\\Seen"}),
        ("STORE 1 FLAGS (\\Answered)", kept),
        ("STORE 1 FLAGS (\\Seen)", kept | {b"\\Seen"}),
    ):
        assert set(client.ok(command).fetches()[1]["FLAGS"]) - {b"\\Recent"} == expected, command
    client.bad("STORE 1 +FLAGS (\\Unheard)")


def test_reading_sets_no_flag_that_the_mailbox_does_not_take() -> None:
    class Unread(Mailbox):
        def can_set_flag(self, name: str) -> bool:
            return name != "\\Seen"

    class UnreadModel(Model):
        mailbox_class = Unread

    client = Client(TestHost(UnreadModel)).login()
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    client.ok("FETCH 1 BODY[]")
    assert client.ok("SEARCH UNSEEN").search == [1]


def test_a_mailbox_that_is_read_only_for_everybody() -> None:
    class Archive(Mailbox):
        @property
        def read_only(self) -> bool:
            return True

        def load_data(self) -> None:
            self.add_message(Message(numbered(1)))

    class ArchiveModel(Model):
        def init(self) -> None:
            self.root.add_child("INBOX", class_=Archive)

    client = Client(TestHost(ArchiveModel)).login()
    assert client.ok("SELECT INBOX").code == "READ-ONLY"
    client.no("STORE 1 +FLAGS (\\Seen)")
    client.ok("FETCH 1 BODY[]")
    assert client.ok("SEARCH UNSEEN").search == [1]
    client.no("APPEND INBOX", literal(numbered(2), plus=True), code="NOPERM")


def test_select_and_close_are_told() -> None:
    visits: list[tuple[str, bool]] = []

    class Visited(Mailbox):
        def selected_by(self, listener: Listener, read_only: bool) -> None:
            visits.append(("in", read_only))

        def closed_by(self, listener: Listener) -> None:
            visits.append(("out", False))

    class VisitedModel(Model):
        mailbox_class = Visited

    client = Client(TestHost(VisitedModel)).login()
    client.ok("EXAMINE INBOX")
    client.ok("SELECT INBOX")
    client.disconnect()
    assert visits == [("in", True), ("out", False), ("in", False), ("out", False)]


def test_counts(inbox: Mailbox) -> None:
    for flags in (["\\Seen"], [], ["\\Deleted"]):
        inbox.add_message(Message(b"", flags=flags))
    assert (inbox.exists, inbox.recent) == (3, 3)
    assert (inbox.index.unseen, inbox.index.deleted, inbox.index.first_unseen()) == (2, 1, 1)


def test_expunge_of_all_with_deleted_or_of_some(inbox: Mailbox) -> None:
    for number in range(6):
        inbox.add_message(Message(b"", flags=["\\Deleted"] if number in {1, 3} else []))
    assert inbox.expunge() == [2, 4]
    assert inbox.expunge([1, 2, 6]) == [1, 6]
    assert list(inbox.uids) == [3, 5]


def test_create_delete_and_reparent_without_a_session() -> None:
    alice = model()
    upper = alice.create("a")
    lower = upper.create("b")
    assert (lower.full_path, lower.depth) == ("a/b", 2)
    with pytest.raises(MailboxExists):
        upper.create("b")
    with pytest.raises(InvalidName):
        upper.create("")
    lower.reparent(alice.root, "c")
    assert lower.full_path == "c"
    with pytest.raises(NotPossible):
        alice.find("INBOX").delete()
    lower.delete()
    assert alice.lookup("c") is None
