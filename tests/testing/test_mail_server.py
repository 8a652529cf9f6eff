"""coromail.testing as docs/testing.md tells it: a server inside a test process that nobody notices."""

from __future__ import annotations

import asyncio
import imaplib
import poplib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from gevent import monkey

from coromail import Auth, Mailbox, Message, Model
from coromail.testing import Mail, MailServer

TEXT = "Subject: hello\n\nHow do you do?\n"
OCTETS = b"Subject: hello\r\n\r\nHow do you do?\r\n"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(users={"alice": "secret"}) as server:
        yield server


def imap(server: MailServer, user: str = "alice") -> imaplib.IMAP4:
    client = imaplib.IMAP4(server.host, server.imap_port, timeout=60)
    client.login(user, "secret")
    return client


def test_mail_is_delivered_and_fetched(server: MailServer) -> None:
    uid = server.deliver("alice", TEXT, flags=["\\Flagged"], internaldate=datetime(2020, 1, 2, tzinfo=UTC))
    with imap(server) as client:
        assert client.select() == ("OK", [b"1"])
        _, data = client.uid("FETCH", str(uid), "(FLAGS INTERNALDATE BODY.PEEK[])")
    assert data[0][1] == OCTETS
    assert b"\\Flagged" in data[0][0]
    assert b"2-Jan-2020 00:00:00 +0000" in data[0][0]


def test_mail_is_what_a_test_asks_for(server: MailServer) -> None:
    with imap(server) as client:
        client.append("INBOX", "\\Seen", None, OCTETS)
        client.create("done")
    assert server.mail("alice") == [Mail(1, frozenset({"\\Seen"}), OCTETS)]
    assert server.mail("alice", "done") == []


def test_asking_for_mail_makes_no_mailbox(server: MailServer) -> None:
    """A test that asks under a wrong name does not make it right."""
    assert server.mail("alice", "Nowhere") == []
    with imap(server) as client:
        assert client.select("Nowhere")[0] == "NO"


def test_names_in_any_case() -> None:
    with MailServer(users={"Carol": "wonderland"}) as server:
        server.deliver("CAROL", TEXT)
        with imaplib.IMAP4(server.host, server.imap_port, timeout=60) as client:
            client.login("Carol", "wonderland")
            assert client.select() == ("OK", [b"1"])


def test_strangers_have_no_mail(server: MailServer) -> None:
    """A typing error in a test shall not look like an empty mailbox."""
    with pytest.raises(KeyError, match="alcie"):
        server.mail("alcie")
    with pytest.raises(KeyError, match="alcie"):
        server.deliver("alcie", TEXT)


def test_settings_of_ones_own_classes() -> None:
    class Readers(Auth):
        def auth_plain(self, user: str, password: str) -> bool:
            return password == self.context.settings["password"]

    class Greeting(Model):
        def init(self) -> None:
            self.root.add_child(self.context.settings["name"])

    settings = {"auth_settings": {"password": "swordfish"}, "model_settings": {"name": "Hello"}}
    with MailServer(model_class=Greeting, auth_class=Readers, **settings) as server:
        with imaplib.IMAP4(server.host, server.imap_port, timeout=60) as client:
            client.login("anybody", "swordfish")
            assert client.select("Hello") == ("OK", [b"0"])
        assert server.mail("anybody", "Hello") == []


def test_messages_of_any_kind(server: MailServer) -> None:
    message = EmailMessage()
    message["Subject"] = "hello"
    message.set_content("How do you do?\n")
    server.deliver("alice", OCTETS)
    server.deliver("alice", message)
    server.deliver("alice", TEXT, mailbox="some/where")
    assert [one.octets for one in server.mail("alice")] == [
        OCTETS,
        message.as_bytes().replace(b"\n", b"\r\n"),
    ]
    assert server.mail("alice", "some/where") == [Mail(1, frozenset(), OCTETS)]


def test_an_idle_client_hears_of_a_delivery(server: MailServer) -> None:
    with imap(server) as client:
        client.select()
        client.send(b"x IDLE\r\n")
        assert client.readline().startswith(b"+")
        server.deliver("alice", TEXT)
        assert client.readline() == b"* 1 EXISTS\r\n"
        client.send(b"DONE\r\n")
        while not client.readline().startswith(b"x OK"):
            pass


def test_tls_with_a_certificate_that_can_be_verified(server: MailServer) -> None:
    server.deliver("alice", TEXT)
    context = server.client_context()
    with imaplib.IMAP4_SSL("localhost", server.imaps_port, ssl_context=context, timeout=60) as client:
        client.login("alice", "secret")
    pop = poplib.POP3_SSL("127.0.0.1", server.pop3s_port, context=context, timeout=60)
    pop.user("alice")
    pop.pass_("secret")
    assert pop.stat() == (1, len(OCTETS))
    pop.quit()
    plain = poplib.POP3("127.0.0.1", server.pop3_port, timeout=60)
    plain.stls(context)
    plain.user("alice")
    plain.pass_("secret")
    plain.quit()


def test_wrong_passwords_cost_no_time(server: MailServer) -> None:
    """Nobody waits for the delays that a real server gives those who guess; they would be seconds here."""
    for _ in range(10):
        with (
            imaplib.IMAP4(server.host, server.imap_port, timeout=60) as client,
            pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
        ):
            client.login("alice", "wrong")
    assert server.call(server.server.login_delay, "alice", "127.0.0.1") == 0


def test_users_may_come_and_go(server: MailServer) -> None:
    server.users["carol"] = "secret"
    imap(server, "carol").logout()
    del server.users["carol"]
    with (
        imaplib.IMAP4(server.host, server.imap_port, timeout=60) as client,
        pytest.raises(imaplib.IMAP4.error),
    ):
        client.login("carol", "secret")


def test_nothing_is_patched_and_nothing_stays() -> None:
    before = set(threading.enumerate())
    with MailServer() as server:
        assert not monkey.is_module_patched("socket")
        assert socket.socket.__module__ == "socket"
        port = server.imap_port
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_clients_get_a_bye() -> None:
    with MailServer() as server:
        client = socket.create_connection((server.host, server.imap_port), timeout=60)
        lines = client.makefile("rb")
        assert lines.readline().startswith(b"* OK")
    assert lines.readline().startswith(b"* BYE")
    assert lines.readline() == b""
    lines.close()
    client.close()


def test_several_servers_know_nothing_of_each_other() -> None:
    with MailServer() as one, MailServer() as two:
        one.deliver("alice", TEXT)
        assert len(one.mail("alice")) == 1
        assert two.mail("alice") == []


def test_from_many_threads(server: MailServer) -> None:
    def work(number: int) -> int:
        with imap(server) as client:
            client.append("INBOX", "", None, b"Subject: %d\r\n\r\n" % number)
            return server.deliver("alice", f"Subject: {number}\n\n")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(work, range(24)))) == 24
    assert len(server.mail("alice")) == 48


def test_from_asyncio(server: MailServer) -> None:
    async def talk() -> bytes:
        reader, writer = await asyncio.open_connection(server.host, server.imap_port)
        await reader.readline()
        writer.write(b"a LOGIN alice secret\r\nb STATUS INBOX (MESSAGES)\r\nc LOGOUT\r\n")
        await asyncio.to_thread(server.deliver, "alice", TEXT)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    assert b"c OK" in asyncio.run(asyncio.wait_for(talk(), 10))


class Clock(Mailbox):
    """Says what time it is."""

    def load_data(self) -> None:
        self.add_message(Message("Subject: late\n\n"))


class ClockModel(Model):
    def init(self) -> None:
        self.root.add_child("INBOX", class_=Clock)


def test_a_model_of_ones_own() -> None:
    with MailServer({"alice": "secret"}, model_class=ClockModel) as server, imap(server) as client:
        assert client.select() == ("OK", [b"1"])


def test_errors_come_back_to_the_caller(server: MailServer) -> None:
    def fail() -> None:
        raise LookupError("not here")

    with pytest.raises(LookupError, match="not here"):
        server.call(fail)
    assert server.call(len, [1, 2]) == 2


def test_errors_at_the_start_come_back_too() -> None:
    class Broken(MailServer):
        def _make(self) -> object:  # type: ignore[override]
            raise RuntimeError("no server today")

    with pytest.raises(RuntimeError, match="no server today"):
        Broken().start()


def test_beside_a_patched_program() -> None:
    """Where everything was patched by gevent, the thread is a greenlet, and all is the same."""
    program = """
from gevent import monkey; monkey.patch_all()
import imaplib
from coromail.testing import MailServer
with MailServer({"alice": "secret"}) as server:
    server.deliver("alice", "Subject: x\\n\\n")
    with imaplib.IMAP4(server.host, server.imap_port) as client:
        client.login("alice", "secret")
        print(client.select())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout == "('OK', [b'1'])\n", done.stderr


# The fixtures


@pytest.fixture
def mail_users() -> dict[str, str]:
    return {"dora": "secret"}


def test_the_fixture(mail_server: MailServer) -> None:
    mail_server.deliver("dora", TEXT)
    with imap(mail_server, "dora") as client:
        assert client.select() == ("OK", [b"1"])


def test_each_test_has_empty_mailboxes(mail_server: MailServer) -> None:
    assert mail_server.mail("dora") == []
