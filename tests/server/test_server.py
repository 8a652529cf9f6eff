"""The server around the sessions: its classes, its registry of connections, its networks, its end."""

from __future__ import annotations

import imaplib
import logging
import poplib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from coromail import Auth, Model, Server
from coromail.auth.problem import Problem
from coromail.imap import Command
from coromail.limits import Limits
from coromail.listener_policy import EVERYBODY
from coromail.testing import MailServer


class WhoIsHere(Command):
    """XWHO: how many see what this connection sees. An experimental command (RFC 3501 section 6.5.1)."""

    name = "XWHO"

    def run(self) -> None:
        server: Any = self.server
        assert server.connection.session is self.session
        mailbox = len(server.concurrent_mailbox_connections())
        user = len(server.concurrent_user_connections())
        self.untagged(f"XWHO {len(server.connections)} {mailbox} {user}")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        server.call(server.server.add_command, WhoIsHere)
        yield server


@pytest.fixture
def connect(server: MailServer) -> Iterator[Callable[[str], imaplib.IMAP4]]:
    clients = []

    def connect(user: str) -> imaplib.IMAP4:
        client = imaplib.IMAP4(server.host, server.imap_port, timeout=60)
        clients.append(client)
        if user:
            client.login(user, "secret")
        return client

    imaplib.Commands["XWHO"] = ("NONAUTH", "AUTH", "SELECTED")
    yield connect
    for client in clients:
        client.logout()


def who(client: imaplib.IMAP4) -> tuple[int, int, int]:
    assert client.xatom("XWHO")[0] == "OK"
    counts = client.response("XWHO")[1][0].split()
    return int(counts[0]), int(counts[1]), int(counts[2])


def test_who_is_connected(connect: Callable[[str], imaplib.IMAP4]) -> None:
    """All connections; those on the selected mailbox object; those of the user: each seen from the inside."""
    stranger, one, two, bob = connect(""), connect("alice"), connect("alice"), connect("bob")
    assert who(stranger) == (4, 0, 0)
    assert who(one) == (4, 0, 2)
    for client in (one, two, bob):
        client.select()
    assert who(one) == (4, 2, 2)
    assert who(bob) == (4, 1, 1)
    two.close()
    assert who(one) == (4, 1, 2)


def test_both_protocols_are_counted(server: MailServer, connect: Callable[[str], imaplib.IMAP4]) -> None:
    pop = poplib.POP3(server.host, server.pop3_port, timeout=60)
    pop.user("alice")
    pop.pass_("secret")
    assert who(connect("alice")) == (2, 0, 2)
    pop.quit()


def test_outside_of_a_connection_there_is_none(server: MailServer) -> None:
    assert server.call(lambda: server.server.connection) is None
    assert server.call(lambda: server.server.concurrent_mailbox_connections()) == []
    assert server.call(lambda: server.server.concurrent_user_connections("alice")) == []


def test_classes_of_the_wrong_kind_are_refused() -> None:
    for auth, model in ((Model, Auth), (Auth, Auth), (Model, Model)):
        with pytest.raises(TypeError, match="Auth"):
            Server(auth, model)  # type: ignore[arg-type]


def test_what_is_no_command_is_refused(server: MailServer) -> None:
    class Nameless(Command):
        """No name."""

    with pytest.raises(ValueError, match="name"):
        server.call(server.server.add_command, Nameless)


@pytest.mark.parametrize("wrong", [None, "EXPUNGE", dict, Model, Auth()])
def test_what_is_no_class_of_commands_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"no subclass of coromail\.imap\.Command"):
        Server(Auth, Model).add_command(wrong)


def test_tls_needs_a_certificate_when_it_is_set_up() -> None:
    """Not at the first handshake, when it is too late."""
    server = Server(Auth, Model)
    with socket.socket() as listener, pytest.raises(ValueError, match="certificate"):
        server.listen("imaps", listener)
    with pytest.raises(OSError, match="No such file"):
        server.use_certificate("missing", "missing")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limits", "welcome"),
    [
        ({"allow_networks": ["192.0.2.0/24"]}, False),
        ({"allow_networks": ["192.0.2.0/24", "127.0.0.0/8"]}, True),
        ({"deny_networks": ["127.0.0.1/32"]}, False),
        ({"deny_networks": ["127.0.0.1/32"], "allow_networks": ["127.0.0.0/8"]}, False),
        ({"deny_networks": ["127.0.0.1/32"], "exempt_networks": ["127.0.0.0/8"]}, False),
        ({"deny_networks": ["192.0.2.0/24", "::1/128"]}, True),
        ({"connections": 1, "exempt_networks": ["127.0.0.0/8"]}, True),
    ],
)
def test_networks(limits: dict[str, Any], welcome: bool) -> None:
    """Who is not welcome hears nothing."""
    with MailServer(limits=Limits(**limits)) as server:
        client = socket.create_connection((server.host, server.imap_port), timeout=60)
        first = client.makefile("rb").readline()
        client.close()
    assert first.startswith(b"* OK") is welcome
    assert bool(first) is welcome


def test_protocols_older_than_tls_1_2_are_off(server: MailServer) -> None:
    tls = server.server.tls
    assert tls is not None
    assert tls.context(EVERYBODY).minimum_version.name == "TLSv1_2"


def test_a_new_certificate_is_used_at_once(server: MailServer, tmp_path: Any) -> None:
    """And connections that are open stay."""
    from coromail.app.self_signed import make_certificate

    old = imaplib.IMAP4_SSL("localhost", server.imaps_port, ssl_context=server.client_context(), timeout=60)
    certificate, key = tmp_path / "certificate", tmp_path / "key"
    for file, pem in zip((certificate, key), make_certificate(["elsewhere.example"]), strict=True):
        file.write_bytes(pem)
    server.call(lambda: server.server.reload(certificates=[(certificate, key)]))
    with pytest.raises(OSError, match="certificate verify failed"):
        imaplib.IMAP4_SSL("localhost", server.imaps_port, ssl_context=server.client_context(), timeout=60)
    old.login("alice", "secret")
    old.logout()


@pytest.mark.parametrize(
    ("user", "limits"), [("", {"unauth_idle": 0.3}), ("alice", {"auth_idle": 0.3, "unauth_idle": 0})]
)
def test_silence_ends_a_connection(user: str, limits: dict[str, float]) -> None:
    """An untagged BYE, then the end."""
    with MailServer(limits=Limits(**limits)) as server:  # type: ignore[arg-type]
        client = socket.create_connection((server.host, server.imap_port), timeout=20)
        with client, client.makefile("rb") as lines:
            assert lines.readline().startswith(b"* OK")
            if user:
                client.sendall(b"x LOGIN alice secret\r\n")
                assert lines.readline().startswith(b"x OK")
            assert lines.readline().startswith(b"* BYE")
            assert lines.readline() == b""


class Spoilt(Auth):
    """Whose file is broken when it is read again."""

    @classmethod
    def reload(cls, context: Any) -> list[Problem]:
        return [Problem(Path("users"), 3, "spoilt")]


def test_reload_tells_what_is_wrong_with_the_users(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(Spoilt, Model)
    with caplog.at_level(logging.ERROR):
        server.reload(limits=Limits(append=7))
    assert caplog.messages == ["the old users stay: users:3: spoilt"]
    assert server.limits.append == 7


def test_reload_forgives_no_guesses() -> None:
    """A SIGHUP, say by a renewed certificate, must not give guessers a new start; but new exemptions hold."""
    server = Server(Auth, Model)
    for _ in range(10):
        server.login_done("victim", "192.0.2.1", success=False)
    server.login_done("alice", "198.51.100.1", success=True)
    server.reload(limits=Limits())
    assert server.login_delay("victim", "192.0.2.1") == 15
    assert server.throttle.knows("198.51.100.1")
    server.reload(limits=Limits(exempt_networks=["192.0.2.0/24"]))
    assert server.login_delay("victim", "192.0.2.1") == 0
    server.reload(limits=Limits())
    assert server.login_delay("victim", "192.0.2.1") == 15


def test_reload_with_a_certificate_that_is_missing_changes_nothing() -> None:
    server = Server(Auth, Model)
    with pytest.raises(OSError, match="No such file"):
        server.reload(limits=Limits(append=7), certificates=[(Path("missing"), Path("missing"))])
    assert server.limits.append == Limits().append


def test_ports_are_bound_by_nobody_before_listen() -> None:
    """Making a server opens nothing."""
    server = Server(Auth, Model)
    assert not server.connections
    server.pool.close()


def test_a_log_of_ones_own() -> None:
    """`log(level, text)` may be overridden, and `logging` filters and formats as everywhere."""
    heard: list[tuple[int, str]] = []

    class Talkative(Server):
        def log(self, level: int, text: str) -> None:
            heard.append((level, text))

        def capability(self, session: Any, names: list[str]) -> list[str]:
            return [*names, "XTALK"]

        def id(self, session: Any) -> dict[str, str]:
            return {"name": "talkative"}

    class Loud(MailServer):
        server_class = Talkative

    with Loud() as server, imaplib.IMAP4(server.host, server.imap_port, timeout=60) as client:
        assert "XTALK" in client.capabilities
        imaplib.Commands["ID"] = ("NONAUTH",)
        client.xatom("ID", "NIL")
        assert client.response("ID") == ("ID", [b'("name" "talkative")'])
        with pytest.raises(imaplib.IMAP4.error):
            client.login("alice", "wrong")
    assert any("alice" in text for _, text in heard)
    assert not any("wrong" in text for _, text in heard)
