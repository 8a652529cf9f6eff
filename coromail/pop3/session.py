"""One POP3 client: bytes in, bytes out. No sockets here; see `coromail.server.connection`."""

from __future__ import annotations

import secrets
import time
import traceback
from collections.abc import Callable
from logging import ERROR, WARNING

from coromail.auth.auth import Auth
from coromail.errors import Answer, Bad, Bye, Err, Gone, StorageError
from coromail.host import Host, Transport
from coromail.model.model import Model
from coromail.plugins.events import Eat, Event
from coromail.pop3 import languages, login, wire
from coromail.pop3.command import Command
from coromail.pop3.maildrop import Maildrop
from coromail.pop3.registry import Registry
from coromail.pop3.replies import answer_to
from coromail.pop3.state import State
from coromail.pop3_policy import Pop3Policy

HIGH_WATER = 64 * 1024  # octets of output that are collected before they are sent
FREE_MISTAKES = 3  # wrong commands in a row that are answered without delay
MAX_BACK_OFF = 5.0  # seconds
LONG = ("AUTH", "XCLIENT")  # commands that may be longer than RFC 2449 section 4 has them
MAX_KEYWORD = 40  # octets of a keyword that plugins are told of

Then = Callable[[bytes], None]


class Session:
    """The protocol state of one client.

    `receive` takes octets as they come, runs every complete command in turn (RFC 2449 section 6.6) and writes
    the replies to the transport. `closing` says that the connection is to be closed. `closed` must be called
    at the end, however it came; what was marked as deleted then stays, unless the client has said QUIT.
    """

    __slots__ = (
        "_auth",
        "_busy",
        "_maildrop",
        "_model",
        "_out",
        "_out_size",
        "_over",
        "_pending",
        "bad_commands",
        "closing",
        "commands",
        "host",
        "language",
        "locked",
        "login_failures",
        "lost",
        "policy",
        "reader",
        "registry",
        "state",
        "timestamp",
        "transport",
        "user_name",
        "utf8",
    )

    def __init__(self, host: Host, transport: Transport, registry: Registry | None = None) -> None:
        if registry is None:
            from coromail.pop3.commands import BUILTIN

            registry = BUILTIN
        self.host = host
        self.transport = transport
        self.registry: Registry = registry
        self.state = State.AUTHORIZATION
        self.closing = False
        self.lost = False
        self._busy = self._over = False
        self.reader = wire.LineReader(host.limits.unauth_line)
        self.policy: Pop3Policy = host.pop3
        self.timestamp: bytes | None = None
        self.locked: str | None = None
        self.commands = 0
        self.bad_commands = 0
        self.login_failures = 0
        self._maildrop: Maildrop | None = None
        self._model: Model | None = None
        self._pending: tuple[Command, Then] | None = None
        self._out: list[bytes] = []
        self._out_size = 0
        self.forget()

    def forget(self) -> None:
        """Drop all that the client said."""
        self._auth: Auth | None = None
        self._pending = None
        self.user_name: str | None = None
        self.utf8 = False
        self.language: str | None = None

    # What the session is

    @property
    def auth(self) -> Auth:
        """Who decides about the login; knows this connection."""
        if self._auth is None:
            self._auth = self.host.make_auth()
            self._auth.connection = self.host.facts("pop3", self.transport)
        return self._auth

    @property
    def maildrop(self) -> Maildrop:
        """The messages of the user who is logged in."""
        assert self._maildrop is not None
        return self._maildrop

    @property
    def model(self) -> Model:
        """What the logged-in user sees."""
        assert self._model is not None
        return self._model

    @property
    def user(self) -> str | None:
        """The name of the logged-in user, or None."""
        return None if self._model is None else self._model.user

    @property
    def timeout(self) -> float | None:
        """Seconds of silence after which the client is gone, None for ever."""
        limits = self.host.limits
        seconds = limits.unauth_idle if self.state is State.AUTHORIZATION else limits.auth_idle
        return seconds or None

    # Coming and going

    def greeting(self) -> None:
        """Send the greeting, with a timestamp where APOP is possible (RFC 1939 sections 4 and 7)."""
        stamp = b""
        if self.auth.provides_apop:
            unique = f"<{secrets.token_hex(8)}.{int(time.time())}@{self.host.hostname}>"
            self.timestamp = unique.encode("ascii", "replace")
            stamp = b" " + self.timestamp
        if self.host.plugins:
            self._announce("connection", self.transport.peer, self.transport.local)
        text = self.host.pop3.welcome or f"{self.host.hostname} POP3 ready"
        code = "XCLIENT" if self.host.trusts(self.transport) else None  # Dovecot's proxies look for it here
        room = wire.MAX_RESPONSE - len(b"+OK \r\n") - len(stamp) - (len(code) + 3 if code else 0)
        line = wire.status_line(b"+OK", text[:room], code)
        self.write(line[:-2] + stamp + b"\r\n", "response")
        self.flush()

    def timed_out(self) -> None:
        """The client was silent for too long: no UPDATE and no reply (RFC 1939 section 3)."""
        self.closing = True

    def shutdown(self) -> None:
        """The server stops: what the client asks next has failed (RFC 3206 section 4)."""
        if not self.closing and not self._busy:  # nothing may come in the middle of a message
            self.err("The server is going down", "SYS/TEMP")
            self.flush()
        self.closing = True

    def send_news(self) -> None:
        """POP3 has no news: the maildrop stays as it was at login."""

    def release(self) -> None:
        """Leave the maildrop and unlock it; nothing more is deleted."""
        if self._maildrop is not None:
            self._maildrop.close()
        if self._model is not None:
            self._model.close()
        if self.locked is not None:
            login.locks(self.host).discard(self.locked)
            self.locked = None

    def closed(self) -> None:
        """The connection is gone. May be called more than once."""
        if self.host.plugins and not self._over:
            self._announce("disconnected")
        self._over = self.closing = True
        self._pending = None
        self.release()

    # Octets out

    def write(self, data: bytes, kind: str = "data") -> None:
        """Collect output; when much has been collected it is sent, which waits for a slow reader.

        `kind` is what plugins see it as: "response" for a status line, "data" for all else.
        """
        if self.host.plugins:
            event = Event(kind, self, [data])
            if self.host.plugins.process("pop3c", event) & Eat.CLIENT:
                return
            data = event.arguments[0]
        self._out.append(data)
        self._out_size += len(data)
        if self._out_size > HIGH_WATER:
            self.flush()

    def flush(self) -> None:
        """Send what was collected."""
        if self._out:
            data = self._out[0] if len(self._out) == 1 else b"".join(self._out)
            self._out.clear()
            self._out_size = 0
            try:
                self.transport.write(data)
            except BaseException:
                self.lost = self.closing = True
                raise

    def ok(self, text: str = "", *values: object) -> None:
        """Answer +OK."""
        self._status(b"+OK", text, values, None)

    def err(self, text: str, code: str | None = None) -> None:
        """Answer -ERR."""
        self._status(b"-ERR", text, (), code)

    def _status(self, status: bytes, text: str, values: tuple[object, ...], code: str | None) -> None:
        text = languages.translate(text, self.language)
        if values:
            text %= values
        utf8 = self.utf8 or self.language is not None
        self.write(wire.status_line(status, text, code, utf8), "response")

    def start_tls(self) -> None:
        """Shake hands now; what the client said or sent before counts for nothing (RFC 2595 section 4)."""
        self.flush()
        injected = self.reader.discard()
        if injected:
            self.host.log(WARNING, f"pop3 threw away {injected} octets after STLS from {self.transport.peer}")
        self.forget()
        try:
            self.transport.start_tls()
        except BaseException:
            self.lost = self.closing = True
            raise

    def send_message(self, octets: bytes) -> None:
        """Send a message as a multi-line response, byte-stuffed, a chunk at a time."""
        for chunk in wire.stuffed(octets):
            self.write(chunk)
            if self._out_size == 0:
                self.host.breathe()

    # Octets in

    def receive(self, data: bytes) -> None:
        """Run every command that is complete now."""
        reader = self.reader
        reader.receive(data)
        self._busy = True
        while not self.closing:
            try:
                line = reader.next_line()
            except Bad as bad:
                self._pending = None
                self._count_command()
                self._failed(bad)
                continue
            if line is None:
                break
            self._line(line)
        self.flush()
        self._busy = False

    def _line(self, line: bytes) -> None:
        if self._pending is not None:
            command, then = self._pending
            self._pending = None
            self.reader.max_line = self.host.limits.unauth_line
            self._perform(command, then, line)
            return
        keyword, _, arguments = line.partition(b" ")
        found = self.registry.find(keyword)
        self._count_command()
        if self.closing:
            return
        if self.host.plugins and len(keyword) <= MAX_KEYWORD:
            event = self._announce(f"cmd_{keyword.decode('ascii', 'replace').lower()}", arguments)
            if event is None:
                return
            arguments = event.arguments[0]
        if found is None:
            self._failed(Bad("Unknown command"))
        elif len(line) > wire.MAX_COMMAND - 2 and found.name not in LONG:
            self._failed(Bad("The line is too long"))
        else:
            command = found(self)
            self._perform(command, lambda _: self._run(command, arguments), line)

    def _announce(self, name: str, *arguments: object) -> Event | None:
        """Show an event to the plugins; None when it was eaten."""
        assert self.host.plugins is not None
        event = Event(name, self, arguments)
        return None if self.host.plugins.send_event(event, "pop3d") & Eat.CLIENT else event

    def _run(self, command: Command, arguments: bytes) -> None:
        if not command.state & self.state:
            raise Bad("Log in first" if self.state is State.AUTHORIZATION else "Not after login")
        command.parse(arguments)
        command.run()

    def await_line(self, command: Command, then: Then) -> None:
        """The next line goes to `then`, on behalf of `command`; it may be as long as SASL needs."""
        self._pending = (command, then)

    def _perform(self, command: Command, step: Then, line: bytes) -> None:
        """Do a step of a command; what it raises becomes its answer."""
        try:
            step(line)
        except (Answer, StorageError) as error:
            self._failed(error)
        except Exception as error:
            if self.lost or isinstance(error, Gone):
                raise
            self._broken(command)
        else:
            self.bad_commands = 0

    def _broken(self, command: Command) -> None:
        self.host.log(ERROR, f"{command.name or type(command).__name__} failed\n{traceback.format_exc()}")
        self._failed(Err("Something is broken here; it was logged", code="SYS/PERM"))

    def _failed(self, error: Answer | StorageError) -> None:
        self._pending = None
        self.err(*answer_to(error))
        if isinstance(error, Bad):
            self._count_bad()
        elif isinstance(error, Bye):
            self.closing = True

    def _count_bad(self) -> None:
        """Mistakes in a row cost more and more time, and in the end the connection."""
        self.bad_commands += 1
        limit = self.host.limits.bad_commands
        if limit and self.bad_commands >= limit:
            self.closing = True
        elif self.bad_commands > FREE_MISTAKES:
            self.flush()
            self.host.sleep(min(0.25 * (self.bad_commands - FREE_MISTAKES), MAX_BACK_OFF))

    def _count_command(self) -> None:
        """Before login only so many commands are heard."""
        if self.state is State.AUTHORIZATION:
            self.commands += 1
            limit = self.host.limits.unauth_commands
            if limit and self.commands > limit:
                self.err("Too many commands before login")
                self.closing = True

    # What `coromail.pop3.login` finds out

    def open(self, model: Model, maildrop: Maildrop) -> None:
        """The TRANSACTION state begins (RFC 1939 section 5)."""
        self._model = model
        self._maildrop = maildrop
        self.policy = maildrop.policy
        self.state = State.TRANSACTION
        self.reader.max_line = wire.MAX_COMMAND
