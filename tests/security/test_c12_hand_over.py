"""C12: no state of a session is ever made from what a client says about itself. CVE-2020-24386.

There is one process and nothing is handed over; what remains are the ways to claim another address.
"""

from __future__ import annotations

import socket

import pytest

from coromail.app import systemd
from coromail.testing import MailServer
from tests.security.attack import Raw


@pytest.mark.parametrize(
    "claim",
    [
        b'ID ("x-originating-ip" "203.0.113.9" "x-forward-peer" "203.0.113.9" "x-connected-ip" "203.0.113.9")',
        b"XCLIENT ADDR=203.0.113.9",
        b"XFORWARD ADDR=203.0.113.9",
        b"PROXY TCP4 203.0.113.9 203.0.113.1 1 143",
    ],
)
def test_nobody_says_where_it_comes_from(server: MailServer, claim: bytes) -> None:
    with Raw(server) as client:
        client.command(claim)
        assert server.call(lambda: {one.peer for one in server.server.connections}) == {"127.0.0.1"}


def test_a_proxy_header_on_an_ordinary_listener_is_a_bad_command(server: MailServer) -> None:
    with Raw(server) as client:
        client.send(b"PROXY TCP4 203.0.113.9 203.0.113.1 1 143\r\n")
        assert b"BAD" in client.line()
        assert server.call(lambda: {one.peer for one in server.server.connections}) == {"127.0.0.1"}


def test_sockets_are_inherited_from_the_manager_of_this_process_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        monkeypatch.setenv("LISTEN_PID", "1")
        monkeypatch.setenv("LISTEN_FDS", str(other.fileno()))
        assert systemd.inherited_sockets() == {}
