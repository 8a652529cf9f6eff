"""POP3 clients for tests: bytes into a `Session` without a socket, every reply through a strict reader.

    client = login(host)
    assert client.ok("STAT") == "1 27"
    assert client.multi("TOP 1 0")[0] == b"Subject: hi"
    assert client.err("RETR 9") == (None, "There is no such message")

The reader holds the server to RFC 2449 section 3: status in upper case, 512 octets, ASCII unless somebody
asked for more, brackets only around a response code, multi-line responses stuffed and ended.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.host import Host
from coromail.message.lines import to_crlf
from coromail.model.mailbox import Mailbox
from coromail.model.message import Message
from coromail.pop3.registry import Registry
from coromail.pop3.session import Session
from coromail.stores.memory import MemoryModel

_STATUS = re.compile(r"(\+OK|-ERR)(?: (?:\[([!-.0-\\^-~]+(?:/[!-.0-\\^-~]+)*)\] ?)?([^\[\r\n]*))?")
HELLO = b"From: a@example.com\nSubject: hi\n\nhello\n.dot\n..two\nend\n"


class TestAuth(Auth):
    """alice, bob and carol, all with the password "secret"."""

    __test__ = False
    provides_apop = True

    def auth_plain(self, user: str, password: str) -> bool:
        return self.secret(user) == password

    def secret(self, user: str) -> str | None:
        return "secret" if user in {"alice", "bob", "carol"} else None

    def sasl_provides(self) -> list[str]:
        return ["CRAM-MD5", "PLAIN"]


class TestHost(Host):
    """A host that keeps its log in `logged` and notes how long it was to wait in `slept`."""

    __test__ = False

    def __init__(
        self, model_class: type[Any] = MemoryModel, auth_class: type[Auth] = TestAuth, **more: Any
    ) -> None:
        more.setdefault("auth_context", Context({"plaintext_without_tls": True}))
        super().__init__(auth_class, model_class, **more)
        self.plaintext_without_tls = bool(self.auth_context.settings.get("plaintext_without_tls"))
        self.logged: list[tuple[int, str]] = []
        self.slept: list[float] = []
        self.logins: list[tuple[str, bool]] = []

    def log(self, level: int, text: str) -> None:
        self.logged.append((level, text))

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def login_done(self, user: str, peer: str, success: bool) -> None:
        self.logins.append((user, success))

    def bugs(self) -> list[str]:
        """What was logged as an error."""
        return [text for level, text in self.logged if level >= logging.ERROR]

    def inbox(self, user: str = "alice") -> Mailbox:
        """The INBOX of a user, made when it is not there."""
        auth = self.make_auth()
        auth.user = user
        model = self.make_model(auth)
        mailbox: Mailbox = model.select("INBOX")
        model.close()
        return mailbox

    def fill(self, *contents: bytes, user: str = "alice") -> Mailbox:
        """Put messages into the INBOX of a user."""
        mailbox = self.inbox(user)
        for content in contents:
            mailbox.add_message(Message(content))
        return mailbox


class Wire:
    """The transport of a session: output is kept until the client reads it."""

    local = "192.0.2.1"
    listener = ("pop3", "110")

    def __init__(self, encrypted: bool = False, peer: str = "192.0.2.7") -> None:
        self.encrypted = encrypted
        self.peer = peer
        self.output = bytearray()
        self.writes: list[int] = []

    def write(self, data: bytes) -> None:
        self.output += data
        self.writes.append(len(data))

    def start_tls(self) -> None:
        self.encrypted = True

    def start_deflate(self, rest: bytes) -> None:
        raise NotImplementedError

    def wake(self) -> None:
        pass

    def tls_object(self) -> Any:
        return None


class Client:
    """One connection; `greeting` is the server's first line."""

    def __init__(self, host: TestHost, registry: Registry | None = None, encrypted: bool = False) -> None:
        self.host = host
        self.wire = Wire(encrypted)
        self.session = Session(host, self.wire, registry)
        self.utf8 = False
        self.session.greeting()
        self.greeting = self.status()[2]

    # Sending

    def raw(self, data: bytes) -> bytes:
        """Send octets; all that the server wrote."""
        self.session.receive(data)
        return self.take()

    def take(self) -> bytes:
        """What the server wrote since the last time."""
        data = bytes(self.wire.output)
        self.wire.output.clear()
        return data

    def send(self, line: str | bytes) -> None:
        """Send one command."""
        self.session.receive((line.encode() if isinstance(line, str) else line) + b"\r\n")

    # Reading

    def line(self) -> bytes:
        """One line of output, which must be there."""
        end = self.wire.output.find(b"\r\n")
        assert end >= 0, f"no line in {bytes(self.wire.output)!r}"
        line = bytes(self.wire.output[:end])
        del self.wire.output[: end + 2]
        assert b"\r" not in line
        assert b"\n" not in line
        return line

    def status(self) -> tuple[bool, str | None, str]:
        """A status line: whether +OK, the response code, the text."""
        octets = self.line()
        assert len(octets) <= 510
        assert self.utf8 or octets.isascii(), octets
        found = _STATUS.fullmatch(octets.decode())
        assert found, octets
        return found[1] == "+OK", found[2], found[3] or ""

    def rest(self) -> list[bytes]:
        """The lines of a multi-line response, unstuffed."""
        lines = []
        while (line := self.line()) != b".":
            assert not line.startswith(b".") or line.startswith(b".."), line
            lines.append(line.removeprefix(b"."))
        return lines

    def empty(self) -> None:
        """Nothing more was written."""
        assert not self.wire.output, bytes(self.wire.output)

    # One command and its reply

    def ok(self, line: str | bytes) -> str:
        """A command that must succeed with a single line; its text."""
        self.send(line)
        done, code, text = self.status()
        assert done, (line, code, text)
        assert code is None
        self.empty()
        return text

    def err(self, line: str | bytes) -> tuple[str | None, str]:
        """A command that must fail; response code and text."""
        self.send(line)
        done, code, text = self.status()
        assert not done, (line, text)
        self.empty()
        return code, text

    def multi(self, line: str | bytes) -> list[bytes]:
        """A command that must succeed with a multi-line response; its lines."""
        self.send(line)
        done, code, text = self.status()
        assert done, (line, code, text)
        lines = self.rest()
        self.empty()
        return lines

    def message(self, number: int) -> bytes:
        """RETR: the octets of a message."""
        return b"".join(line + b"\r\n" for line in self.multi(f"RETR {number}"))

    def capa(self) -> list[str]:
        """The lines of CAPA."""
        return [line.decode() for line in self.multi("CAPA")]

    def quit(self) -> None:
        """QUIT, and the end of the connection."""
        self.ok("QUIT")
        assert self.session.closing
        self.session.closed()

    def drop(self) -> None:
        """The connection breaks."""
        self.session.closed()


def login(host: TestHost, user: str = "alice") -> Client:
    """A client that is in the TRANSACTION state."""
    client = Client(host)
    client.ok(f"USER {user}")
    client.ok("PASS secret")
    return client


def crlf(octets: bytes) -> bytes:
    """Octets as they are on the wire."""
    return to_crlf(octets)
