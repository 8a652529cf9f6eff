"""C1: what is sent in the clear together with STARTTLS must never count as said under TLS.

CVE-2021-33515, CVE-2021-38542, CVE-2022-28220, CVE-2021-38084. LMTP: tests/lmtp/test_attacks.py.
"""

from __future__ import annotations

import socket

import pytest

from coromail.testing import MailServer
from tests.security.attack import Raw, wait_until_gone

VERBS = {"imap": (b"a STARTTLS\r\n", b"a OK"), "pop3": (b"STLS\r\n", b"+OK")}
INJECTED = {
    "imap": [
        b"b LOGIN alice secret\r\n",
        b"b LOGIN {5}\r\n",
        b"b LOGIN {5+}\r\nalice secret\r\n",
        b"b NO",
        b"\x16\x03",
    ],
    "pop3": [b"USER alice\r\nPASS secret\r\n", b"USER ali", b"\x16\x03"],
}
CASES = [(kind, injected) for kind, all_ in INJECTED.items() for injected in all_]


def is_fresh(client: Raw, kind: str) -> None:
    """Nobody is logged in, and the first reply is to the first command under TLS."""
    if kind == "imap":
        assert client.command(b"NOOP") == [b"x OK NOOP completed\r\n"]
        assert client.command(b"SELECT INBOX")[-1].startswith(b"x BAD")
    else:
        client.send(b"NOOP\r\nPASS secret\r\nCAPA\r\n")
        assert [client.line()[:4] for _ in range(3)] == [b"-ERR", b"-ERR", b"+OK "]


@pytest.mark.parametrize(("kind", "injected"), CASES, ids=repr)
def test_in_one_segment(server: MailServer, kind: str, injected: bytes) -> None:
    verb, reply = VERBS[kind]
    with Raw(server, kind) as client:
        client.send(verb + injected)
        assert client.line().startswith(reply)
        client.start_tls()
        is_fresh(client, kind)


@pytest.mark.parametrize("kind", VERBS)
def test_byte_by_byte(server: MailServer, kind: str) -> None:
    """Whatever part of it comes before the handshake begins: it is thrown away, or breaks the handshake."""
    verb, _ = VERBS[kind]
    with Raw(server, kind) as client:
        for octet in verb + INJECTED[kind][0]:
            client.send(bytes([octet]))
        told = client.rest()
        assert told.count(b"\r\n") == 1
        assert b"secret" not in told


@pytest.mark.parametrize(("kind", "injected"), CASES, ids=repr)
def test_after_the_reply(
    server: MailServer, kind: str, injected: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Then it is no TLS record: the connection ends without a word."""
    verb, reply = VERBS[kind]
    with Raw(server, kind) as client:
        client.send(verb)
        assert client.line().startswith(reply)
        client.send(injected + b"\r\n" * 20)
        client.socket.shutdown(socket.SHUT_WR)  # it may be the beginning of a record: no more of it comes
        assert b"OK" not in client.rest()
    wait_until_gone(server)
    assert not [one for one in caplog.records if one.levelname == "ERROR"], "it is no fault of ours"


def test_what_was_said_before_is_forgotten(server: MailServer) -> None:
    with Raw(server, "pop3") as client:
        client.send(b"USER alice\r\nSTLS\r\n")
        assert [client.line()[:3] for _ in range(2)] == [b"+OK", b"+OK"]
        client.start_tls()
        client.send(b"PASS secret\r\n")
        assert client.line().startswith(b"-ERR")


def test_an_exchange_does_not_go_on_after_it(server: MailServer) -> None:
    """STARTTLS as the answer to a challenge is no command."""
    with Raw(server) as client:
        client.send(b"a AUTHENTICATE LOGIN\r\nb STARTTLS\r\n")
        assert client.line().startswith(b"+ ")
        assert client.line().startswith(b"a BAD")
        assert client.command(b"STARTTLS")[-1].startswith(b"x OK")


def test_never_twice_never_after_login_never_below_compression(server: MailServer) -> None:
    with Raw(server) as client:
        assert b"STARTTLS" in client.greeting
        assert client.command(b"STARTTLS")[-1].startswith(b"x OK")
        client.start_tls()
        assert not any(b"STARTTLS" in line for line in client.command(b"CAPABILITY"))
        assert client.command(b"STARTTLS")[-1].startswith(b"x BAD")
    with Raw(server, login="alice") as client:
        assert client.command(b"STARTTLS")[-1].startswith(b"x BAD")
        assert client.command(b"COMPRESS DEFLATE")[-1].startswith(b"x OK")
    with Raw(server, "pop3s") as client:
        client.send(b"STLS\r\n")
        assert client.line().startswith(b"-ERR")
