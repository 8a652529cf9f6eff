"""The server: listeners, the registry of connections, and what they all share."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from signal import SIGINT, SIGQUIT, SIGTERM
from typing import Any

import gevent
import gevent.socket
from gevent.event import Event
from gevent.server import StreamServer

from coromail import listener_policy
from coromail.auth.auth import Auth
from coromail.auth.connection_facts import ConnectionFacts
from coromail.auth.throttle import Throttle
from coromail.errors import Gone
from coromail.host import Host, Transport
from coromail.imap.command import Command as ImapCommand
from coromail.imap.commands import COMMANDS as IMAP_COMMANDS
from coromail.imap.registry import Registry as ImapRegistry
from coromail.imap.session import Session as ImapSession
from coromail.limits import Limits
from coromail.listener_policy import Policy
from coromail.lmtp.session import Session as LmtpSession
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model
from coromail.origin import Origin
from coromail.pop3.command import Command as Pop3Command
from coromail.pop3.commands import BUILTIN as POP3_COMMANDS
from coromail.pop3.session import Session as Pop3Session
from coromail.server import current
from coromail.server.admin import AdminSession
from coromail.server.arrival import arrival
from coromail.server.connection import Connection
from coromail.server.contexts import make_context
from coromail.server.http import HttpSession
from coromail.server.lobby import Lobby
from coromail.server.networks import parse, within
from coromail.server.news import News
from coromail.server.offload import Offload, Reception
from coromail.server.proxy_protocol import ProxyError
from coromail.server.silence import Sweeper
from coromail.server.sync import Sync
from coromail.server.tls import Pair, Tls
from coromail.server.turns import give_way
from coromail.server.watch import Watcher

logger = logging.getLogger("coromail")

SHARE = 0.005  # seconds that the greenlets of one turn of the event loop may take together
AUTH_THREADS = 4  # a check of argon2id takes 64 MiB
KINDS = ("imap", "imaps", "pop3", "pop3s", "lmtp", "http", "admin")
ACCEPTED = 4  # connections that a listener accepts in one turn: those that are open come first
SILENT_TLS = ("imaps", "pop3s")


class Server(Host):
    """Serves one Model and one Auth class on any number of listeners.

    `auth_settings` and `model_settings` are what the classes find in `context.settings`; `directory` is where
    relative paths start. Nothing is bound before `listen`, nothing accepted before `start`. Raises TypeError for
    classes that are no subclasses of `Auth` and `Model`.
    """

    def __init__(
        self,
        auth_class: type[Auth],
        model_class: type[Model],
        *,
        auth_settings: dict[str, Any] | None = None,
        model_settings: dict[str, Any] | None = None,
        directory: Path | None = None,
        limits: Limits | None = None,
        hostname: str = "localhost",
    ) -> None:
        if not (issubclass(auth_class, Auth) and issubclass(model_class, Model)):
            raise TypeError("a server takes a subclass of Auth and one of Model, in this order")
        self.pool = Offload()
        self.auth_pool = Reception(AUTH_THREADS, self._known)  # of its own: passwords shall not hold up mail
        self.watcher = Watcher()
        self._sync = Sync(self.pool)

        super().__init__(
            auth_class,
            model_class,
            auth_context=make_context(auth_settings, directory, self.auth_pool, self.watcher, self._sync),
            model_context=make_context(model_settings, directory, self.pool, self.watcher, self._sync),
            limits=limits,
            hostname=hostname,
        )
        self.tls: Tls | None = None
        self.policies: dict[str, Policy] = {}  # by kind or port of a listener
        self.connections: set[Connection] = set()
        self.imap_commands = ImapRegistry(IMAP_COMMANDS)
        self.pop3_commands = POP3_COMMANDS.copy()
        self.throttle = Throttle(time.monotonic, parse(tuple(self.limits.exempt_networks)))
        self._listeners: list[StreamServer] = []
        self.accepted: Counter[str] = Counter()  # connections since the start, by kind
        self.logins: Counter[str] = Counter()  # "success" and "failure" since the start
        self._by_peer: Counter[str] = Counter()
        self._by_user: Counter[tuple[str, str]] = Counter()
        self._news = News()
        self._stopped = Event()
        self._loop = gevent.get_hub().loop
        self.lobby = Lobby()
        self._sweeper: gevent.Greenlet[..., Any] | None = None

    # Setting up

    def add_command(self, command: type[ImapCommand] | type[Pop3Command]) -> None:
        """Register a command of either protocol, or replace the one of that name.

        Raises TypeError for what is no subclass of `coromail.imap.Command` or `coromail.pop3.Command`, and
        ValueError for one without a name.
        """
        if not (isinstance(command, type) and issubclass(command, ImapCommand | Pop3Command)):
            raise TypeError(f"{command!r} is no subclass of coromail.imap.Command or coromail.pop3.Command")
        if issubclass(command, ImapCommand):
            self.imap_commands.add(command)
        else:
            self.pop3_commands.add(command)

    def use_certificate(self, certificate: Path, key: Path) -> None:
        """Offer TLS from now on; connections that are open keep the certificate they began with."""
        self.use_certificates([(certificate, key)])

    def use_certificates(self, pairs: Sequence[Pair]) -> None:
        """Offer TLS with several certificates (see `coromail.server.tls.Tls`, also for what this raises)."""
        tls = Tls(pairs)
        for each in self.policies.values():
            tls.context(each)  # what is wrong shall show now, not in the middle of a handshake
        self.tls = tls
        self.tls_available = True

    def listen(self, kind: str, socket: Any) -> None:
        """Serve `kind` (one of KINDS) on a socket that is bound and listening."""
        if kind not in KINDS:
            raise ValueError(f"{kind} is not served")
        if kind in SILENT_TLS and self.tls is None:
            raise ValueError(f"{kind} needs a certificate")

        name = socket.getsockname()
        port = name[1] if isinstance(name, tuple) else 0

        def handle(client: Any, address: Any) -> None:
            self._serve((kind, str(port)), client, address)

        listener = StreamServer(_cooperative(socket), handle)
        listener.max_accept = ACCEPTED
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin to accept."""
        self.watcher.start()
        self.lobby.start()
        self._sweeper = gevent.spawn(Sweeper(self).run)
        for listener in self._listeners:
            listener.start()

    def run(self) -> None:
        """Accept and serve until `stop` is called, or SIGINT, SIGTERM or SIGQUIT comes."""
        handlers = [gevent.signal_handler(number, self.stop) for number in (SIGINT, SIGTERM, SIGQUIT)]
        self.start()
        self.run_until_stopped()
        for handler in handlers:
            handler.cancel()

    def run_until_stopped(self) -> None:
        """Serve until `stop` has done its work."""
        self._stopped.wait()

    def stop(self, grace: float = 10) -> None:
        """Accept nobody, say BYE to everybody, and end what is left after `grace` seconds."""
        for listener in self._listeners:
            listener.close()
        for connection in list(self.connections):
            gevent.spawn(self._dismiss, connection)
        deadline = time.monotonic() + grace
        while self.connections and time.monotonic() < deadline:
            gevent.sleep(0.05)
        for connection in list(self.connections):
            connection.drop(Gone("the server stops"))
        if self.connections:
            gevent.sleep(0.1)
        if self._sweeper is not None:
            self._sweeper.kill()
        self.lobby.close()
        self.model_context.close()
        self.auth_context.close()
        self.watcher.close()
        self._sync.close()
        self._stopped.set()

    def _dismiss(self, connection: Connection) -> None:
        connection.session.shutdown()
        connection.drop(Gone("the server stops"))

    # The registry

    @property
    def connection(self) -> Connection | None:
        """The connection whose greenlet is running."""
        return current.connection.get()

    def concurrent_mailbox_connections(self, mailbox: Mailbox | None = None) -> list[Connection]:
        """The connections that have the mailbox selected; by default that of the current connection."""
        if mailbox is None and self.connection is not None:
            mailbox = getattr(self.connection.session, "selected", None)
        if mailbox is None:
            return []
        return [one for one in self.connections if getattr(one.session, "selected", None) is mailbox]

    def concurrent_user_connections(self, user: str | None = None) -> list[Connection]:
        """The connections of a user; by default of the user of the current connection."""
        if user is None and self.connection is not None:
            user = self.connection.user
        return [one for one in self.connections if user is not None and one.user == user]

    # One client

    def make_session(self, kind: str, connection: Connection) -> Any:
        """The session of a new connection."""
        if kind == "lmtp":
            return LmtpSession(self, connection)
        if kind == "http":
            return HttpSession(self, connection)
        if kind == "admin":
            return AdminSession(self, connection, self.imap_commands)
        if kind.startswith("imap"):
            return ImapSession(self, connection, self.imap_commands)
        return Pop3Session(self, connection, self.pop3_commands)

    def _serve(self, listener: tuple[str, str], socket: Any, address: Any) -> None:
        peer = address[0] if isinstance(address, tuple) else ""
        rules = listener_policy.find(self.policies, listener)
        try:
            came = arrival(socket, peer, rules, self.limits.handshake or None)
        except (OSError, ProxyError) as error:
            logger.warning("%s connection from %s refused: %s", listener[0], peer, error)
            socket.close()
            return
        if not self._may_connect(came.peer, rules):
            socket.close()
            return
        if peer:
            socket.setsockopt(6, 1, 1)  # TCP_NODELAY: replies are whole when they are sent
        self._converse(Connection(self, socket, listener, came, rules))

    def _converse(self, connection: Connection) -> None:
        self.connections.add(connection)
        self._by_peer[connection.peer] += 1
        self.accepted[connection.kind] += 1
        try:
            connection.run(implicit_tls=connection.kind in SILENT_TLS)
        finally:
            self.connections.discard(connection)
            _decrement(self._by_peer, connection.peer)
            if connection.user is not None:
                _decrement(self._by_user, (connection.user, connection.peer))
            connection.let_go()

    def _may_connect(self, peer: str, rules: Policy) -> bool:
        most = self.limits.connections
        if most and len(self.connections) >= most and not within(peer, self.limits.exempt_networks):
            logger.warning("connection from %s refused: %d are open", peer, len(self.connections))
            return False
        return self._admits(peer, rules)

    def _admits(self, peer: str, rules: Policy) -> bool:
        """Whether networks and the limit for each address let one more connection in."""
        limits = self.limits
        if within(peer, limits.deny_networks) or within(peer, rules.deny_networks):
            return False
        for allowed in (limits.allow_networks, rules.allow_networks):
            if peer and allowed and not within(peer, allowed):
                return False
        most = limits.connections_per_ip
        return not most or self._by_peer[peer] < most or within(peer, limits.exempt_networks)

    # What sessions ask (Host)

    def facts(self, protocol: str, transport: Transport) -> ConnectionFacts:
        facts = super().facts(protocol, transport)
        facts.known = self.throttle.knows(transport.peer or None)
        if isinstance(transport, Connection):
            facts.server_certificate = transport.certificate
        return facts

    def trusts(self, transport: Transport) -> bool:
        return isinstance(transport, Connection) and transport.trusted

    def speaks_for(self, transport: Transport, origin: Origin) -> bool:
        assert isinstance(transport, Connection)
        logger.info("%s %s speaks for %r", transport.kind, transport.peer, origin)
        _decrement(self._by_peer, transport.peer)
        transport.peer, transport.local = origin.peer or transport.peer, origin.local or transport.local
        admitted = self._admits(transport.peer, transport.policy)
        self._by_peer[transport.peer] += 1
        return admitted

    def may_log_in(self, user: str, peer: str) -> bool:
        limit = self.limits.connections_per_user_and_ip
        if not limit or not peer or self._by_user[user, peer] < limit:
            return True
        return within(peer, self.limits.exempt_networks)

    def logged_in(self, user: str, peer: str) -> None:
        self._by_user[user, peer] += 1
        if self.connection is not None:
            self.connection.trusted = False  # from now on the user speaks: also after UNAUTHENTICATE

    def logged_out(self, user: str, peer: str) -> None:
        _decrement(self._by_user, (user, peer))

    def _known(self) -> bool:
        """Whether the present client comes from where somebody has logged in before."""
        return self.connection is None or self.throttle.knows(self.connection.peer or None)

    def login_delay(self, user: str, peer: str) -> float:
        return self.throttle.delay(peer or None, user)

    def login_done(self, user: str, peer: str, success: bool) -> None:
        self.logins["success" if success else "failure"] += 1
        if success:
            self.throttle.succeeded(peer or None, user)
        else:
            self.throttle.failed(peer or None, user)

    def sleep(self, seconds: float) -> None:
        gevent.sleep(seconds)

    def turn(self, connection: Connection) -> float:
        """From when on the share of a connection counts that has just read something.

        Users have a share each: so they are not sent to the end of the queue before they have done anything. So have
        those whom the lobby let in. All others (deliveries, status) share one turn of the event loop. Who reads again
        without having waited, because so much has come, goes on with the same share.
        """
        now: float = self._loop.now()
        if connection.user is None and not connection.stranger:
            return now
        if connection.read_at == now:
            return connection.turn
        connection.read_at = now
        return time.time()

    def breathe(self) -> None:
        connection = current.connection.get()
        if abs(time.time() - (self._loop.now() if connection is None else connection.turn)) > SHARE:
            give_way()
            if connection is not None:
                connection.turn = self.turn(connection)

    def woken(self, connection: Connection) -> None:
        """News for an idle client."""
        self._news.add(connection)

    # Changes while running

    def reload(self, *, limits: Limits | None = None, certificates: Sequence[Pair] = ()) -> None:
        """Take in new limits, users and certificates; nobody is disconnected, no guesser forgiven.

        With mistakes in the source of users, which are logged, the old users stay. Raises what `use_certificates`
        raises: then all stays as it was.
        """
        if certificates:
            self.use_certificates(certificates)
        if limits is not None:
            self.set_limits(limits)
            self.throttle.exempt = parse(tuple(limits.exempt_networks))
        for problem in self.auth_class.reload(self.auth_context):
            logger.error("the old users stay: %s", problem)


def _cooperative(socket: Any) -> Any:
    """A listening socket of the plain kind as one of gevent's."""
    if isinstance(socket, gevent.socket.socket):
        return socket
    return gevent.socket.socket(socket.family, socket.type, socket.proto, fileno=socket.detach())


def _decrement(counter: Counter[Any], key: object) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
