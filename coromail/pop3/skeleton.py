"""A POP3 server as a subclass with one method for each verb, after the manner of Net::Server::POP3::Skeleton.

    from gevent import monkey; monkey.patch_all()
    from coromail.pop3 import skeleton

    class Hello(skeleton.Skeleton):
        def user(self, name):
            self.set("name", name)
            self.send_ok("and the password?")

        def pass_(self, password):
            self.state = "transaction"
            self.send_ok("welcome")

        def stat(self):
            self.send_ok("1 20")

        def retr(self, number):
            self.send_ok()
            self.send_data("Subject: hello\\n\\nHi!\\n")

    skeleton.server(Hello, port=1110).serve()

One object serves one client; whatever it keeps is that client's own. For a server that does all of POP3 by
itself, see `coromail.pop3.callbacks` or a `Model` of your own.
"""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Mapping
from enum import Enum
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from coromail.auth.auth import Auth
from coromail.errors import Answer, Bad
from coromail.host import Transport
from coromail.limits import Limits
from coromail.message.lines import to_crlf
from coromail.model.model import Model
from coromail.pop3 import wire
from coromail.pop3.serving import Serving

if TYPE_CHECKING:
    from coromail.server import Server
    from coromail.server.connection import Connection

logger = getLogger("coromail")

MAX_LINE = 8 * 1024  # octets of a command; verbs of one's own may need more than RFC 2449's 255


class State(Enum):
    """Where a client is. UPDATE is only while `commit` runs."""

    CONNECT = "CONNECT"
    AUTHORIZATION = "AUTHORIZATION"
    TRANSACTION = "TRANSACTION"
    UPDATE = "UPDATE"
    DISCONNECT = "DISCONNECT"

    @classmethod
    def of(cls, name: State | str) -> State:
        """The state of that name; any case, and as few letters as make it clear. ValueError for none."""
        if isinstance(name, State):
            return name
        found = [state for state in cls if name and state.value.startswith(name.upper())]
        if len(found) != 1:
            raise ValueError(f"{name!r} is no state")
        return found[0]


class Skeleton:
    """One client. Subclass it and write a method for every verb that is served.

    The method of a verb has its name in lower case (`pass_`, since `pass` is a word of Python); it gets the words
    behind the verb as arguments, PASS the whole rest of the line as one. A verb that is not allowed in the present
    state goes to `unknown`, one that has no method to `unimplemented`. QUIT and CAPA are there already.

    Class attributes: `greeting` and `goodbye` are texts; `timeout` how long a client may be silent, in seconds;
    `transmit_errors` has the client told what an exception said; with `capture_errors` a method that raises
    answers -ERR, without it the connection ends. `allowed` has the verbs of each state to begin with.
    """

    greeting: ClassVar[str] = "POP3 server ready"
    goodbye: ClassVar[str] = "Good bye"
    timeout: ClassVar[float] = 60
    transmit_errors: ClassVar[bool] = False
    capture_errors: ClassVar[bool] = True
    allowed: ClassVar[Mapping[State, str]] = {
        State.AUTHORIZATION: "USER PASS CAPA QUIT",
        State.TRANSACTION: "STAT LIST RETR DELE NOOP RSET TOP UIDL CAPA QUIT",
    }

    def __init__(self, session: Session) -> None:
        self.session = session
        self.verbs = {state: set(verbs.split()) for state, verbs in self.allowed.items()}
        self._state = State.CONNECT
        self._values: dict[str, Any] = {}

    # What subclasses override

    def connect(self) -> None:
        """A client is there; `close_client` sends it away."""

    def commit(self) -> None:
        """QUIT after login: make what was done last. What this raises becomes -ERR."""

    def disconnect(self) -> None:
        """The client is gone, however that came. Undo here what was not committed."""

    def unknown(self, verb: str, *arguments: str) -> None:
        """A verb that is not allowed now."""
        self.send_err("unknown command")

    def unimplemented(self, verb: str, *arguments: str) -> None:
        """A verb that is allowed but has no method."""
        self.send_err("not implemented")

    def quit(self) -> None:
        """QUIT: `commit` where somebody had logged in, say goodbye, and close."""
        self.close_client()
        if self.state is State.TRANSACTION:
            self.state = State.UPDATE
            self.commit()
        self.send_ok(self.goodbye)

    def capa(self) -> None:
        """CAPA: RFC 2449 section 5, from the verbs that are there."""
        known = {verb for verbs in self.verbs.values() for verb in verbs if self.method(verb) is not None}
        lines = [verb for verb in ("TOP", "UIDL", "USER") if verb in known]
        self.send_ok("capabilities")
        self.send_data("".join(f"{line}\n" for line in [*lines, "PIPELINING"]))

    # What they use

    @property
    def state(self) -> State:
        """Where the client is. May be set to a `State` or to its name, as short as is clear, in any case."""
        return self._state

    @state.setter
    def state(self, state: State | str) -> None:
        self._state = State.of(state)

    def add_command(self, name: str, *states: State | str) -> None:
        """Allow a verb in the given states, for this client. ValueError for a name that helpers have."""
        if name.upper() in _HELPERS:
            raise ValueError(f"{name} is a method that no client may call")
        for state in states:
            self.verbs.setdefault(State.of(state), set()).add(name.upper())

    def send_ok(self, text: str = "") -> None:
        """Answer +OK."""
        self.send(wire.status_line(b"+OK", text))

    def send_err(self, text: str = "", code: str | None = None) -> None:
        """Answer -ERR, with a response code of RFC 2449 section 8 if there is one."""
        self.send(wire.status_line(b"-ERR", text, code))

    def send_data(self, data: bytes | str) -> None:
        """Send the lines of a multi-line response, byte-stuffed, with CRLF, and the dot that ends them."""
        for chunk in wire.stuffed(to_crlf(data.encode() if isinstance(data, str) else data)):
            self.send(chunk)

    def send(self, data: bytes) -> None:
        """Send octets as they are."""
        self.session.write(data)

    def close_client(self) -> None:
        """Close the connection when all is sent."""
        self.session.closing = True

    def set(self, key: str, value: Any) -> None:
        """Keep something for this client."""
        self._values[key] = value

    def get(self, key: str, default: Any = None) -> Any:
        """What `set` kept."""
        return self._values.get(key, default)

    def method(self, verb: str) -> Callable[..., object] | None:
        """The method of a verb, or None."""
        name = verb.lower()
        return getattr(self, name + "_" if keyword.iskeyword(name) else name, None)


_HELPERS = {name.upper() for name in vars(Skeleton)} - {"QUIT", "CAPA"}


class Session:
    """Drives one `Skeleton` by the octets of its client; the same to the server as `coromail.pop3.session`."""

    user = None  # who logs in is the subclass's business

    def __init__(self, skeleton: type[Skeleton], transport: Transport) -> None:
        self.transport = transport
        self.closing = False
        self.skeleton = skeleton(self)
        self._reader = wire.LineReader(MAX_LINE)
        self._out: list[bytes] = []
        self._busy = self._over = False

    @property
    def timeout(self) -> float | None:
        """Seconds of silence after which the client is gone, None for ever."""
        return self.skeleton.timeout or None

    def greeting(self) -> None:
        """A client has come."""
        skeleton = self.skeleton
        self._call(skeleton.connect)
        if not self.closing:
            if skeleton.state is State.CONNECT:
                skeleton.state = State.AUTHORIZATION
            skeleton.send_ok(skeleton.greeting)
        self.flush()

    def receive(self, data: bytes) -> None:
        """Run every command that is complete now."""
        self._reader.receive(data)
        self._busy = True
        while not self.closing:
            try:
                line = self._reader.next_line()
            except Bad as bad:
                self.skeleton.send_err(bad.text)
                continue
            if line is None:
                break
            self._command(line.decode("utf-8", "replace"))
        self.flush()
        self._busy = False

    def _command(self, line: str) -> None:
        skeleton = self.skeleton
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        arguments = [rest] if verb == "PASS" else rest.split()
        if verb not in skeleton.verbs.get(skeleton.state, ()):
            self._call(skeleton.unknown, verb, *arguments)
        elif (method := skeleton.method(verb)) is None:
            self._call(skeleton.unimplemented, verb, *arguments)
        else:
            self._call(method, *arguments)

    def _call(self, function: Callable[..., object], *arguments: str) -> None:
        skeleton = self.skeleton
        try:
            inspect.signature(function).bind(*arguments)
        except TypeError:
            skeleton.send_err("wrong number of arguments")
            return
        try:
            function(*arguments)
        except Answer as answer:
            skeleton.send_err(answer.text, answer.code)
        except Exception as error:
            if self._over or not skeleton.capture_errors:
                raise
            logger.exception("%s failed", getattr(function, "__name__", "a verb"))
            skeleton.send_err(str(error) if skeleton.transmit_errors else "something went wrong", "SYS/PERM")

    def write(self, data: bytes) -> None:
        """Collect output; when much has been collected it is sent, which waits for a slow reader."""
        self._out.append(data)
        if len(data) >= wire.CHUNK // 2:
            self.flush()

    def flush(self) -> None:
        """Send what was collected."""
        if self._out:
            data = b"".join(self._out)
            self._out.clear()
            try:
                self.transport.write(data)
            except BaseException:
                self._over = self.closing = True
                raise

    def timed_out(self) -> None:
        """The client was silent for too long: no reply (RFC 1939 section 3)."""
        self.closing = True

    def shutdown(self) -> None:
        """The server stops."""
        if not self.closing and not self._busy:
            self.skeleton.send_err("the server is going down", "SYS/TEMP")
            self.flush()
        self.closing = True

    def send_news(self) -> None:
        """POP3 has no news."""

    def closed(self) -> None:
        """The connection is gone. May be called more than once."""
        self.closing = True
        if self.skeleton.state is not State.DISCONNECT:
            self.skeleton.state = State.DISCONNECT
            try:
                self.skeleton.disconnect()
            except Exception:
                logger.exception("disconnect failed")


def server(
    skeleton: type[Skeleton],
    *,
    address: str = "127.0.0.1",
    port: int = 110,
    certificate: Path | None = None,
    key: Path | None = None,
) -> Serving:
    """A server of clients of this class, not started yet."""

    def make(class_: type[Server]) -> Server:
        class SkeletonServer(class_):  # type: ignore[valid-type, misc]
            def make_session(self, kind: str, connection: Connection) -> Session:
                return Session(skeleton, connection)

        made: Server = SkeletonServer(Auth, Model, limits=Limits(unauth_idle=skeleton.timeout))
        return made

    return Serving(make, (address, port), certificate, key)
