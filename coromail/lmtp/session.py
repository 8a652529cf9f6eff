"""One LMTP client: bytes in, bytes out. No sockets here; see `coromail.server.connection`."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from logging import ERROR, WARNING

from coromail.auth.connection_facts import ConnectionFacts
from coromail.errors import Answer, Bad, Gone, StorageError
from coromail.host import Host, Transport
from coromail.lmtp import wire
from coromail.lmtp.commands import COMMANDS
from coromail.lmtp.replies import TEMPORARY, Refused, refusal
from coromail.lmtp.transaction import Transaction

MAX_LINE = (
    2048  # octets of a command with its CRLF; RFC 5321 section 4.5.3.1.4 and extensions ask for about 700
)

Then = Callable[[bytes | None], None]


class Session:
    """The protocol state of one client.

    `receive` takes octets as they come, runs every complete command in turn (RFC 2920 section 3.2) and writes the
    replies to the transport. `closing` says that the connection is to be closed. `closed` must be called at the
    end, however it came. Whoever can connect may deliver: keep the listener local.
    """

    __slots__ = (
        "_busy",
        "_out",
        "_then",
        "bad_commands",
        "client",
        "closing",
        "host",
        "receiver",
        "transaction",
        "transport",
    )

    user: str | None = None  # nobody logs in

    def __init__(self, host: Host, transport: Transport) -> None:
        self.host = host
        self.transport = transport
        self.receiver = wire.Receiver(MAX_LINE, host.limits.append)
        self.closing = False
        self.client: str | None = None  # what it called itself in LHLO
        self.transaction: Transaction | None = None
        self.bad_commands = 0
        self._busy = False
        self._out: list[bytes] = []
        self._then: Then | None = None

    # What the session is

    @property
    def timeout(self) -> float | None:
        """Seconds of silence after which the client is gone, None for ever."""
        return self.host.limits.unauth_idle or None

    @property
    def facts(self) -> ConnectionFacts:
        """The connection, as `Auth` is to see it: the peer is another server, not the user."""
        return ConnectionFacts("lmtp", encrypted=self.transport.encrypted, hostname=self.host.hostname)

    @property
    def protocol(self) -> str:
        """How mail comes here, for Received (RFC 3848, RFC 6531 section 4.3)."""
        utf8 = self.transaction is not None and self.transaction.utf8
        return f"{'UTF8' if utf8 else ''}LMTP{'S' if self.transport.encrypted else ''}"

    # Coming and going

    def greeting(self) -> None:
        """Send the greeting (RFC 5321 section 4.2)."""
        self.answer(220, f"{self.host.hostname} LMTP ready")
        self.flush()

    def timed_out(self) -> None:
        """The client was silent for too long."""
        self.leave("Silent for too long", "4.4.2")

    def shutdown(self) -> None:
        """The server stops (RFC 5321 section 3.8)."""
        if not self._busy:  # no reply may look like that to a delivery
            self.leave("The server is going down", "4.3.2")
        self.closing = True

    def leave(self, text: str, status: str) -> None:
        """Say 421; the connection is to be closed."""
        if not self.closing:
            self.answer(421, f"{self.host.hostname} {text}", status=status)
            self.flush()
        self.closing = True

    def send_news(self) -> None:
        """LMTP has no news."""

    def closed(self) -> None:
        """The connection is gone. May be called more than once."""
        self.closing = True
        self._then = None
        self.reset()

    def reset(self) -> None:
        """End the transaction, if there is one."""
        if self.transaction is not None:
            self.transaction.close()
            self.transaction = None

    def start_tls(self) -> None:
        """Shake hands now; what the client said or sent before counts for nothing (RFC 3207 section 4.2)."""
        self.flush()
        injected = self.receiver.discard()
        if injected:
            self.host.log(
                WARNING, f"lmtp threw away {injected} octets after STARTTLS from {self.transport.peer}"
            )
        self.reset()
        self.client = None
        try:
            self.transport.start_tls()
        except BaseException:
            self.closing = True
            raise

    # Octets out

    def answer(self, code: int, *lines: str, status: str = "") -> None:
        """A reply."""
        self._out.append(wire.reply(code, *lines, status=status))

    def refuse(self, error: Answer | StorageError) -> None:
        """The reply that an error becomes."""
        refused = refusal(error)
        code, _, status = refused.code.partition(" ")
        self.answer(int(code), refused.text, status=status)

    def flush(self) -> None:
        """Send what was collected."""
        if self._out:
            data = b"".join(self._out)
            self._out.clear()
            self.transport.write(data)

    # Octets in

    def receive(self, data: bytes) -> None:
        """Run every command that is complete now, and deliver the message that is."""
        self.receiver.receive(data)
        self._busy = True
        while not self.closing and self._step():
            pass
        self.flush()
        self._busy = False

    def _step(self) -> bool:
        """Do the next thing, if all of it is here."""
        if self._then is not None:
            return self._data(self._then)
        try:
            line = self.receiver.next_line()
        except Bad as bad:
            self._mistake(Refused(bad.text, "500 5.5.2"))
            return True
        if line is not None:
            self._line(line)
        return line is not None

    def _data(self, then: Then) -> bool:
        try:
            content = self.receiver.next_data()
            if content is None:
                return False
        except Bad:
            content = None
        self._then = None
        then(content)
        return True

    def await_data(self, then: Then) -> None:
        """The message that comes next goes to `then`; None instead of one that is too big."""
        self.receiver.begin_data()
        self._then = then

    def _line(self, line: bytes) -> None:
        try:
            verb, _, argument = line.decode().partition(" ")
        except UnicodeDecodeError:
            self._mistake(Refused("Text is UTF-8 here", "500 5.5.2"))
            return
        class_ = COMMANDS.get(verb.upper())
        if class_ is None:
            self._mistake(Refused("Unknown command", "500 5.5.1"))
            return
        try:
            class_(self, argument).run()
            self.bad_commands = 0
        except StorageError as error:
            self.refuse(error)
        except Refused as refused:
            if refused.code.startswith("50"):
                self._mistake(refused)
            else:
                self.refuse(refused)
        except Exception as error:
            if self.closing or isinstance(error, Gone):
                raise
            self.broken(class_.name)

    def _mistake(self, refused: Refused) -> None:
        """Answer something that the client should not have said; it may do so only so many times in a row."""
        self.refuse(refused)
        self.bad_commands += 1
        limit = self.host.limits.bad_commands
        if limit and self.bad_commands >= limit:
            self.leave("Too many mistakes", "4.7.0")

    def broken(self, what: str) -> None:
        """A fault of ours: log it; the client keeps the message."""
        self.host.log(ERROR, f"{what} failed\n{traceback.format_exc()}")
        self.refuse(Refused("Something is broken here; it was logged", TEMPORARY))
