"""The conversation with one client: octets come in, commands run, answers go out (RFC 9051 section 2.2)."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from functools import lru_cache
from logging import ERROR

from coromail.errors import Answer, Bad, Bye, Gone, No, StorageError
from coromail.host import Host, Transport
from coromail.imap.command import Command
from coromail.imap.languages import translate
from coromail.imap.registry import Registry
from coromail.imap.replies import answer_to
from coromail.imap.state import State
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.receiver import Continue, Line, Receiver, Refused
from coromail.plugins.events import Eat, Event

MAX_VERB = 40  # octets of a command's name that plugins are told of
HIGH_WATER = 256 * 1024  # octets of output that are collected before they are sent
LARGE = 64 * 1024  # octets of one piece that are sent as they are, not collected
SWALLOWED = 4  # times the longest literal: up to there one that was refused and is on its way is swallowed
_TAG = re.compile(rb"[!#$&',\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]{1,200}")  # ASTRING-CHARs except "+"

_BRINGS_MAIL = re.compile(rb"[^ ]++ (?:APPEND|(?:UID )?+REPLACE) ", re.IGNORECASE)

_plain = lru_cache(256)(writer.text)  # most texts are said again and again

Then = Callable[[list[bytes]], None]


class Dialogue:
    """The engine below a `Session`: it knows lines, commands and answers, but neither users nor mailboxes.

    `receive` takes octets as they come, runs every complete command and writes the replies to the transport.
    `closing` says that the connection is to be closed once the output is out; `running` is the command at work.
    """

    __slots__ = (
        "_out",
        "_out_size",
        "_pending",
        "bad_commands",
        "closing",
        "host",
        "language",
        "lines",
        "off",
        "receiver",
        "registry",
        "running",
        "state",
        "transport",
    )

    def __init__(self, host: Host, transport: Transport, registry: Registry) -> None:
        self.host = host
        self.transport = transport
        self.registry = registry
        self.state: int = State.NOT_AUTHENTICATED
        self.receiver = Receiver(self._judge, host.limits.unauth_line)
        self.closing = False
        self.lines = 0
        self.off: frozenset[str] = frozenset()  # capabilities that are switched off, in upper case
        self.language: str | None = None  # None: the texts as they are, in English
        self.bad_commands = 0
        self._pending: tuple[Command, Then] | None = None
        self.running: Command | None = None
        self._out: list[bytes] = []
        self._out_size = 0

    # What a session says to it

    @property
    def utf8(self) -> bool:
        """Whether names and headers may be sent in UTF-8."""
        return False

    def make_command(self, class_: type[Command], tag: bytes) -> Command:
        """A command object for one line."""
        raise NotImplementedError

    def check(self, command: Command) -> None:
        """Refuse (raise No or Bad) a command that was parsed but may not run now."""

    def tell_news(self, command: Command, succeeded: bool) -> None:
        """Send what happened meanwhile, after what the command said and before its tagged reply (OK or not)."""

    def answered(self) -> None:
        """A tagged reply was written."""

    def interrupted(self) -> None:
        """The command that waited for another line was broken off."""

    def bye(self, text: str, code: str | None = None) -> None:
        """Send BYE; the connection is to be closed (RFC 9051 section 7.1.5)."""
        if not self.closing:
            self.write(b"* BYE %s\r\n" % self.say(text, code))
            self.closing = True
            self.flush()

    # Octets

    def write(self, data: bytes) -> None:
        """Collect output; when much has been collected it is sent, which waits for a slow reader."""
        if self.host.plugins:
            event = Event("response", self, [data])
            if self.host.plugins.process("imapc", event) & Eat.CLIENT:
                return
            data = event.arguments[0]
        if len(data) > LARGE:  # no copy is made
            self.flush()
            self._send(data)
            return
        self._out.append(data)
        self._out_size += len(data)
        if self._out_size > HIGH_WATER:
            self.flush()

    def write_lines(self, lines: list[bytes]) -> None:
        """`write` each of them; together, where no plugin wants to see them."""
        if self.host.plugins:
            for line in lines:
                self.write(line)
        else:
            self.write(b"".join(lines))

    def flush(self) -> None:
        """Send what was collected."""
        if self._out:
            data = self._out[0] if len(self._out) == 1 else b"".join(self._out)
            self._out.clear()
            self._out_size = 0
            self._send(data)

    def _send(self, data: bytes) -> None:
        try:
            self.transport.write(data)
        except BaseException:
            self.closing = True
            raise

    def receive(self, data: bytes) -> None:
        """Run every command that is complete now."""
        receiver = self.receiver
        receiver.receive(data)
        breathe = self.host.breathe
        while not self.closing:
            event = receiver.next_event()
            if event is None:
                break
            breathe()
            if type(event) is Line:
                self._line(event.segments)
            elif type(event) is Continue:
                self.write(b"+ Go on\r\n")
                self.flush()
            elif type(event) is Refused:
                self._refused(event)
        self.flush()

    def _judge(self, segments: list[bytes], size: int, synchronizing: bool) -> bool:
        """Whether a literal may come in; one that is on its way and much too big ends it (RFC 7888 section 4)."""
        limits = self.host.limits
        fits = self._fits(segments, size)
        limit = limits.unauth_literals_total if self.state == State.NOT_AUTHENTICATED else limits.append
        if not fits and not synchronizing and size > SWALLOWED * limit:
            self.bye("Literal is too big", "TOOBIG")
        return fits

    def _fits(self, segments: list[bytes], size: int) -> bool:
        limits = self.host.limits
        total = sum(map(len, segments[1::2])) + size
        if self.state == State.NOT_AUTHENTICATED:
            return total <= limits.unauth_literals_total
        if len(segments) // 2 >= limits.literals:
            return False
        if _BRINGS_MAIL.match(segments[0]):
            return total <= limits.append  # all are in memory until the command is complete
        return size <= limits.literal and total <= limits.literals_total

    def _refused(self, event: Refused) -> None:
        tag, _, _ = event.segments[0].partition(b" ")
        if self._pending is not None:
            tag = self._pending[0].tag
            self._pending = None
            self.interrupted()
        tagged = _TAG.fullmatch(tag) is not None
        text = "Literal is too big" if event.reason == "TOOBIG" else "Line is too long"
        # Without a tag it is BAD: untagged, NO would be a mere warning (RFC 9051 sections 7.1.2, 7.1.3)
        kind = No if event.reason == "TOOBIG" and tagged else Bad
        self._count_line()
        self._answer(tag if tagged else b"*", kind(text, code="TOOBIG"))

    # Lines

    def _line(self, segments: list[bytes]) -> None:
        if self._pending is not None:
            command, then = self._pending
            self._pending = None
            self._perform(command, then, segments)
        else:
            self._command(segments)
        if self.state == State.NOT_AUTHENTICATED:
            self._count_line()

    def _count_line(self) -> None:
        """Before login only so many lines are heard."""
        self.lines += 1
        limit = self.host.limits.unauth_commands
        if limit and self.lines >= limit and self.state == State.NOT_AUTHENTICATED:
            self.bye("Too many commands before login")

    def _command(self, segments: list[bytes]) -> None:
        text = segments[0]
        space = text.find(b" ")
        tag = text if space < 0 else text[:space]
        if not _TAG.fullmatch(tag):
            self._answer(b"*", Bad("Every command begins with a tag"))
            return
        found, position = (None, 0) if space < 0 else self.registry.find(text, space + 1)
        if self.host.plugins:
            verb = text[space + 1 : position] if space >= 0 else b""
            event = self.announce(_event_name(verb), tag, [text[position:], *segments[1:]])
            if event is None:
                return
            segments, position = event.arguments[1], 0
        if found is None or (self.off and (found.capability or "").upper() in self.off):
            self._answer(tag, Bad("Unknown command"))
            return
        command = self.make_command(found, tag)
        self._perform(command, self._run, command, Arguments(segments, position, self.utf8, self.off))

    def announce(self, name: str, *arguments: object) -> Event | None:
        """Show an event to the plugins; None when it was eaten: the plugin answers, or nobody does."""
        if not self.host.plugins:
            return None
        event = Event(name, self, arguments)
        return None if self.host.plugins.send_event(event, "imapd") & Eat.CLIENT else event

    def _run(self, command: Command, args: Arguments) -> None:
        if not command.state & self.state:
            raise Bad(_STATE_HINTS[self.state])
        command.parse(args)
        self.check(command)
        command.validate()
        command.run()

    def await_line(self, command: Command, then: Then) -> None:
        """The next line goes to `then`, on behalf of `command`."""
        self._pending = (command, then)

    def _perform(self, command: Command, step: Callable[..., None], *args: object) -> None:
        """Do a step of a command; unless it waits for another line, answer it."""
        answer: Answer | None = None
        self.running = command
        try:
            step(*args)
        except Exception as error:
            if self._is_gone(error):
                self.running = None
                raise
            answer = self._answer_to(error, command)
        if answer is None and (self._pending is not None or command.answered):
            return
        self._pending = None
        try:
            self.tell_news(command, answer is None)
        except Exception as error:
            if self._is_gone(error):
                self.running = None
                raise
            # What the command did is done, so its answer stays: a client told NO would do it again.
            self.write(b"* NO %s\r\n" % self.say(self._answer_to(error, command).text))
        self.running = None
        self._answer(command.tag, answer, command)

    def _is_gone(self, error: Exception) -> bool:
        """Whether the connection is broken, so that nobody would hear an answer."""
        return isinstance(error, Gone) or (isinstance(error, OSError) and self.closing)

    def _answer_to(self, error: Exception, command: Command) -> Answer:
        """The answer that an error becomes, without the frames: these would keep it, and it them, until the
        collector comes, with all that the command worked on."""
        if isinstance(error, Answer):
            return error.with_traceback(None)
        if isinstance(error, StorageError):
            return answer_to(error)
        return self._server_bug(command)

    def _server_bug(self, command: Command) -> No:
        self.host.log(ERROR, f"{command.name or type(command).__name__} failed\n{traceback.format_exc()}")
        return No("Something is broken here; it was logged", code="SERVERBUG")

    def _answer(self, tag: bytes, answer: Answer | None, command: Command | None = None) -> None:
        if answer is None:
            assert command is not None
            self.bad_commands = 0
            if command.text is None and command.code is None and self.language is None:
                self.write(tag + command.completed)
            else:
                text = command.text or f"{command.name} completed"
                self.write(b"%s OK %s\r\n" % (tag, self.say(text, command.code)))
            self.closing = self.closing or self.state == State.LOGOUT
        elif isinstance(answer, Bye):
            self.bye(answer.text, answer.code)
        else:
            word = b"BAD" if isinstance(answer, Bad) else b"NO"
            self.write(b"%s %s %s\r\n" % (tag, word, self.say(answer.text, answer.code)))
            if isinstance(answer, Bad):
                self._count_bad()
        self.answered()

    def say(self, text: str, code: str | None = None) -> bytes:
        """resp-text (RFC 9051 section 9): code in brackets, then text, in the client's language (RFC 5255)."""
        if self.language is None:
            plain = _plain(text)
        else:
            plain = writer.text(translate(text), utf8=True)
        return b"[%s] %s" % (code.encode("ascii"), plain) if code else plain

    def noted(self, code: str | None, text: str) -> bytes:
        """`* OK [code] text`."""
        return b"* OK %s\r\n" % self.say(text, code)

    def _count_bad(self) -> None:
        self.bad_commands += 1
        limit = self.host.limits.bad_commands
        if limit and self.bad_commands >= limit:
            self.bye("Too many commands that make no sense")


def _event_name(verb: bytes) -> str:
    """What plugins know a command by: `UID FETCH` is `cmd_uid_fetch`."""
    return "cmd_" + verb[:MAX_VERB].decode("ascii", "replace").lower().replace(" ", "_")


_STATE_HINTS = {
    State.NOT_AUTHENTICATED: "Log in first",
    State.AUTHENTICATED: "Not now: this needs a selected mailbox, or comes before login",
    State.SELECTED: "Not legal after login",
    State.LOGOUT: "Good bye",
}
