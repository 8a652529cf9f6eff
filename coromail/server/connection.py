"""One client: its socket, its greenlet, its session."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import gevent
from gevent.event import Event

from coromail.errors import Gone
from coromail.server import current
from coromail.server.deflate import Deflate
from coromail.server.networks import within

if TYPE_CHECKING:
    from coromail.listener_policy import Policy
    from coromail.server.arrival import Arrival
    from coromail.server.server import Server

logger = logging.getLogger("coromail")

T = TypeVar("T")

RECEIVE = 64 * 1024  # octets taken from the socket at a time
MAIL = frozenset(("imap", "imaps", "pop3", "pop3s"))


class Connection:
    """The transport of one session (`coromail.host.Transport`).

    The greenlet that accepted the client reads, and runs the session. Output is written by whoever has some:
    that greenlet, or the one that brings news to idle clients, which never waits for a slow reader.
    """

    __slots__ = (
        "_blocked",
        "_deflate",
        "_proxied_tls",
        "_rest",
        "active",
        "certificate",
        "encrypted",
        "greenlet",
        "kind",
        "listener",
        "local",
        "peer",
        "policy",
        "read_at",
        "server",
        "session",
        "silent_since",
        "since",
        "socket",
        "telling",
        "trusted",
        "turn",
        "woken",
        "woken_while_working",
        "working",
    )

    def __init__(
        self, server: Server, socket: Any, listener: tuple[str, str], came: Arrival, policy: Policy
    ) -> None:
        self.server = server
        self.socket = socket
        self.kind = listener[0]
        self.peer = came.peer
        self.local = came.local
        self.listener: tuple[str, ...] = listener
        self.policy = policy
        self._proxied_tls = came.tls
        self.encrypted = came.tls is not None
        self.trusted = within(came.peer, policy.xclient_networks)
        self.certificate: bytes | None = None  # the server's, as this client sees it, in DER
        self.active = True
        self.since = self.silent_since = time.monotonic()
        self.turn = self.read_at = 0.0  # see `Server.turn`
        self.woken = False
        self.working = False  # a command runs
        self.telling = False  # somebody else's greenlet writes news
        self.woken_while_working = False
        self.greenlet: Any = gevent.getcurrent()
        self._blocked: Event | None = None
        self._deflate: Deflate | None = None
        self._rest = b""  # came before compression began, to be read when the session is done with the rest
        self.session: Any = server.make_session(self.kind, self)  # of coromail.imap or coromail.pop3

    @property
    def user(self) -> str | None:
        """The name of the logged-in user, or None."""
        user: str | None = self.session.user
        return user

    @property
    def stranger(self) -> bool:
        """Whether a mail client is here that has not logged in."""
        return self.kind in MAIL and self.user is None

    # The greenlet

    def run(self, implicit_tls: bool) -> None:
        """Serve the client until it or the session has had enough."""
        current.connection.set(self)
        session, receive = self.session, self._receive
        try:
            if implicit_tls:
                self.start_tls()
            session.greeting()
            while not session.closing:
                data = self._in_turn(receive)
                if not data:
                    break
                self.active = True
                self.turn = self.server.turn(self)
                while self.telling:  # news is being written
                    gevent.sleep(0.001)
                self.working = True
                try:
                    self._take(data)
                finally:
                    self.working = False
                if self.woken_while_working:
                    self.woken_while_working = False
                    session.send_news()
        except (OSError, gevent.Timeout) as error:
            logger.debug("%s %s: %s", self.kind, self.peer, error)
        finally:
            self.greenlet = None  # it ends by itself, and is not to be ended in the middle of that
            session.closed()
            self._close()

    def _receive(self) -> bytes:
        data: bytes = self.socket.recv(RECEIVE)
        return data

    def _in_turn(self, attempt: Callable[[], T]) -> T:
        """What `attempt()` makes of the octets that come; strangers wait for theirs in the lobby."""
        return self.server.lobby.when_ready(self.socket, attempt) if self.stranger else attempt()

    def _take(self, data: bytes) -> None:
        """Give the session what came, inflated if need be."""
        while data and not self.session.closing:
            if self._deflate is None:
                self.session.receive(data)
            else:
                for step in self._deflate.unpack(data):
                    self.session.receive(step)
                    if self.session.closing:
                        return
            data, self._rest = self._rest, b""

    def _close(self) -> None:
        try:
            if self.session.closing and not self.encrypted:
                self.socket.shutdown(socket.SHUT_WR)
                self._drain()
        except OSError as error:
            logger.debug("%s %s: %s", self.kind, self.peer, error)
        self.socket.close()

    def _drain(self) -> None:
        """Take what the client sent meanwhile: closing over unread octets would cut off our last words."""
        self.socket.settimeout(0)
        for _ in range(16):
            if not self.socket.recv(RECEIVE):
                break

    # Transport

    def write(self, data: bytes) -> None:
        """Send. The connection's own greenlet waits for a slow client; others leave the rest to a helper."""
        own = gevent.getcurrent() is self.greenlet
        while self._blocked is not None:
            if not own:
                gevent.spawn(self._write_later, data)
                return
            self._blocked.wait()
        if self._deflate is not None:
            data = self._deflate.pack(data)
        try:
            sent = self.socket.send(data, 0, 0.0)
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError, TimeoutError):
            sent = 0
        except ssl.SSLError as error:
            raise Gone(f"TLS: {error}") from None
        if sent == len(data):
            return
        if own:
            self._write_slowly(memoryview(data)[sent:])
        else:
            self._blocked = Event()
            gevent.spawn(self._write_rest, data[sent:])

    def _write_slowly(self, data: memoryview | bytes) -> None:
        seconds = self.server.limits.write_timeout or None
        if self._blocked is None:
            self._blocked = Event()
        try:
            with gevent.Timeout(seconds, Gone("reads nothing")):
                self.socket.sendall(data)
        except ssl.SSLError as error:
            raise Gone(f"TLS: {error}") from None
        finally:
            blocked, self._blocked = self._blocked, None
            blocked.set()

    def _write_rest(self, data: bytes) -> None:
        try:
            self._write_slowly(data)
        except (OSError, gevent.Timeout) as error:
            self.drop(Gone(str(error)))

    def _write_later(self, data: bytes) -> None:
        while self._blocked is not None:
            self._blocked.wait()
        self._write_rest(data if self._deflate is None else self._deflate.pack(data))

    def start_tls(self) -> None:
        """Shake hands; Gone when that fails or takes too long: then there is no way to say anything more."""
        assert self.server.tls is not None
        tls = self.server.tls
        context = tls.context(self.policy)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        try:
            with gevent.Timeout(self.server.limits.handshake or None, Gone("TLS handshake takes too long")):
                self._in_turn(self.socket.do_handshake)
        except OSError as error:
            raise Gone(f"TLS handshake: {error}") from error
        self.encrypted = True
        self.certificate = tls.certificate(self.socket.context)

    def start_deflate(self, rest: bytes) -> None:
        """Compress both directions from now on; `rest` came already."""
        self._deflate = Deflate()
        self._rest = rest

    def stop_deflate(self) -> None:
        """Neither direction is compressed any more."""
        self._deflate = None

    def tls_object(self) -> Any:
        """The TLS socket, for channel binding and client certificates; what a proxy says of its own; or None."""
        return self._proxied_tls or (self.socket if self.encrypted else None)

    def wake(self) -> None:
        """Have `session.send_news` called soon."""
        if not self.woken:
            self.woken = True
            self.server.woken(self)

    def let_go(self) -> None:
        """It is over: what refers to each other is taken apart, for nobody looks for cyclic garbage often."""
        current.connection.set(None)
        self.greenlet = None
        self.session.transport = None

    # From outside

    def drop(self, reason: Exception) -> None:
        """End the connection at once: its greenlet gets `reason`."""
        if self.greenlet not in (None, gevent.getcurrent()):
            gevent.kill(self.greenlet, reason)
