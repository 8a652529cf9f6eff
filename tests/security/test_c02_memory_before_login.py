"""C2: whoever has not logged in cannot make the server grow.

CVE-2026-27857 (parentheses), CVE-2026-27858, CVE-2025-61600, CVE-2017-15132 (aborted logins), CVE-2017-15130 (SNI).
`benchmarks/strangers.py` does the same with 10,000 connections.
"""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import ExitStack

import pytest

from coromail.imap.session import Session
from coromail.limits import Limits
from coromail.server.connection import RECEIVE
from coromail.testing import MailServer
from tests.security.attack import Raw, alive, bystander, count, serving, wait_until_gone

CHUNK = 4096
ATTACKS = {
    "endless tag": (b"", b"a" * CHUNK),
    "endless quoted string": (b'a LOGIN "', b"x" * CHUNK),
    "endless escapes": (b'a LOGIN "', b"\\" * CHUNK),
    "endless base64": (b"a AUTHENTICATE PLAIN ", b"QUFB" * (CHUNK // 4)),
    "endless base64 in the exchange": (b"a AUTHENTICATE PLAIN\r\n", b"QUFB" * (CHUNK // 4)),
    "parentheses": (b"a ID ", b"(" * CHUNK),
    "literal that never comes": (b"a LOGIN {4000}\r\n", b""),
    "literals one after the other": (b"a LOGIN {1+}\r\nx", b" {1+}\r\nx" * 500),
    "giant literal": (b"a LOGIN {999999999}\r\n", b"x" * CHUNK),
    "giant literal on its way": (b"a LOGIN {15000+}\r\n", b"x" * CHUNK),
    "no line end but CR": (b"a ", b"\r" * CHUNK),
    "zeros": (b"", bytes(CHUNK)),
}


BEGUN = [b"a AUTHENTICATE SCRAM-SHA-256\r\n", b"a AUTHENTICATE LOGIN\r\n\r\n", b"a LOGIN {5}\r\nal"]


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_what_is_kept_of_one_client_is_bounded(server: MailServer, name: str, kind: str) -> None:
    """However much it sends; and others are served meanwhile."""
    opening, chunk = ATTACKS[name]
    limits = Limits()
    most = limits.unauth_line + limits.unauth_literals_total + RECEIVE

    def held() -> int:
        found = 0
        for connection in server.server.connections:
            session = connection.session
            reader = getattr(session, "receiver", None)
            found = max(found, reader.buffered if reader is not None else len(session.reader._buffer))
        return found

    with bystander(server), Raw(server, kind) as client:
        client.send(opening)
        for _ in range(30):
            client.send(chunk * 4)
            assert server.call(held) <= most


def test_many_clients_that_never_end_their_line(server: MailServer) -> None:
    with bystander(server), ExitStack() as stack:
        clients = [stack.enter_context(Raw(server)) for _ in range(100)]
        for number, client in enumerate(clients):
            opening, chunk = list(ATTACKS.values())[number % len(ATTACKS)]
            client.send(opening + chunk)
            if number % 3 == 0:
                client.socket.shutdown(socket.SHUT_WR)  # half-closed
    wait_until_gone(server)


def test_who_says_nothing_is_sent_away() -> None:
    """unauth_idle counts silence; unauth_commands what is said."""
    with serving(unauth_idle=0.3) as server, Raw(server) as silent, Raw(server, "pop3") as other:
        assert silent.rest().startswith(b"* BYE")
        assert other.rest() == b""
        wait_until_gone(server)


def test_one_octet_at_a_time_is_no_way_to_stay() -> None:
    """Slow loris: never silent for unauth_idle, and never done."""
    with serving(unauth_idle=0.2) as server, Raw(server) as client:
        over = threading.Event()
        for _ in range(500):
            try:
                client.socket.sendall(b"a")
            except OSError:
                break
            over.wait(0.02)
        wait_until_gone(server)
        assert b"BYE" in client.rest() or count(server) == 0


def test_a_handshake_that_does_not_go_on_ends() -> None:
    with serving(handshake=0.2) as server:
        with socket.create_connection((server.host, server.imaps_port), timeout=60) as client:
            client.sendall(b"\x16\x03\x01\x02\x00")
            assert client.recv(100) == b""
        with Raw(server) as client:
            client.command(b"STARTTLS")
            assert client.rest() == b""
        wait_until_gone(server)


def test_aborted_logins_leave_nothing_behind(server: MailServer) -> None:
    """CVE-2017-15132."""
    before = alive(Session)
    for number in range(60):
        with Raw(server) as client:
            client.send(BEGUN[number % len(BEGUN)])
            client.line()
    wait_until_gone(server)
    assert alive(Session) <= before + 2


def test_names_that_nobody_has_are_not_remembered(server: MailServer) -> None:
    """CVE-2017-15130: a cache of certificates by the name that the client makes up."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    tls = server.server.tls
    assert tls is not None
    before = len(tls._contexts)
    for number in range(50):
        with (
            socket.create_connection((server.host, server.imaps_port), timeout=60) as plain,
            context.wrap_socket(plain, server_hostname=f"n{number}.example") as client,
        ):
            client.recv(10)
    assert len(tls._contexts) == before


def test_commands_before_login_are_counted(server: MailServer) -> None:
    with Raw(server) as client:
        client.send(b"a NOOP\r\n" * 50)
        assert client.rest().endswith(b"* BYE Too many commands before login\r\n")
    with Raw(server, "pop3") as client:
        client.send(b"CAPA\r\n" * 50)
        assert client.rest().endswith(b"-ERR Too many commands before login\r\n")


def test_connections_are_counted() -> None:
    """Of all, of an address, of a user from an address."""
    with MailServer(limits=Limits(connections=3)) as server, ExitStack() as stack:
        clients = [stack.enter_context(Raw(server)) for _ in range(4)]
        assert [bool(client.greeting) for client in clients] == [True, True, True, False]
        assert count(server) == 3
    with MailServer(limits=Limits(connections_per_ip=2)) as server, ExitStack() as stack:
        clients = [stack.enter_context(Raw(server)) for _ in range(3)]
        assert [bool(client.greeting) for client in clients] == [True, True, False]
    with MailServer(limits=Limits(connections_per_user_and_ip=2)) as server, ExitStack() as stack:
        clients = [stack.enter_context(Raw(server)) for _ in range(3)]
        replies = [client.command(b"LOGIN alice secret")[-1] for client in clients]
        assert [reply[:4] for reply in replies] == [b"x OK", b"x OK", b"x NO"]
        assert b"[LIMIT]" in replies[2]
