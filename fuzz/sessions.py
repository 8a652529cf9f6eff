"""Harnesses for whole sessions in each of their states: an answer that strict clients read, never a traceback."""

from __future__ import annotations

import contextlib

from coromail.auth.sasl.exchange import Challenge, Exchange
from coromail.errors import Bad, No
from coromail.lmtp.session import Session as LmtpSession
from coromail.pop3.session import Session as Pop3Session
from coromail.server.deflate import Deflate
from tests.imap.harness import Client, TestAuth, TestHost, Wire, two
from tests.lmtp.harness import LmtpHost
from tests.pop3.harness import HELLO
from tests.pop3.harness import TestHost as Pop3Host

MAIL = b"From: a <a@example.com>\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nhello\r\n"


def _imap(data: bytes, *before: str, encrypted: bool = True) -> None:
    host = TestHost()
    host.limits.bad_commands = host.limits.unauth_commands = 0
    client = Client(host, encrypted=encrypted)
    if before:
        client.login().append(MAIL)
    for command in before[1:]:
        client.ok(command)
    client.session.receive(data)
    client.hear()
    client.session.closed()
    assert not host.take_bugs()


def imap_strangers(data: bytes) -> None:
    """Without and with TLS."""
    _imap(data, encrypted=False)
    _imap(data)


def imap_users(data: bytes) -> None:
    _imap(data, "login")


def imap_mailboxes(data: bytes) -> None:
    _imap(data, "login", "ENABLE IMAP4rev2 CONDSTORE QRESYNC UTF8=ACCEPT", "SELECT INBOX")


def imap_read_only(data: bytes) -> None:
    """After EXAMINE, where messages are named by UID only (RFC 9586)."""
    _imap(data, "login", "ENABLE UIDONLY", "EXAMINE INBOX")


def imap_idle(data: bytes) -> None:
    """In IDLE: what comes instead of DONE, cut in two by news of another client."""
    host = TestHost()
    host.limits.bad_commands = 0
    client, other = two(host)
    client.ok("SELECT INBOX")
    client.idle()
    for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
        if not client.closed:
            client.session.receive(piece)
        other.append(MAIL)
        client.news()
        client.hear()
    client.session.closed()
    assert not host.take_bugs()


def imap_compressed(data: bytes) -> None:
    """After COMPRESS (RFC 4978): a stream of any octets, inflated in steps as a connection does it."""
    host = TestHost()
    host.limits.bad_commands = 0
    client = Client(host).login()
    client.ok("COMPRESS DEFLATE")
    with contextlib.suppress(ConnectionError):
        for step in Deflate().unpack(data):
            client.session.receive(step)
            client.hear()
            if client.closed or not client.wire.deflated:
                break
    client.session.closed()
    assert not host.take_bugs()


def pop3(data: bytes) -> None:
    """Before and after login; what follows QUIT is not heard."""
    for login in (b"", b"USER alice\r\nPASS secret\r\n"):
        host = Pop3Host()
        host.limits.bad_commands = host.limits.unauth_commands = 0
        inbox = host.fill(HELLO)
        session = Pop3Session(host, Wire(encrypted=True))
        session.greeting()
        session.receive(login + data)
        session.closed()
        assert not host.bugs()
        assert not inbox.listeners


def lmtp(data: bytes) -> None:
    """After LHLO, and in the middle of a message."""
    for before in (b"", b"LHLO a\r\n", b"LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<alice>\r\nDATA\r\n"):
        host = LmtpHost()
        session = LmtpSession(host, Wire(encrypted=False))
        session.greeting()
        session.receive(before + data)
        session.closed()
        assert not host.bugs()


MECHANISMS = [
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
    "ANONYMOUS",
]


class Everything(TestAuth):
    """Offers every mechanism."""

    def sasl_provides(self) -> list[str]:
        return MECHANISMS


def sasl(data: bytes) -> None:
    """Every step of every mechanism: the first octet chooses it, lines are the responses."""

    auth = Everything()
    auth.connection.encrypted = True
    exchange = Exchange(auth, MECHANISMS[data[0] % len(MECHANISMS)] if data else "PLAIN")
    lines = data[1:].split(b"\n")
    try:
        result = exchange.start(lines[0] or None)
        for line in lines[1:]:
            if not isinstance(result, Challenge):
                break
            result = exchange.respond(line)
    except (Bad, No):
        assert auth.user is None
