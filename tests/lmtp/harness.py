"""LMTP clients for tests: bytes into a `Session` without a socket, every reply through a strict reader.

client = connect(host)
assert client.say("MAIL FROM:<a@example.com>") == (250, "2.1.0", ["OK"])
assert client.codes("RCPT TO:<nobody@here>") == "550 5.1.1"
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.host import Host
from coromail.lmtp.session import Session
from coromail.model.mailbox import Mailbox
from coromail.stores.memory import MemoryModel

REPLY = re.compile(rb"([2-5][0-9][0-9])([ -])(?:([245]\.[0-9]{1,3}\.[0-9]{1,3}) )?([\t -~]*)\r\n")
USERS = {"alice", "bob", "bob+list", "carol@example.com", "grün"}
HELLO = b"From: a@example.com\r\nSubject: hi\r\n\r\nhello\r\n"


class Known(Auth):
    """USERS, with the quotas in the setting `quotas`."""

    def knows(self, user: str) -> bool:
        return user in USERS

    def may_log_in(self, user: str) -> bool:
        assert self.connection.protocol == "lmtp"
        return self.connection.peer is None

    def user_settings(self, user: str) -> Mapping[str, Any]:
        return {"quota": self.context.settings.get("quotas", {}).get(user)}


class LmtpHost(Host):
    """A host that keeps its log in `logged`."""

    def __init__(self, model_class: type[Any] = MemoryModel, **more: Any) -> None:
        super().__init__(Known, model_class, hostname="mail.example.org", **more)
        self.logged: list[tuple[int, str]] = []

    def log(self, level: int, text: str) -> None:
        self.logged.append((level, text))

    def bugs(self) -> list[str]:
        """What was logged as an error."""
        return [text for level, text in self.logged if level >= logging.ERROR]

    def inbox(self, user: str) -> Mailbox:
        """The INBOX of a user."""
        auth = self.make_auth()
        auth.user = user
        model = self.make_model(auth)
        mailbox: Mailbox = model.select("INBOX")
        model.close()
        return mailbox

    def mail(self, user: str = "alice") -> list[bytes]:
        """What lies in the INBOX of a user."""
        inbox = self.inbox(user)
        return [inbox.message(uid).octets() for uid in inbox.index.uids]


class Wire:
    """The transport of a session: output is kept until the client reads it."""

    local = "192.0.2.1"
    listener = ("lmtp", "24")

    def __init__(self, peer: str = "192.0.2.7") -> None:
        self.encrypted = False
        self.peer = peer
        self.output = bytearray()

    def write(self, data: bytes) -> None:
        self.output += data

    def start_tls(self) -> None:
        self.encrypted = True

    def start_deflate(self, rest: bytes) -> None:
        raise NotImplementedError

    def stop_deflate(self) -> None:
        raise NotImplementedError

    def wake(self) -> None:
        pass

    def tls_object(self) -> Any:
        return None


Reply = tuple[int, str, list[str]]


def parse(data: bytes) -> list[Reply]:
    """All replies in `data`, of which nothing may be left over (RFC 5321 section 4.2)."""
    replies: list[Reply] = []
    lines: list[tuple[int, str, str]] = []
    while data:
        match = REPLY.match(data)
        assert match, data
        assert match.end() <= 512
        data = data[match.end() :]
        lines.append((int(match[1]), (match[3] or b"").decode(), match[4].decode()))
        if match[2] == b" ":
            assert len({line[:2] for line in lines}) == 1, "one reply, one code"
            code, status = lines[0][:2]
            assert status[:1] in ("", str(code)[0]), "the classes agree (RFC 2034 section 4)"
            replies.append((code, status, [text for _, _, text in lines]))
            lines = []
    assert not lines
    return replies


class Client:
    """One connection."""

    def __init__(self, host: LmtpHost, peer: str = "192.0.2.7") -> None:
        self.host = host
        self.wire = Wire(peer)
        self.session = Session(host, self.wire)
        self.session.greeting()
        self.greeting = self.take()

    def take(self) -> list[Reply]:
        """The replies since the last time."""
        data = bytes(self.wire.output)
        self.wire.output.clear()
        return parse(data)

    def raw(self, data: bytes) -> list[Reply]:
        """Send octets; all replies."""
        self.session.receive(data)
        return self.take()

    def say(self, line: str) -> Reply:
        """Send a command, to which there is one reply."""
        [reply] = self.raw(line.encode() + b"\r\n")
        return reply

    def codes(self, line: str) -> str:
        """The codes of the reply to a command: "250 2.1.0"."""
        code, status, _ = self.say(line)
        return f"{code} {status}"

    def begin(self, *recipients: str, sender: str = "a@example.com") -> None:
        """MAIL and RCPTs that are accepted."""
        assert self.codes(f"MAIL FROM:<{sender}>") == "250 2.1.0"
        for recipient in recipients:
            assert self.codes(f"RCPT TO:<{recipient}>") == "250 2.1.5", recipient

    def data(self, octets: bytes) -> list[str]:
        """DATA, and the codes of the replies to the message; `octets` are sent as they are, then CRLF.CRLF."""
        assert self.say("DATA")[0] == 354
        return [f"{code} {status}" for code, status, _ in self.raw(octets + b"\r\n.\r\n")]


def connect(host: LmtpHost | None = None, name: str = "mta.example.org", peer: str = "192.0.2.7") -> Client:
    """A client that has said LHLO."""
    client = Client(host or LmtpHost(), peer)
    assert client.say(f"LHLO {name}")[0] == 250
    return client


def limited(**quotas: object) -> LmtpHost:
    """A host where users have quotas."""
    return LmtpHost(auth_context=Context({"quotas": quotas}))


def body(message: bytes) -> bytes:
    """A delivered message without the three fields of final delivery."""
    head, _, rest = message.partition(b"; ")
    assert head.startswith(b"Return-Path: <")
    return rest.partition(b"\r\n")[2]
