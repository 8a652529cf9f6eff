"""Harnesses for whole sessions in each of their states: an answer that strict clients read, never a traceback."""

from __future__ import annotations

import contextlib
from copy import deepcopy
from functools import cache

from coromail.auth.sasl.exchange import Challenge, Exchange
from coromail.errors import Bad, No, StorageError
from coromail.host import Host, Transport
from coromail.imap.session import Session
from coromail.lmtp.session import Session as LmtpSession
from coromail.model.mailbox import Mailbox, NewMessage
from coromail.origin import Origin
from coromail.pop3.session import Session as Pop3Session
from coromail.server.deflate import Deflate
from tests.imap.checker import Checker
from tests.imap.harness import Client, TestAuth, TestHost, Wire
from tests.imap.mirror import Mirror
from tests.lmtp.harness import LmtpHost as LmtpTestHost
from tests.pop3.harness import HELLO
from tests.pop3.harness import TestHost as Pop3TestHost

MAIL = b"From: a <a@example.com>\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
LOGIN = "LOGIN alice secret"
APPEND = b"x APPEND INBOX () {%d+}\r\n%b\r\n" % (len(MAIL), MAIL)


class Believing(Host):
    """Trusts everybody to say whom they speak for, so that XCLIENT and the fields of ID are read, too."""

    def trusts(self, transport: Transport) -> bool:
        return True

    def speaks_for(self, transport: Transport, origin: Origin) -> bool:
        return origin.peer != "203.0.113.9"


class ImapHost(Believing, TestHost):
    pass


class Pop3Host(Believing, Pop3TestHost):
    pass


class LmtpHost(Believing, LmtpTestHost):
    pass


@cache
def _way(encrypted: bool, before: tuple[str, ...]) -> tuple[bytes, Checker, Mirror]:
    """What a client says to get somewhere, and what it knows there: such replies are read once, not every time."""
    client = Client(_host(), encrypted=encrypted)
    said = b""
    for command in before:
        if command == "IDLE":
            client.idle()
        else:
            client.ok(command)
        said += f"x {command}\r\n".encode()
        if command == LOGIN:
            client.append(MAIL)
            said += APPEND
    return said, client.checker, client.mirror


def _host() -> TestHost:
    host = ImapHost()
    host.limits.bad_commands = host.limits.unauth_commands = 0
    return host


class _Imap:
    """A session that was brought somewhere, and the strict client that hears it from then on."""

    def __init__(self, *before: str, encrypted: bool = True) -> None:
        self.host = _host()
        self.wire = Wire(encrypted)
        self.session = Session(self.host, self.wire)
        self.session.greeting()
        said, checker, mirror = _way(encrypted, before)
        self.session.receive(said)
        self.wire.take()
        self._checker, self._mirror = deepcopy((checker, mirror))

    def say(self, data: bytes) -> None:
        """Send octets, unless the server has closed the connection, and hear what comes."""
        if not self.session.closing:
            self.session.receive(data)
        self.hear()

    def hear(self) -> None:
        for reply in self._checker.feed(self.wire.take()):
            self._mirror.told(reply, "several", self._checker.enabled)
        self._checker.finish()

    def inbox(self) -> Mailbox:
        """As another connection of the user has it."""
        auth = self.host.make_auth()
        auth.user = "alice"
        model = self.host.make_model(auth)
        found: Mailbox = model.select("INBOX")
        model.close()
        return found

    def leave(self) -> None:
        self.session.closed()
        assert not self.host.take_bugs()


def _imap(data: bytes, *before: str, encrypted: bool = True) -> None:
    client = _Imap(*before, encrypted=encrypted)
    client.say(data)
    client.leave()


def imap_strangers(data: bytes) -> None:
    """Without and with TLS."""
    _imap(data, encrypted=False)
    _imap(data)


def imap_users(data: bytes) -> None:
    _imap(data, LOGIN)


def imap_mailboxes(data: bytes) -> None:
    _imap(data, LOGIN, "ENABLE IMAP4rev2 CONDSTORE QRESYNC UTF8=ACCEPT", "SELECT INBOX")


def imap_read_only(data: bytes) -> None:
    """After EXAMINE, where messages are named by UID only (RFC 9586)."""
    _imap(data, LOGIN, "ENABLE UIDONLY", "EXAMINE INBOX")


def imap_idle(data: bytes) -> None:
    """In IDLE: what comes instead of DONE, cut in two by news of another client."""
    client = _Imap(LOGIN, "SELECT INBOX", "IDLE")
    for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
        client.say(piece)
        with contextlib.suppress(StorageError):  # INBOX can be renamed, and made away with
            client.inbox().append(NewMessage(MAIL))
        if client.wire.woken and not client.session.closing:
            client.wire.woken = False
            client.session.send_news()
        client.hear()
    client.leave()


def imap_compressed(data: bytes) -> None:
    """After COMPRESS (RFC 4978): a stream of any octets, inflated in steps as a connection does it."""
    client = _Imap(LOGIN, "COMPRESS DEFLATE")
    with contextlib.suppress(ConnectionError):
        for step in Deflate().unpack(data):
            client.say(step)
            if client.session.closing or not client.wire.deflated:
                break
    client.leave()


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
