"""The http listener: /healthz, /metrics, the status page, and what is none of these."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest

from coromail.auth.auth import Auth
from coromail.server.connection import Connection
from coromail.server.http import MAX_HEAD, HttpSession
from coromail.server.server import Server
from coromail.stores.memory import MemoryModel


class Peer:
    """A connection, as far as these pages know it."""

    def __init__(self, kind: str = "http", peer: str = "127.0.0.1", user: str | None = None) -> None:
        self.kind, self.peer, self.user, self.encrypted = kind, peer, user, False
        self.output = bytearray()

    def write(self, data: bytes) -> None:
        self.output += data


class World:
    """A server without sockets."""

    def __init__(self) -> None:
        self.server = Server(Auth, MemoryModel, hostname="mail.example.org")

    def ask(self, *pieces: bytes) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of the answer to a request."""
        peer = Peer()
        session = HttpSession(self.server, cast(Connection, peer))
        session.greeting()
        for piece in pieces:
            assert not session.closing
            session.receive(piece)
        assert session.closing
        head, _, body = bytes(peer.output).partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        assert headers["Connection"] == "close"
        return int(status.split()[1]), headers, body.decode()

    def get(self, path: str) -> tuple[int, dict[str, str], str]:
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


@pytest.fixture
def world() -> Any:
    world = World()
    yield world
    world.server.pool.close()


def test_healthz(world: World) -> None:
    status, headers, body = world.get("/healthz?x=1")
    assert (status, headers["Content-Length"], body) == (200, "3", "ok\n")


def test_metrics_are_well_formed(world: World) -> None:
    world.server.connections.add(cast(Connection, Peer("imap", user="alice")))
    world.server.accepted["imap"] += 3
    world.server.login_done("alice", "", True)
    status, headers, body = world.get("/metrics")
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8; version=0.0.4")
    sample = r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+'
    comment = r"# (HELP|TYPE) [a-z_]+ .+"
    assert all(re.fullmatch(f"{sample}|{comment}", line) for line in body.splitlines())
    for line in (
        'coromail_connections{protocol="imap"} 1',
        'coromail_connections_accepted_total{protocol="imap"} 3',
        'coromail_logins_total{result="success"} 1',
        "coromail_users 1",
    ):
        assert line in body.splitlines()


def test_the_page_escapes_names(world: World) -> None:
    world.server.connections.add(cast(Connection, Peer("imap", user="<b>alice")))
    status, headers, body = world.get("/")
    assert status == 200
    assert "&lt;b&gt;alice" in body
    assert "<b>" not in body
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_head_has_no_body(world: World) -> None:
    status, headers, body = world.ask(b"HEAD /healthz HTTP/1.0\r\n\r\n")
    assert (status, headers["Content-Length"], body) == (200, "3", "")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /../etc/passwd HTTP/1.1\r\n\r\n", 404),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 405),
        (b"nonsense\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"\xff\x00 / HTTP/1.1\r\n\r\n", 405),
        (b"GET /" + b"x" * MAX_HEAD, 431),
    ],
)
def test_other_requests(world: World, request_: bytes, status: int) -> None:
    assert world.ask(request_)[0] == status


def test_a_request_may_come_one_octet_at_a_time(world: World) -> None:
    assert world.ask(*[bytes([octet]) for octet in b"GET /healthz HTTP/1.1\r\n\r\n"])[0] == 200
