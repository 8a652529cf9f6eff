"""A POP3 server from plain functions, after the manner of Net::Server::POP3.

    from gevent import monkey; monkey.patch_all()
    from coromail.pop3 import callbacks

    server = callbacks.server(
        authenticate=lambda user, password, address: (user, password) == ("alice", "secret"),
        list=lambda user: ["first", "second"],
        retrieve=lambda user, id: f"Subject: {id}\\n\\nHello {user}!\\n",
        port=1110,
    )
    server.serve()

Every client has its own state, so functions may be called for several users at once; each waits for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.errors import Corrupted
from coromail.limits import Limits
from coromail.message.lines import to_crlf
from coromail.model.account import Account
from coromail.model.listener import Listener
from coromail.model.mailbox import Mailbox
from coromail.model.message import Message
from coromail.model.model import Model
from coromail.plugins.events import Event
from coromail.plugins.pipeline import Pipeline
from coromail.pop3.capabilities import implementation
from coromail.pop3.command import Command
from coromail.pop3.serving import Serving
from coromail.pop3.state import State
from coromail.pop3_policy import Pop3Policy

if TYPE_CHECKING:
    from coromail.host import Host
    from coromail.server import Server

logger = getLogger("coromail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """The functions. Only `list`, `retrieve` and one of `authenticate` and `apop` are needed.

    `list(user)` gives the ids of the user's messages in order; an id is the message's unique-id for UIDL as
    well, 1 to 70 characters from "!" to "~", never used again. `retrieve(user, id)` gives a message as octets
    or text; LF becomes CRLF. `size(user, id)` gives its octets with CRLF, where that is known without
    retrieving it. `delete(user, id)` removes a message, at QUIT and never before; it raises, or returns False,
    when the message stays. Without `delete` the maildrop cannot be changed.

    `authenticate(user, password, address)` says whether somebody may log in, `apop(user)` is the secret of a
    user, or None, for APOP and CRAM-MD5. `connect(address)` is called when a client comes, `disconnect(user,
    address)` when it is gone, however that came, with None for the user when nobody had logged in.

    `login_delay` (seconds) and `expire` (days, None for ever) hold for all, or are functions of the user; these
    are called with None for the worst case, which is announced before login.
    """

    list: Callable[[str], Iterable[str]]
    retrieve: Callable[[str, str], bytes | str]
    size: Callable[[str, str], int] | None = None
    delete: Callable[[str, str], object] | None = None
    authenticate: Callable[[str, str, str], bool] | None = None
    apop: Callable[[str], str | None] | None = None
    connect: Callable[[str], object] | None = None
    disconnect: Callable[[str | None, str], object] | None = None
    login_delay: int | Callable[[str | None], int] = 0
    expire: int | Callable[[str | None], int | None] | None = None

    def __post_init__(self) -> None:
        if self.authenticate is None and self.apop is None:
            raise ValueError("nobody could log in: give authenticate or apop")

    def policy(self, welcome: str | None) -> Pop3Policy:
        """What is announced."""
        delay, expire = self.login_delay, self.expire
        return Pop3Policy(
            login_delay=0 if callable(delay) else delay,
            max_login_delay=delay(None) if callable(delay) else None,
            expire=None if callable(expire) else expire,
            min_expire=expire(None) if callable(expire) else None,
            welcome=welcome,
        )


class CallbackAuth(Auth):
    """Asks `authenticate` and `apop`."""

    def __init__(self, context: Context | None = None) -> None:
        super().__init__(context)
        self.callbacks: Callbacks = self.context.settings["callbacks"]
        self.provides_plain = self.callbacks.authenticate is not None
        self.provides_apop = self.callbacks.apop is not None

    def auth_plain(self, user: str, password: str) -> bool:
        authenticate = self.callbacks.authenticate
        return authenticate is not None and bool(authenticate(user, password, self.connection.peer or ""))

    def sasl_provides(self) -> list[str]:
        return ["CRAM-MD5"] * self.provides_apop + ["PLAIN"] * self.provides_plain

    def secret(self, user: str) -> str | None:
        return None if self.callbacks.apop is None else self.callbacks.apop(user)

    def user_settings(self, user: str) -> Mapping[str, Any]:
        settings: dict[str, Any] = {}
        if callable(self.callbacks.login_delay):
            settings["pop3_login_delay"] = self.callbacks.login_delay(user)
        if callable(self.callbacks.expire):
            settings["pop3_expire"] = self.callbacks.expire(user)
        return settings


class CallbackMessage(Message):
    """A message that is retrieved when it is asked for."""

    __slots__ = ("callbacks", "id", "user")

    def __init__(self, callbacks: Callbacks, user: str, message_id: str) -> None:
        super().__init__()
        self.callbacks = callbacks
        self.user = user
        self.id = message_id

    def octets(self) -> bytes:
        content = self.callbacks.retrieve(self.user, self.id)
        octets = to_crlf(content.encode() if isinstance(content, str) else content)
        self._size = len(octets)
        return octets

    @property
    def size(self) -> int:
        if self._size < 0:
            size = self.callbacks.size
            self._size = len(self.octets()) if size is None else size(self.user, self.id)
        return self._size


class CallbackMailbox(Mailbox):
    """What `list` gives at login."""

    def load_data(self) -> None:
        self.callbacks: Callbacks = self.account.context.settings["callbacks"]
        user = self.account.user
        for message_id in self.callbacks.list(user):
            if not 1 <= len(message_id) <= 70 or not all("!" <= character <= "~" for character in message_id):
                raise Corrupted(f"{message_id!r} is no unique-id")
            self.add_message(CallbackMessage(self.callbacks, user, message_id))

    def pop3_uidl(self, uid: int) -> str:
        message = self.message(uid)
        assert isinstance(message, CallbackMessage)
        return message.id

    @property
    def read_only(self) -> bool:
        return self.callbacks.delete is None

    def expunge(self, uids: Iterable[int] | None = None, by: Listener | None = None) -> list[int]:
        """Delete one after the other; what could not be deleted stays."""
        if uids is None:
            uids = [uid for uid in self.index.uids if self.flags_of(uid).deleted]
        return super().expunge([uid for uid in sorted(uids) if self._delete(uid)], by)

    def _delete(self, uid: int) -> bool:
        delete = self.callbacks.delete
        try:
            return delete is not None and delete(self.account.user, self.pop3_uidl(uid)) is not False
        except Exception:
            logger.exception("delete failed")
            return False


class CallbackAccount(Account):
    """Forgotten with the last session of the user, so that `list` is asked at every login."""

    def released(self) -> bool:
        return True


class CallbackModel(Model):
    """An INBOX of callbacks."""

    account_class = CallbackAccount

    def init(self) -> None:
        self.root.add_child("INBOX", class_=CallbackMailbox)


class Version(Command):
    """VERSION: what the server is, as Net::Server::POP3 tells it."""

    name = "VERSION"
    state = State.ANY

    def run(self) -> None:
        self.ok(implementation())


def prepare(host: Host, callbacks: Callbacks, welcome: str | None = None) -> None:
    """Make a host (of `CallbackAuth` and `CallbackModel`) announce and call what the callbacks want."""
    host.pop3 = callbacks.policy(welcome)
    connect, disconnect = callbacks.connect, callbacks.disconnect
    if connect is None and disconnect is None:
        return
    if host.plugins is None:
        host.plugins = Pipeline()
    if connect is not None:
        host.plugins.listeners.register(lambda event: connect(event.arguments[0]), "connection")
    if disconnect is not None:

        def gone(event: Event) -> None:
            disconnect(event.session.user, event.session.transport.peer)

        host.plugins.listeners.register(gone, "disconnected")


def server(
    *,
    address: str = "127.0.0.1",
    port: int = 110,
    welcome: str | None = None,
    line_timeout: float = 600,
    certificate: Path | None = None,
    key: Path | None = None,
    plaintext_without_tls: bool = True,
    plugins: Pipeline | None = None,
    **functions: Any,
) -> Serving:
    """A server that is not started yet; `functions` are those of `Callbacks`.

    `welcome` is the greeting, at most 506 octets. `line_timeout` is how long a client may be silent, in
    seconds. `plugins` see and change what happens. Passwords are taken without TLS unless
    `plaintext_without_tls` is False. Raises ValueError or TypeError when this cannot be served.
    """
    callbacks = Callbacks(**functions)
    callbacks.policy(welcome)

    def make(class_: type[Server]) -> Server:
        made = class_(
            CallbackAuth,
            CallbackModel,
            auth_settings={"callbacks": callbacks, "plaintext_without_tls": plaintext_without_tls},
            model_settings={"callbacks": callbacks},
            limits=Limits(unauth_idle=line_timeout, auth_idle=line_timeout),
        )
        made.plaintext_without_tls = plaintext_without_tls
        made.pop3_commands.add(Version)
        made.plugins = plugins
        prepare(made, callbacks, welcome)
        return made

    return Serving(make, (address, port), certificate, key)
