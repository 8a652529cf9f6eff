"""One IMAP client: bytes in, bytes out. No sockets here; see `coromail.server.connection`."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable
from functools import cache
from logging import ERROR, INFO

from coromail.auth.auth import Auth
from coromail.auth.connection_facts import ConnectionFacts
from coromail.errors import Answer, Bad, Bye, No, StorageError
from coromail.host import Host, Transport
from coromail.imap import capabilities, news
from coromail.imap.command import Command
from coromail.imap.registry import Registry
from coromail.imap.replies import answer_to
from coromail.imap.state import State
from coromail.imap.view import Spans, View
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.receiver import Continue, Line, Receiver, Refused
from coromail.imap.wire.sequence_set import SequenceSet
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model

HIGH_WATER = 64 * 1024  # octets of output that are collected before they are sent
_TAG = re.compile(rb"[!#$&',\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]{1,200}")  # ASTRING-CHARs except "+"

Then = Callable[[list[bytes]], None]


class Session:
    """The protocol state of one client.

    `receive` takes octets as they come, runs every complete command and writes the replies to the transport.
    `closing` says that the connection is to be closed once the output is out. `view` is the selected mailbox as
    the client knows it. All of it runs in the connection's own greenlet; only `wake` and `send_news` come from
    outside, and only while the client idles.
    """

    __slots__ = (
        "_out",
        "_out_size",
        "_pending",
        "_view",
        "auth",
        "bad_commands",
        "client_id",
        "closing",
        "condstore",
        "enabled",
        "host",
        "idling",
        "last_poll",
        "lines",
        "login_failures",
        "model_",
        "receiver",
        "registry",
        "state",
        "transport",
    )

    def __init__(self, host: Host, transport: Transport, registry: Registry | None = None) -> None:
        if registry is None:
            registry = default_registry()
        self.host = host
        self.transport = transport
        self.registry = registry
        self.state: int = State.NOT_AUTHENTICATED
        self.receiver = Receiver(self._judge, host.limits.unauth_line)
        self.auth: Auth | None = None
        self.model_: Model | None = None
        self.enabled: frozenset[str] = frozenset()
        self.condstore = False
        self.closing = False
        self.idling = False
        self.client_id: dict[str, str | None] = {}
        self.lines = 0
        self.bad_commands = 0
        self.login_failures = 0
        self.last_poll = 0.0
        self._view: View | None = None
        self._pending: tuple[Command, Then] | None = None
        self._out: list[bytes] = []
        self._out_size = 0

    # What the session is

    @property
    def model(self) -> Model:
        """What the logged-in user sees."""
        assert self.model_ is not None
        return self.model_

    @property
    def view(self) -> View:
        """The selected mailbox as this client knows it."""
        assert self._view is not None
        return self._view

    @property
    def selected(self) -> Mailbox | None:
        """The selected mailbox, or None."""
        return None if self._view is None else self._view.mailbox

    @property
    def user(self) -> str | None:
        """The name of the logged-in user, or None."""
        return None if self.auth is None else self.auth.user

    @property
    def rev2(self) -> bool:
        """Whether the client enabled IMAP4rev2 (RFC 9051 section 6.3.1)."""
        return "IMAP4REV2" in self.enabled

    @property
    def utf8(self) -> bool:
        """Whether names and headers may be sent in UTF-8 (RFC 6855, RFC 9051)."""
        return "UTF8=ACCEPT" in self.enabled or "IMAP4REV2" in self.enabled

    @property
    def uidonly(self) -> bool:
        """Whether the client gave up sequence numbers (RFC 9586)."""
        return "UIDONLY" in self.enabled

    @property
    def vanished(self) -> bool:
        """Whether expunges are told by UID (RFC 7162 section 3.2.10)."""
        return "QRESYNC" in self.enabled or "UIDONLY" in self.enabled

    @property
    def tells_uids(self) -> bool:
        """Whether FETCH news carries the UID unasked (RFC 7162 section 3.2.4, RFC 9051 section 7.5.2)."""
        return self.rev2 or self.vanished

    @property
    def can_start_tls(self) -> bool:
        """Whether STARTTLS may be offered."""
        return self.host.tls_available and not self.transport.encrypted

    @property
    def plaintext_allowed(self) -> bool:
        """Whether passwords may cross this connection as they are."""
        return self.transport.encrypted or self.host.plaintext_without_tls

    @property
    def timeout(self) -> float | None:
        """Seconds of silence after which the client is gone, None for ever."""
        limits = self.host.limits
        seconds = limits.unauth_idle if self.state == State.NOT_AUTHENTICATED else limits.auth_idle
        return seconds or None

    # Coming and going

    def greeting(self) -> None:
        """Send the greeting with the capabilities (RFC 9051 section 7.1)."""
        self.write(b"* OK [%s] %s ready\r\n" % (self.capability(), self.host.hostname.encode()))
        self.flush()

    def capabilities(self) -> list[str]:
        """What the server can do in the present state."""
        return self.host.capability(self, capabilities.capabilities(self))

    def capability(self) -> bytes:
        """`CAPABILITY ...` for the present state."""
        return ("CAPABILITY " + " ".join(self.capabilities())).encode("ascii")

    def bye(self, text: str, code: str | None = None) -> None:
        """Send BYE; the connection is to be closed (RFC 9051 section 7.1.5)."""
        if not self.closing:
            self.write(b"* BYE %s\r\n" % _resp_text(text, code))
            self.closing = True
            self.flush()

    def timed_out(self) -> None:
        """The client was silent for too long."""
        self.bye("Idle for too long")

    def shutdown(self) -> None:
        """The server stops."""
        self.bye("The server is shutting down", "UNAVAILABLE")

    def closed(self) -> None:
        """The connection is gone: leave the mailbox and close the model. May be called more than once."""
        self.closing = True
        self.idling = False
        self._pending = None
        self.deselect()
        if self.model_ is not None:
            self.model_.close()

    # Octets

    def write(self, data: bytes) -> None:
        """Collect output; when much has been collected it is sent, which waits for a slow reader."""
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
            self.transport.write(data)

    def receive(self, data: bytes) -> None:
        """Run every command that is complete now."""
        receiver = self.receiver
        receiver.receive(data)
        breathe = self.host.breathe
        while not self.closing:
            breathe()
            event = receiver.next_event()
            if event is None:
                break
            if type(event) is Line:
                self._line(event.segments)
            elif type(event) is Continue:
                self.write(b"+ Go on\r\n")
                self.flush()
            elif type(event) is Refused:
                self._refused(event)
        self.flush()

    def _judge(self, segments: list[bytes], size: int, synchronizing: bool) -> bool:
        """Whether a literal may come in: RFC 7888 section 4 gives the choice, the limits make it."""
        limits = self.host.limits
        if self.state == State.NOT_AUTHENTICATED:
            return sum(map(len, segments[1::2])) + size <= limits.unauth_literals_total
        if len(segments) // 2 >= limits.literals:
            return False
        words = segments[0].split(None, 2)
        if len(words) > 1 and words[1].upper() in (b"APPEND", b"REPLACE", b"UID"):
            return size <= limits.append
        return size <= limits.literal and sum(map(len, segments[1::2])) + size <= limits.literals_total

    def _refused(self, event: Refused) -> None:
        tag, _, _ = event.segments[0].partition(b" ")
        if self._pending is not None:
            tag = self._pending[0].tag
            self._pending = None
            self.end_idle()
        if event.reason == "TOOBIG":
            answer: Answer = No("Literal is too big", code="TOOBIG")
        else:
            answer = Bad("Line is too long", code="TOOBIG")
        self._count_line()
        self._answer(tag if _TAG.fullmatch(tag) else b"*", answer)

    # Lines

    def _line(self, segments: list[bytes]) -> None:
        if self._pending is not None:
            command, then = self._pending
            self._pending = None
            self._perform(command, lambda: then(segments))
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
        if found is None:
            self._answer(tag, Bad("Unknown command"))
            return
        command = found(self, tag)
        self._perform(command, lambda: self._run(command, Arguments(segments, position, self.utf8)))

    def _run(self, command: Command, args: Arguments) -> None:
        if not command.state & self.state:
            raise Bad(_STATE_HINTS[self.state])
        command.parse(args)
        if command.writes and self._view is not None and self._view.read_only:
            raise No("The mailbox is open for reading only", code="READ-ONLY")
        command.validate()
        command.run()

    def await_line(self, command: Command, then: Then) -> None:
        """The next line goes to `then`, on behalf of `command`."""
        self._pending = (command, then)

    def _perform(self, command: Command, step: Callable[[], None]) -> None:
        """Do a step of a command; unless it waits for another line, answer it."""
        answer: Answer | None = None
        try:
            step()
        except Answer as raised:
            answer = raised
        except StorageError as error:
            answer = answer_to(error)
        except OSError as error:
            if self.closing or isinstance(error, ConnectionError | TimeoutError):
                raise
            answer = self._server_bug(command)
        except Exception:
            answer = self._server_bug(command)
        if answer is None and (self._pending is not None or command.answered):
            return
        self._pending = None
        if command.poll_after and self._view is not None:
            answer = self._poll_after(command, answer)
        self._answer(command.tag, answer, command)

    def _poll_after(self, command: Command, answer: Answer | None) -> Answer | None:
        try:
            self.poll(command.expunges_allowed)
        except StorageError as error:
            return answer or answer_to(error)
        return answer

    def _server_bug(self, command: Command) -> No:
        self.host.log(ERROR, f"{command.name or type(command).__name__} failed\n{traceback.format_exc()}")
        return No("Something is broken here; it was logged", code="SERVERBUG")

    def _answer(self, tag: bytes, answer: Answer | None, command: Command | None = None) -> None:
        if answer is None:
            assert command is not None
            self.bad_commands = 0
            text = command.text or f"{command.name} completed"
            self.write(b"%s OK %s\r\n" % (tag, _resp_text(text, command.code)))
            self.closing = self.closing or self.state == State.LOGOUT
        elif isinstance(answer, Bye):
            self.bye(answer.text, answer.code)
        else:
            word = b"BAD" if isinstance(answer, Bad) else b"NO"
            self.write(b"%s %s %s\r\n" % (tag, word, _resp_text(answer.text, answer.code)))
            if isinstance(answer, Bad):
                self._count_bad()
        if self._view is not None and self._view.dead:
            self.bye("The selected mailbox was deleted")

    def _count_bad(self) -> None:
        self.bad_commands += 1
        limit = self.host.limits.bad_commands
        if limit and self.bad_commands >= limit:
            self.bye("Too many commands that make no sense")

    # Login

    def make_auth(self) -> Auth:
        """A fresh Auth that knows this connection."""
        auth = self.host.make_auth()
        transport = self.transport
        auth.connection = ConnectionFacts(
            protocol="imap",
            peer=transport.peer or None,
            local=transport.local or None,
            encrypted=transport.encrypted,
            hostname=self.host.hostname,
            tls=transport.tls_object(),
        )
        return auth

    def delay_login(self, user: str) -> None:
        """Wait as long as failures from here, or for this user, have earned."""
        seconds = self.host.login_delay(user, self.transport.peer)
        if seconds:
            self.flush()
            self.host.sleep(seconds)

    def login_failed(self, user: str) -> None:
        """Note a failed login and say NO (RFC 5530: AUTHENTICATIONFAILED); after some, BYE."""
        self.host.login_done(user, self.transport.peer, False)
        self.host.log(INFO, f"imap login failed user={user!r} address={self.transport.peer}")
        self.login_failures += 1
        limit = self.host.limits.login_failures
        if limit and self.login_failures >= limit:
            raise Bye("Too many failed logins")
        raise No("Wrong name or password", code="AUTHENTICATIONFAILED")

    def log_in(self, auth: Auth) -> None:
        """`auth` was convinced: open the user's mail."""
        user = auth.user or ""
        self.host.login_done(user, self.transport.peer, True)
        if not self.host.may_log_in(user, self.transport.peer):
            raise No("Too many connections of this user from this address", code="LIMIT")
        self.model_ = self.host.make_model(auth)
        self.auth = auth
        self.host.logged_in(user, self.transport.peer)
        self.state = State.AUTHENTICATED
        self.receiver.max_line = self.host.limits.line

    def start_tls(self) -> None:
        """Forget every octet that came in the clear, and shake hands (RFC 9051 section 6.2.1)."""
        self.receiver.discard()
        self.client_id.clear()
        self.transport.start_tls()

    # The selected mailbox

    def select(self, mailbox: Mailbox, read_only: bool) -> View:
        """Open a mailbox; one that was open is left."""
        self.deselect()
        self._view = View(mailbox, read_only or mailbox.read_only)
        self.state = State.SELECTED
        return self._view

    def deselect(self) -> None:
        """Leave the selected mailbox, if there is one, without expunging."""
        if self._view is not None:
            view, self._view = self._view, None
            view.close()
            if self.state == State.SELECTED:
                self.state = State.AUTHENTICATED

    def enable(self, names: frozenset[str]) -> None:
        """Switch extensions on for the rest of the connection (RFC 5161)."""
        self.enabled |= names
        if names & {"CONDSTORE", "QRESYNC", "IMAP4REV2"}:
            self.condstore = self.condstore or bool(names & {"CONDSTORE", "QRESYNC"})

    def poll(self, expunges_allowed: bool, force: bool = False) -> None:
        """Let the world outside in, if that is due, and send the news."""
        view = self._view
        if view is None:
            return
        every = self.host.poll_every
        if not every or force or time.monotonic() - self.last_poll >= every:
            view.mailbox.poll()
            if every:
                self.last_poll = time.monotonic()
        if view.news:
            for line in news.collect(self, view, expunges_allowed):
                self.write(line)

    def send_news(self) -> None:
        """The client idles and something happened: say so at once."""
        if self.idling and self._view is not None and not self.closing:
            for line in news.collect(self, self._view, expunges_allowed=True):
                self.write(line)
            if self._view.dead:
                self.bye("The selected mailbox was deleted")
            self.flush()

    def begin_idle(self) -> None:
        """From now on news asks for `send_news` at once; what came in between is told first."""
        self.idling = True
        if self._view is not None:
            self._view.wake = self.transport.wake
            self.poll(expunges_allowed=True, force=True)

    def end_idle(self) -> None:
        """News waits for the next command again."""
        self.idling = False
        if self._view is not None:
            self._view.wake = None

    def spans(self, numbers: SequenceSet, by_uid: bool) -> Spans:
        """Positions in the view that a set names; numbers the client does not know are left out."""
        return self.view.spans(numbers, by_uid)

    def resolve(self, numbers: SequenceSet, by_uid: bool) -> Spans:
        """Positions in the view. Raises Bad for a sequence number that there is not (RFC 9051 section 9)."""
        if not by_uid:
            if self.uidonly:
                raise Bad("Sequence numbers are switched off", code="UIDREQUIRED")
            if numbers.beyond(self.view.known):
                raise Bad("There is no message of that number")
        return self.spans(numbers, by_uid)


def _resp_text(text: str, code: str | None) -> bytes:
    """resp-text of RFC 9051 section 9: code in brackets, then text."""
    plain = writer.text(text)
    return b"[%s] %s" % (code.encode("ascii"), plain) if code else plain


_STATE_HINTS = {
    State.NOT_AUTHENTICATED: "Log in first",
    State.AUTHENTICATED: "Not now: this needs a selected mailbox, or comes before login",
    State.SELECTED: "Not legal after login",
    State.LOGOUT: "Good bye",
}


@cache
def default_registry() -> Registry:
    """The built-in commands."""
    from coromail.imap.commands import COMMANDS

    return Registry(COMMANDS)
