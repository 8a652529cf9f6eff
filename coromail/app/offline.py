"""The mail store without a server: for commands that are run while no server serves it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, cast

from coromail.app import privileges
from coromail.app.checking import ConfigurationError, Reading
from coromail.app.config import Config
from coromail.app.loading import load
from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.errors import StorageError
from coromail.host import Host
from coromail.model.model import Model


def make_host(reading: Reading) -> Host:
    """A host with the classes and settings of a configuration, after becoming the user that it names.

    Raises ConfigurationError or CannotDrop.
    """
    config = load(reading)
    process = config.process.model_copy(update={"chroot": None})
    if os.getuid() != 0:
        process = process.model_copy(update={"user": None, "group": None})
    privileges.drop(process)
    return _host(config)


def _host(config: Config) -> Host:
    auth_class = cast("type[Auth]", config.auth.class_)
    host = Host(
        auth_class,
        cast("type[Model]", config.store.class_),
        auth_context=Context(config.auth.settings, config.directory),
        model_context=Context(config.store.settings, config.directory),
        limits=config.limits.limits(),
        hostname=config.hostname,
    )
    problems = auth_class.reload(host.auth_context)
    if problems:
        raise ConfigurationError(problems)
    return host


def open_user(host: Host, name: str) -> Model:
    """The mail of a user. Raises a storage error; InUse while a server serves it."""
    auth = host.make_auth()
    user = auth.prepare_user(name)
    if user is None or not auth.knows(user):
        raise NoSuchUser(f"there is no user {name!r}")
    auth.user = user
    return host.make_model(auth)


class NoSuchUser(StorageError):
    """Nobody has that name."""


class Direct:
    """A session in this process that can be talked to as if it were a connection to a server.

    To the session it is the transport (`coromail.host.Transport`), to the client a channel with `sendall`,
    `readline` and `read`. Nobody can listen in, so it counts as encrypted.
    """

    peer = local = ""
    listener: tuple[str, ...] = ()
    encrypted = True

    def __init__(self, make_session: Callable[[Direct], Any]) -> None:
        self._out = bytearray()
        self.session = make_session(self)

    # Client

    def sendall(self, data: bytes) -> None:
        """Give the session octets; what it answers can be read then."""
        if self.session.closing:
            raise ConnectionError("the session is over")
        self.session.receive(data)

    def readline(self, limit: int = -1) -> bytes:
        """The next line; b"" when the session has said nothing more."""
        end = self._out.find(b"\n") + 1
        return self.read(end or len(self._out) if limit < 0 else min(end or len(self._out), limit))

    def read(self, size: int) -> bytes:
        """At most so many octets."""
        data = bytes(self._out[:size])
        del self._out[:size]
        return data

    def close(self) -> None:
        """End the session."""
        self.session.closed()

    # Transport

    def write(self, data: bytes) -> None:
        """The session says something."""
        self._out += data

    def start_tls(self) -> None:
        """Never offered."""
        raise NotImplementedError

    def start_deflate(self, rest: bytes) -> None:
        """Of no use here."""
        raise NotImplementedError

    def stop_deflate(self) -> None:
        """Of no use here."""

    def wake(self) -> None:
        """Nobody waits for news here."""

    def tls_object(self) -> None:
        """There is none."""
