"""Response codes of RFC 5530: one test for each that this server gives, and what it gives none for."""

from __future__ import annotations

import pytest

from coromail import errors
from coromail.auth.auth import Auth
from coromail.imap.replies import CODES
from coromail.model import Mailbox, Message, Model
from tests.imap.harness import Client, TestAuth, TestHost, literal
from tests.imap.mails import numbered


class Failing(Mailbox):
    """Raises what `error` says as soon as it is polled."""

    error: Exception | None = None

    def poll(self) -> None:
        if self.error is not None:
            raise self.error


class FailingModel(Model):
    mailbox_class = Failing


class Down(Auth):
    """Its directory is away."""

    def auth_plain(self, user: str, password: str) -> bool:
        raise errors.Unavailable("The directory does not answer")


class Strict(TestAuth):
    """Says more than yes and no."""

    def auth_plain(self, user: str, password: str) -> bool:
        if user == "bob":
            raise errors.No("That password has expired", code="EXPIRED")
        if user == "carol":
            raise errors.No("Please call us", code="CONTACTADMIN")
        return super().auth_plain(user, password)


@pytest.fixture
def failing() -> tuple[Client, Failing]:
    """alice has INBOX open, and the mailbox itself."""
    client = Client(TestHost(FailingModel)).login()
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert isinstance(inbox, Failing)
    return client, inbox


@pytest.mark.parametrize("error", CODES, ids=lambda error: error.__name__)
def test_every_error_of_a_store(failing: tuple[Client, Failing], error: type[errors.StorageError]) -> None:
    """What the store cannot do is NO with a code and the store's words; the session goes on."""
    client, inbox = failing
    inbox.error = error("So sorry")
    result = client.no("STATUS INBOX (MESSAGES)", code=CODES[error])
    assert result.tagged.text == "So sorry"
    inbox.error = None
    client.ok("FETCH 1 FLAGS")


def test_unavailable_at_login() -> None:
    Client(TestHost(auth_class=Down)).no("LOGIN alice secret", code="UNAVAILABLE")


def test_unavailable_at_shutdown(alice: Client) -> None:
    alice.session.shutdown()
    (bye,) = alice.hear()
    assert (bye.name, bye.code) == ("BYE", ("UNAVAILABLE", None))


def test_authenticationfailed(stranger: Client) -> None:
    """Nothing tells whether it was the name or the password."""
    known = stranger.no("LOGIN alice wrong", code="AUTHENTICATIONFAILED")
    unknown = stranger.no("LOGIN nobody wrong", code="AUTHENTICATIONFAILED")
    assert known.tagged.text == unknown.tagged.text


def test_authorizationfailed(stranger: Client) -> None:
    """The password is right, the other user one may not be: "bob\\0alice\\0secret"."""
    stranger.no("AUTHENTICATE PLAIN Ym9iAGFsaWNlAHNlY3JldA==", code="AUTHORIZATIONFAILED")


@pytest.mark.parametrize(("user", "code"), [("bob", "EXPIRED"), ("carol", "CONTACTADMIN")])
def test_what_only_an_auth_of_ones_own_knows(user: str, code: str) -> None:
    Client(TestHost(auth_class=Strict)).no(f"LOGIN {user} secret", code=code)


def test_privacyrequired(host: TestHost) -> None:
    Client(host, encrypted=False).no("LOGIN alice secret", code="PRIVACYREQUIRED")


def test_noperm() -> None:
    class Locked(Message):
        def copy_allowed(self, target: Mailbox) -> bool:
            return False

    class LockedBox(Mailbox):
        message_class = Locked

    class LockedModel(Model):
        mailbox_class = LockedBox

    client = Client(TestHost(LockedModel)).login()
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    client.no("COPY 1 INBOX", code="NOPERM")


def test_expungeissued(alice: Client, other: Client) -> None:
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("CLOSE")
    alice.no("FETCH 1 BODY[]", code="EXPUNGEISSUED")
    assert alice.ok("NOOP").expunges == [1]


@pytest.mark.parametrize("error", [ZeroDivisionError, ConnectionRefusedError, TimeoutError])
def test_serverbug(error: type[Exception]) -> None:
    """A bug is logged with its traceback, and told without: the client hears nothing of our insides.

    A model that loses a connection of its own looked like a client that was gone: nobody heard anything.
    """
    host = TestHost(FailingModel)
    client = Client(host).login()
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert isinstance(inbox, Failing)
    inbox.error = error("a secret of ours")
    client.session.receive(b"x STATUS INBOX (MESSAGES)\r\n")
    said = client.wire.take()
    assert b"x NO [SERVERBUG] " in said
    assert b"secret" not in said
    assert error.__name__.encode() not in said
    assert error.__name__ in host.take_bugs()[0]
    inbox.error = None
    client.ok("NOOP")


def test_a_client_that_is_gone_is_no_bug() -> None:
    host = TestHost(FailingModel)
    client = Client(host).login()
    client.ok("SELECT INBOX")
    inbox = client.session.selected
    assert isinstance(inbox, Failing)
    inbox.error = errors.Gone("silent for too long")
    with pytest.raises(errors.Gone):
        client.session.receive(b"x STATUS INBOX (MESSAGES)\r\n")
    assert host.take_bugs() == []


def test_cannot(alice: Client) -> None:
    alice.no("DELETE INBOX", code="CANNOT")
    alice.no('CREATE "a\x01b"', code="CANNOT")


def test_limit(host: TestHost) -> None:
    """As many keywords as a mailbox may have, and one more; too many connections of one user."""
    client = Client(host).login()
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    for start in range(0, 1000, 100):
        client.ok("STORE 1 +FLAGS.SILENT (" + " ".join(f"k{n}" for n in range(start, start + 100)) + ")")
    client.no("STORE 1 +FLAGS.SILENT (one-more)", code="LIMIT")
    host.may_log_in = lambda user, peer: False  # type: ignore[method-assign]
    Client(host).no("LOGIN alice secret", code="LIMIT")


def test_overquota(failing: tuple[Client, Failing]) -> None:
    client, inbox = failing
    inbox.error = errors.OverQuota("Full")
    client.no("APPEND INBOX", literal(numbered(2)), code="OVERQUOTA")


def test_alreadyexists(alice: Client) -> None:
    alice.no("CREATE INBOX", code="ALREADYEXISTS")
    alice.ok("CREATE work")
    alice.no("RENAME work INBOX", code="ALREADYEXISTS")


@pytest.mark.parametrize("line", ["SELECT x", "EXAMINE x", "DELETE x", "RENAME x y", "STATUS x (MESSAGES)"])
def test_nonexistent(alice: Client, line: str) -> None:
    alice.no(line, code="NONEXISTENT")
