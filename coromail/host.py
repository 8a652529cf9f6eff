"""What a session needs from the server around it. No sockets here: the sessions run on this in plain tests."""

from __future__ import annotations

import logging
from collections.abc import Callable
from sys import maxsize
from typing import TYPE_CHECKING, Any, Protocol

from coromail.auth.connection_facts import ConnectionFacts
from coromail.context import Context
from coromail.limits import Limits
from coromail.message.limits import UNDERSTOOD
from coromail.model.headers import Shelf
from coromail.origin import Origin
from coromail.pop3_policy import Pop3Policy

if TYPE_CHECKING:
    from coromail.auth.auth import Auth
    from coromail.model.model import Model
    from coromail.plugins.pipeline import Pipeline

logger = logging.getLogger("coromail")


class Transport(Protocol):
    """The way to one client: `coromail.server.connection.Connection`, or a list in tests.

    `write` may wait for a slow reader; it raises OSError when the client is gone. `start_tls` does the
    handshake at once. `start_deflate` compresses both directions from now on (`rest` are octets that came
    already), until `stop_deflate`. `listener` has the names by which settings may speak of this way in. `wake` asks for
    `session.send_news()` to be called soon, and may be called from anywhere.
    """

    peer: str
    local: str
    encrypted: bool
    listener: tuple[str, ...]

    def write(self, data: bytes) -> None: ...

    def start_tls(self) -> None: ...

    def start_deflate(self, rest: bytes) -> None: ...

    def stop_deflate(self) -> None: ...

    def wake(self) -> None: ...

    def tls_object(self) -> Any: ...


class Host:
    """A server without its sockets: settings, classes, and the ways to wait.

    `imap_workarounds` names bugs of clients to bear with: "delay-newmail" keeps EXISTS back for NOOP, CHECK and IDLE,
    "raw-headers" takes mail with 8-bit headers from clients that did not enable UTF8=ACCEPT.
    `urlauth` has the users who are message submission entities (RFC 4467 section 3); None: there is no URLAUTH.
    """

    def __init__(
        self,
        auth_class: type[Auth],
        model_class: type[Model],
        *,
        auth_context: Context | None = None,
        model_context: Context | None = None,
        limits: Limits | None = None,
        hostname: str = "localhost",
    ) -> None:
        self.auth_class = auth_class
        self.model_class = model_class
        self.auth_context = auth_context or Context()
        self.model_context = model_context or Context()
        self.set_limits(limits or Limits())
        self.hostname = hostname
        self.tls_available = False
        self.plaintext_without_tls = False
        self.poll_every: float = 0
        self.urlauth: frozenset[str] | None = None
        self.imap_workarounds: frozenset[str] = frozenset()
        self.capabilities_off: dict[str, list[str]] = {}
        self.pop3 = Pop3Policy()
        self.plugins: Pipeline | None = None
        self.shelf = Shelf()

    def set_limits(self, limits: Limits) -> None:
        """Put these in force."""
        self.limits = limits
        UNDERSTOOD.levels, UNDERSTOOD.parts = limits.mime_levels or maxsize, limits.mime_parts or maxsize
        UNDERSTOOD.field, UNDERSTOOD.header = limits.header_field or maxsize, limits.header or maxsize

    def id(self, session: Any) -> dict[str, str]:
        """What ID says about the server (RFC 2971 section 3.3)."""
        return {"name": "coromail"}

    def capability(self, session: Any, names: list[str]) -> list[str]:
        """The capabilities to advertise to this session, given those the server has. Override to change them."""
        return names

    def switched_off(self, transport: Transport) -> list[str]:
        """Capabilities that clients on this listener do not get: `capabilities_off` has them by the listener's
        kind ("imaps") or port ("1993"), those under "all" for every listener."""
        off = self.capabilities_off
        names = [name for key in ("all", *transport.listener) for name in off.get(key, ())] if off else []
        return names if self.urlauth is not None else ["URLAUTH", *names]

    def can_start_tls(self, transport: Transport) -> bool:
        """Whether STARTTLS or STLS may be offered on this connection."""
        return self.tls_available and not transport.encrypted

    def plaintext_allowed(self, transport: Transport) -> bool:
        """Whether passwords may cross this connection as they are."""
        return transport.encrypted or self.plaintext_without_tls

    def facts(self, protocol: str, transport: Transport) -> ConnectionFacts:
        """What `Auth.connection` says of a client."""
        return ConnectionFacts(
            protocol=protocol,
            peer=transport.peer or None,
            local=transport.local or None,
            encrypted=transport.encrypted,
            plaintext_without_tls=self.plaintext_without_tls,
            hostname=self.hostname,
            tls=transport.tls_object(),
            listener=transport.listener,
        )

    def trusts(self, transport: Transport) -> bool:
        """Whether this client may say whom it speaks for: a proxy, on whose connection nobody has logged in yet."""
        return False

    def speaks_for(self, transport: Transport, origin: Origin) -> bool:
        """Take this client for the one that a trusted proxy speaks for; False: that one may not connect."""
        return False

    def make_auth(self) -> Auth:
        """A fresh Auth for one attempt to log in."""
        return self.auth_class(self.auth_context)

    def make_model(self, auth: Auth) -> Model:
        """The Model of a user who has just logged in."""
        return self.model_class(auth, self.model_context)

    def offload(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run what blocks or burns CPU where it stops nobody, and wait for the result."""
        return self.model_context.offload(function, *args)

    def breathe(self) -> None:
        """Let others run, if this greenlet has had its share. Called in long loops."""

    def may_log_in(self, user: str, peer: str) -> bool:
        """Whether one more connection of this user from this address is allowed."""
        return True

    def logged_in(self, user: str, peer: str) -> None:
        """Count a connection of this user from this address."""

    def logged_out(self, user: str, peer: str) -> None:
        """This connection is nobody's any more (UNAUTHENTICATE)."""

    def login_delay(self, user: str, peer: str) -> float:
        """Seconds to wait before a password is looked at (see `coromail.auth.throttle`)."""
        return 0.0

    def login_done(self, user: str, peer: str, success: bool) -> None:
        """Note how an attempt to log in ended."""

    def sleep(self, seconds: float) -> None:
        """Wait without stopping others."""

    def log(self, level: int, text: str) -> None:
        """Write to the server's log; `level` is one of `logging`'s. No credentials, please."""
        logger.log(level, "%s", text)
