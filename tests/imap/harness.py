"""IMAP clients for tests: bytes into a `Session` without a socket, every reply through the strict checker.

    alice, other = two()
    alice.ok("SELECT INBOX")
    other.ok("APPEND INBOX", literal(b"Subject: hi\r\n\r\nhello\r\n"))
    assert alice.ok("NOOP").exists == 1

Beside the grammar, `Client` holds the server to the rules that every client relies on: one tagged reply a
command, the last; message numbers that fit what was told; no EXPUNGE where RFC 9051 section 7.5.1 forbids it;
no traceback in the log. What a test then asserts is on `Result`, whose repr is the exchange.
"""

from __future__ import annotations

import logging
from typing import Any

from coromail.auth.auth import Auth
from coromail.host import Host
from coromail.imap.session import Session
from coromail.message.lines import to_crlf
from coromail.model.mailbox import NewMessage
from coromail.stores.memory import MemoryModel
from tests.imap.checker import Checker, Reply
from tests.imap.mirror import Mirror
from tests.imap.results import Result, expand, show

__all__ = ["Client", "Result", "TestAuth", "TestHost", "expand", "literal", "two"]


class TestAuth(Auth):
    """alice, bob and carol, all with the password "secret"."""

    __test__ = False

    def auth_plain(self, user: str, password: str) -> bool:
        return self.secret(user) == password

    def secret(self, user: str) -> str | None:
        return "secret" if user in {"alice", "bob", "carol"} else None

    def sasl_provides(self) -> list[str]:
        return ["SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN"]


class TestHost(Host):
    """A host that keeps its log in `logged` and never waits."""

    __test__ = False

    def __init__(
        self, model_class: type[Any] = MemoryModel, auth_class: type[Auth] = TestAuth, **more: Any
    ) -> None:
        super().__init__(auth_class, model_class, **more)
        self.logged: list[tuple[int, str]] = []

    def log(self, level: int, text: str) -> None:
        self.logged.append((level, text))

    def take_bugs(self) -> list[str]:
        """What was logged as an error since the last time."""
        bugs = [text for level, text in self.logged if level >= logging.ERROR]
        self.logged = [entry for entry in self.logged if entry[0] < logging.ERROR]
        return bugs


class Wire:
    """The transport of a session: output is kept until the client reads it; `wake` is noted."""

    peer = "192.0.2.7"
    local = "192.0.2.1"
    listener = ("imap", "143")

    def __init__(self, encrypted: bool) -> None:
        self.encrypted = encrypted
        self.output = bytearray()
        self.writes = 0
        self.woken = False
        self.deflated = False

    def write(self, data: bytes) -> None:
        self.output += data
        self.writes += 1

    def start_tls(self) -> None:
        self.encrypted = True

    def start_deflate(self, rest: bytes) -> None:
        self.deflated = True

    def stop_deflate(self) -> None:
        self.deflated = False

    def wake(self) -> None:
        self.woken = True

    def tls_object(self) -> Any:
        return None

    def take(self) -> bytes:
        data = bytes(self.output)
        self.output.clear()
        return data


class literal:  # noqa: N801  (reads like a word of the command)
    """An argument sent as a literal: synchronizing, with `plus` not (RFC 7888), with `eight` literal8."""

    def __init__(self, octets: bytes, *, plus: bool = False, eight: bool = False) -> None:
        self.octets = octets
        self.plus = plus
        self.mark = b"%s{%d%s}\r\n" % (b"~" if eight else b"", len(octets), b"+" if plus else b"")


class Client:
    """One connection. `greeting` is what the server said first. `mirror` is what it knows."""

    def __init__(self, host: TestHost | None = None, *, encrypted: bool = True) -> None:
        self.host = host or TestHost()
        self.wire = Wire(encrypted)
        self.session = Session(self.host, self.wire)
        self.checker = Checker()
        self.mirror = Mirror()
        self._count = 0
        self._transcript: list[str] = []
        self.session.greeting()
        (self.greeting,) = self._read("")
        assert self.greeting.name in {"OK", "PREAUTH", "BYE"}, self.transcript()

    @property
    def exists(self) -> int | None:
        """How many messages this client was told of, None when nothing is selected."""
        return self.mirror.exists

    @property
    def closed(self) -> bool:
        """Whether the server wants the connection closed."""
        return self.session.closing

    def transcript(self) -> str:
        """Everything said so far."""
        return "\n" + "\n".join(self._transcript)

    def send(self, data: bytes) -> list[Reply]:
        """Give octets to the server; what it said to them."""
        self._transcript.append(show("C", data))
        assert not self.session.closing, f"the server has closed the connection{self.transcript()}"
        self.session.receive(data)
        several = data.count(b"\n") > 1  # pipelined: what answers which is not looked at
        return self._read("several" if several else command_name(data))

    def hear(self) -> list[Reply]:
        """What the server has said since the last time, to whatever it was given."""
        return self._read("several")

    def news(self) -> list[Reply]:
        """What an idling client is told now; nothing when the server did not ask to be woken."""
        if not self.wire.woken:
            return []
        self.wire.woken = False
        self.session.send_news()
        return self._read("IDLE")

    def command(self, *parts: str | bytes | literal) -> Result:
        """Send a command under a fresh tag; spaces join the parts, literals wait to be asked for."""
        self._count += 1
        tag = b"t%d" % self._count
        name = command_name(tag + b" " + encode(parts[0]))
        before = self.mirror
        if name in {"SELECT", "EXAMINE"}:
            self.mirror = Mirror()
        replies: list[Reply] = []
        sent = b""
        for chunk, synchronize in chunks(tag, parts):
            sent += chunk
            self._transcript.append(show("C", chunk))
            assert not self.session.closing, f"the server has closed the connection{self.transcript()}"
            self.session.receive(chunk)
            new = self._read(name)
            replies += new
            if synchronize and not any(reply.kind == "continuation" for reply in new):
                break
        result = self._result(tag, sent, replies)
        if result.status == "BAD":
            self.mirror = before  # nothing was attempted: what was selected stays so
        elif result.status == "OK" and name in {"CLOSE", "UNSELECT"}:
            self.mirror.reset()
        return result

    def ok(self, *parts: str | bytes | literal) -> Result:
        """A command that must be answered OK."""
        result = self._expect("OK", self.command(*parts))
        if parts[0] == "UNAUTHENTICATE":
            self.checker.reset()
        return result

    def no(self, *parts: str | bytes | literal, code: str | None = None) -> Result:
        """A command that must be answered NO (with that response code, if one is given)."""
        result = self._expect("NO", self.command(*parts))
        assert code is None or result.code == code, f"{result.code}, not {code}{self.transcript()}"
        return result

    def bad(self, *parts: str | bytes | literal) -> Result:
        """A command that must be answered BAD."""
        return self._expect("BAD", self.command(*parts))

    def login(self, user: str = "alice", password: str = "secret") -> Client:
        """LOGIN; for chaining."""
        self.ok(f"LOGIN {user} {password}")
        return self

    def append(self, octets: bytes, mailbox: str = "INBOX", flags: str = "()") -> int:
        """APPEND one message; its UID. One with an 8-bit header, which APPEND may refuse, is delivered."""
        if not octets.isascii() and not self.session.utf8:
            new = NewMessage(to_crlf(octets), flags.strip("()").split())
            return self.session.model.select(mailbox.strip('"')).append(new).uid
        uids = self.ok("APPEND", mailbox, flags, literal(octets)).codes["APPENDUID"][1]
        return int(uids[0][0])

    def idle(self) -> list[Reply]:
        """Begin IDLE; what came beside the continuation."""
        self._count += 1
        replies = self.send(b"t%d IDLE\r\n" % self._count)
        assert [reply.kind for reply in replies].count("continuation") == 1, self.transcript()
        return [reply for reply in replies if reply.kind == "untagged"]

    def done(self) -> Result:
        """End IDLE."""
        return self._expect("OK", self._result(b"t%d" % self._count, b"DONE", self.send(b"DONE\r\n")))

    def disconnect(self) -> None:
        """The client is gone without a word."""
        self.session.closed()

    # Inside

    def _read(self, command: str) -> list[Reply]:
        data = self.wire.take()
        self._transcript.append(show("S", data))
        try:
            replies = self.checker.feed(data)
            self.checker.finish()
            for reply in replies:
                self.mirror.told(reply, command, self.checker.enabled)
        except AssertionError as error:
            error.add_note(self.transcript())
            raise
        bugs = self.host.take_bugs()
        assert not bugs, "\n".join(bugs) + self.transcript()
        return replies

    def _result(self, tag: bytes, sent: bytes, replies: list[Reply]) -> Result:
        tagged = [reply for reply in replies if reply.kind == "tagged"]
        assert len(tagged) == 1, f"{len(tagged)} tagged replies{self.transcript()}"
        assert tagged[0].tag == tag.decode(), f"a reply to {tagged[0].tag}{self.transcript()}"
        last = [reply for reply in replies if reply.name != "BYE"][-1]
        assert last is tagged[0], f"more after the tagged reply{self.transcript()}"
        return Result(sent, tagged[0], [reply for reply in replies if reply is not tagged[0]])

    def _expect(self, status: str, result: Result) -> Result:
        assert result.status == status, f"{result.status}, not {status}{self.transcript()}"
        return result


def two(host: TestHost | None = None, user: str = "alice") -> tuple[Client, Client]:
    """Two connections of one user, logged in."""
    host = host or TestHost()
    return Client(host).login(user), Client(host).login(user)


def encode(part: str | bytes | literal) -> bytes:
    """A part of a command as octets; of a literal only its announcement."""
    return part.mark if isinstance(part, literal) else part.encode() if isinstance(part, str) else part


def chunks(tag: bytes, parts: tuple[str | bytes | literal, ...]) -> list[tuple[bytes, bool]]:
    """What to send, and whether to wait for a continuation after it."""
    out: list[tuple[bytes, bool]] = []
    text = tag
    for part in parts:
        text += b" " + encode(part)
        if isinstance(part, literal):
            if not part.plus:
                out.append((text, True))
                text = b""
            text += part.octets
    out.append((text + b"\r\n", False))
    return out


def command_name(line: bytes) -> str:
    """The verb of a command line; "UID FETCH" is another than "FETCH"."""
    words = line.split(None, 3)
    if len(words) < 2:
        return words[0].decode("latin-1").upper() if words else ""
    name = words[1].decode("latin-1").upper()
    return f"UID {words[2].decode('latin-1').upper()}" if name == "UID" and len(words) > 2 else name
