"""A true IMAP and POP3 server inside your tests.

    from coromail.testing import MailServer

    with MailServer(users={"alice": "secret"}) as server:
        server.deliver("alice", "Subject: hello\\n\\nHow do you do?\\n")
        client = imaplib.IMAP4(server.host, server.imap_port)

It listens on free ports of the loopback interface, keeps mail in memory, forgets all of it at the end, and runs in a
thread of its own, so that nothing in the process is patched. With pytest there is a fixture, `mail_server`.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, NamedTuple

from coromail.app.self_signed import make_certificate
from coromail.auth.auth import Auth
from coromail.host import Host
from coromail.limits import Limits
from coromail.model.mailbox import NewMessage
from coromail.model.message import HasBytes, Message
from coromail.model.model import Model
from coromail.server.in_thread import InThread
from coromail.server.server import Server
from coromail.stores.memory import MemoryModel

KINDS = ("imap", "imaps", "pop3", "pop3s")
LOOPBACK = ["127.0.0.0/8", "::1/128"]


class Known(Auth):
    """The users that a `MailServer` was given."""

    def auth_plain(self, user: str, password: str) -> bool:
        return self.secret(user) == password

    def secret(self, user: str) -> str | None:
        users: Mapping[str, str] = self.context.settings["users"]
        return next((password for name, password in users.items() if self.prepare_user(name) == user), None)

    def knows(self, user: str) -> bool:
        return self.secret(user) is not None

    def sasl_provides(self) -> list[str]:
        return ["SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN"]


class Mail(NamedTuple):
    """A message as it lies in a mailbox: UID, flags (without \\Recent) and octets."""

    uid: int
    flags: frozenset[str]
    octets: bytes


class MailServer:
    """A context manager; the ports are known once it is entered. Methods may be called from any thread.

    `users` maps names to passwords. `model_class` and `auth_class` serve your own classes, which find
    `model_settings` and `auth_settings` in `context.settings`.
    `limits` has no delays after failed logins here, and passwords may cross plain connections.
    `server` is the `coromail.Server` itself; touch it through `call` only.
    """

    server_class: type[Server] = Server  # a subclass may serve with another
    host = "127.0.0.1"
    imap_port: int
    imaps_port: int
    pop3_port: int
    pop3s_port: int

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        *,
        model_class: type[Model] = MemoryModel,
        auth_class: type[Auth] = Known,
        model_settings: Mapping[str, Any] | None = None,
        auth_settings: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.users = dict({"alice": "secret", "bob": "secret"} if users is None else users)
        self._model_class = model_class
        self._auth_class = auth_class
        self._model_settings = dict(model_settings or {})
        self._auth_settings = {"users": self.users} | dict(auth_settings or {})
        self._limits = limits or Limits(exempt_networks=list(LOOPBACK))
        self._thread = InThread(self._make)
        self.server: Server

    def start(self) -> MailServer:
        """Begin to serve; `with` does it for you."""
        self.server = self._thread.start()
        return self

    def stop(self) -> None:
        """Say BYE to all clients and stop; `with` does it for you."""
        self._thread.stop()

    def __enter__(self) -> MailServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def call(self, function: Any, *args: Any) -> Any:
        """What `function` returns or raises in the server's thread."""
        return self._thread.call(function, *args)

    # Mail

    def deliver(
        self,
        user: str,
        message: bytes | str | HasBytes,
        *,
        mailbox: str = "INBOX",
        flags: Iterable[str] = (),
        internaldate: datetime | None = None,
    ) -> int:
        """Put a message into a mailbox, which is made if need be; its UID. Clients are told at once.

        `message` is octets, text or an `email.message.EmailMessage`; bare LF line ends become CRLF.
        KeyError: there is no such user, unless an `auth_class` of your own knows the users.
        """
        octets = Message(message).octets()
        new = NewMessage(octets, tuple(flags), internaldate)

        def put(model: Model) -> int:
            found = model.lookup(mailbox)
            return (model.create(mailbox) if found is None else found).append(new).uid

        uid: int = self.call(self._with_model, user, put)
        return uid

    def mail(self, user: str, mailbox: str = "INBOX") -> list[Mail]:
        """What lies in a mailbox now, in order; nothing where there is no mailbox. KeyError: there is no such user."""

        def read(model: Model) -> list[Mail]:
            found = model.lookup(mailbox)
            messages = () if found is None else found.messages
            return [Mail(one.uid, one.flags.names, one.octets()) for one in messages]

        mails: list[Mail] = self.call(self._with_model, user, read)
        return mails

    def client_context(self) -> ssl.SSLContext:
        """TLS settings for clients that trust this server (as `localhost` and `127.0.0.1`) and no other."""
        return ssl.create_default_context(cadata=_certificate()[0].decode("ascii"))

    # In the server's thread

    def _make(self) -> Server:
        server = self.server_class(
            self._auth_class,
            self._model_class,
            auth_settings=self._auth_settings,
            model_settings=self._model_settings,
            limits=self._limits,
        )
        server.plaintext_without_tls = True
        with TemporaryDirectory(prefix="coromail-") as directory:
            certificate, key = Path(directory, "certificate.pem"), Path(directory, "key.pem")
            for file, pem in zip((certificate, key), _certificate(), strict=True):
                file.write_bytes(pem)
            server.use_certificate(certificate, key)
        for kind in KINDS:
            listener = socket.create_server((self.host, 0))
            setattr(self, f"{kind}_port", listener.getsockname()[1])
            server.listen(kind, listener)
        return server

    def _with_model(self, user: str, do: Callable[[Model], Any]) -> Any:
        model = _model_of(self.server, user)
        try:
            return do(model)
        finally:
            model.close()


def _model_of(server: Host, user: str) -> Model:
    auth = server.make_auth()
    auth.user = auth.prepare_user(user)
    if auth.user is None or (isinstance(auth, Known) and not auth.knows(auth.user)):
        raise KeyError(user)
    return server.make_model(auth)


@cache
def _certificate() -> tuple[bytes, bytes]:
    """Certificate and key, both PEM, made once a process."""
    return make_certificate(["localhost", "127.0.0.1"])
