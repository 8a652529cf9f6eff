"""Start, stop and restart of servers that are a few functions or one class."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coromail import Server

Make = Callable[[type["Server"]], "Server"]


class Serving:
    """A server that listens for POP3 on one address, and can be started again after it was stopped.

    `make` builds the server from `coromail.Server` or a class derived from it. The process should have
    called `gevent.monkey.patch_all()` before all else, so that functions that wait make only their client wait.
    """

    def __init__(
        self, make: Make, address: tuple[str, int], certificate: Path | None, key: Path | None
    ) -> None:
        self.address = address
        self._make = make
        self._certificate = certificate
        self._key = key
        self._server: Server | None = None

    def start(self) -> None:
        """Listen and accept; returns at once. `address` has the real port from now on. OSError: not free."""
        if self._server is not None:
            raise RuntimeError("the server runs already")
        from coromail import Server  # late: this floor knows no sockets

        listener = socket.create_server(self.address, backlog=1024)
        self.address = listener.getsockname()[:2]
        server = self._make(Server)
        if self._certificate is not None and self._key is not None:
            server.use_certificate(self._certificate, self._key)
        server.listen("pop3", listener)
        server.start()
        self._server = server

    def wait(self) -> None:
        """Return when the server was stopped; let clients be served until then."""
        if self._server is not None:
            self._server.run_until_stopped()

    def serve(self) -> None:
        """Start, and return when somebody has called `stop`."""
        self.start()
        self.wait()

    def stop(self, grace: float = 10) -> None:
        """Accept nobody, tell everybody, and end what is left after `grace` seconds."""
        if self._server is not None:
            server, self._server = self._server, None
            server.stop(grace)

    def restart(self, grace: float = 10) -> None:
        """Stop, then start on the same address and port."""
        self.stop(grace)
        self.start()
