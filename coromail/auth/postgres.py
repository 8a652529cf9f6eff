"""The query of `coromail.auth.sql` in PostgreSQL, by psycopg (the extra `postgres`)."""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from psycopg.rows import dict_row

from coromail.errors import Unavailable

logger = logging.getLogger(__name__)

IDLE = 4  # connections kept for the next question


class Postgres:
    """A few connections that are kept; a broken one is replaced once for each question."""

    def __init__(self, conninfo: str, query: str, timeout: float) -> None:
        self._conninfo = conninfo
        self._query = query.encode()  # the administrator's; names come as a parameter
        self._timeout = timeout
        self._idle: list[psycopg.Connection[dict[str, Any]]] = []

    def rows(self, user: str) -> list[dict[str, Any]]:
        """At most two rows, columns by name. Raises `Unavailable`."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            try:
                return self._run(connection, user)
            except psycopg.OperationalError:
                connection.close()  # perhaps the server was started anew: the next one, or a fresh one
            except psycopg.Error as error:
                connection.close()
                raise _unavailable(error) from error
        try:
            connection = self._connect()
            try:
                return self._run(connection, user)
            except psycopg.Error:
                connection.close()
                raise
        except psycopg.Error as error:
            raise _unavailable(error) from error

    def close(self) -> None:
        """Close connections that nobody uses now."""
        while self._idle:
            self._idle.pop().close()

    def _connect(self) -> psycopg.Connection[dict[str, Any]]:
        return psycopg.connect(
            self._conninfo,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=max(2, round(self._timeout)),
            options=f"-c statement_timeout={round(self._timeout * 1000)}",
        )

    def _run(self, connection: psycopg.Connection[dict[str, Any]], user: str) -> list[dict[str, Any]]:
        rows = connection.execute(self._query, {"user": user}).fetchmany(2)
        if len(self._idle) < IDLE:
            self._idle.append(connection)
        else:
            connection.close()
        return rows


def _unavailable(error: psycopg.Error) -> Unavailable:
    logger.error("users: %s", error.diag.message_primary or type(error).__name__)
    return Unavailable("The database of users does not answer, please try again")
