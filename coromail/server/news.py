"""Brings news to idle clients."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import gevent

from coromail.server.turns import give_way

if TYPE_CHECKING:
    from coromail.server.connection import Connection

logger = logging.getLogger("coromail")

BATCH = 100  # clients served before others get a turn


class News:
    """One greenlet, while there is news, calls `send_news` of every session that asked for it."""

    def __init__(self) -> None:
        self._waiting: list[Connection] = []
        self._running = False

    def add(self, connection: Connection) -> None:
        """Serve this connection soon; may be called from the middle of a change to a mailbox."""
        self._waiting.append(connection)
        if not self._running:
            self._running = True
            gevent.spawn(self._run)

    def _run(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                for count, connection in enumerate(waiting, 1):
                    connection.woken = False
                    self._tell(connection)
                    if count % BATCH == 0:
                        give_way()
        finally:
            self._running = False

    def _tell(self, connection: Connection) -> None:
        if connection.working:
            connection.woken_while_working = True
            return
        connection.telling = True
        try:
            connection.session.send_news()
        except OSError as error:
            connection.drop(error)
        except Exception:
            logger.exception("news for %s", connection.peer)
        finally:
            connection.telling = False
