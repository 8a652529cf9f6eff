"""Finds clients that say nothing, and those that are gone without a word."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import gevent

from coromail.errors import Gone
from coromail.imap.session import Session as ImapSession
from coromail.server.connection import Connection

if TYPE_CHECKING:
    from coromail.server.server import Server

LINGERING = 4  # times unauth_idle: so long may strangers stay who say something now and then


class Sweeper:
    """One greenlet that looks at all connections again and again, in place of a timer for each of them."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def run(self) -> None:
        """Say good-bye to clients that were silent for too long; never returns."""
        while True:
            gevent.sleep(self._interval())
            now = time.monotonic()
            for connection in list(self._server.connections):
                if connection in self._server.connections:  # others run in between
                    self._look(connection, now)
                    self._server.breathe()

    def _look(self, connection: Connection, now: float) -> None:
        self._keep_alive(connection, now)
        if connection.active and not self._lingers(connection, now):
            connection.active = False
            connection.silent_since = now
            return
        timeout = connection.session.timeout
        if timeout is not None and now - connection.silent_since >= timeout:
            gevent.spawn(self._time_out, connection)

    def _keep_alive(self, connection: Connection, now: float) -> None:
        if isinstance(connection.session, ImapSession):
            try:
                connection.session.keep_alive(now)
            except OSError as error:
                connection.drop(error)

    def _lingers(self, connection: Connection, now: float) -> bool:
        """Whether a mail client says something now and then, but for long enough nothing that logs it in."""
        most = LINGERING * self._server.limits.unauth_idle
        return bool(most) and connection.stranger and now - connection.since >= most

    def _interval(self) -> float:
        limits = self._server.limits
        times = (limits.unauth_idle, limits.auth_idle, limits.idle_keepalive)
        shortest = min(filter(None, times), default=40.0)
        return max(0.1, min(10.0, shortest / 4))

    def _time_out(self, connection: Connection) -> None:
        connection.session.timed_out()
        connection.drop(Gone("silent for too long"))
