"""Users in a database: SQLite, or PostgreSQL with the extra `postgres` (pip install coromail[postgres])."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pydantic import Field, model_validator

from coromail.auth import passwords, prepare
from coromail.auth.attempt import Attempt
from coromail.auth.problem import UsersError, in_settings
from coromail.auth.remote_auth import RemoteAuth
from coromail.auth.scram_keys import ScramKeys
from coromail.auth.section import AuthSection
from coromail.auth.user_record import user_of
from coromail.auth.user_table import User
from coromail.context import Context
from coromail.errors import Unavailable

logger = logging.getLogger(__name__)


class SqlSection(AuthSection):
    """`auth.sql`: `sqlite` (a file) or `postgres` (a connection string), and the query for one user.

    The query has one parameter, the name: `:user` with SQLite, `%(user)s` with PostgreSQL. It is never put into
    the text. Columns: `password` (with its scheme, as in users.yaml), and if there are such `name`, `master`,
    `protocols`, `allow_networks`, `deny_networks`, `groups`, `home`, `quota` and others, which become
    settings of the user.
    """

    key: ClassVar[str] = "sql"
    sqlite: Path | None = None
    postgres: str | None = Field(default=None, repr=False)
    query: str
    timeout: float = Field(default=5.0, gt=0)

    @model_validator(mode="after")
    def _one_database(self) -> SqlSection:
        if (self.sqlite is None) == (self.postgres is None):
            raise ValueError("write either sqlite, a file, or postgres, a connection string")
        parameter = ":user" if self.sqlite is not None else "%(user)s"
        if parameter not in self.query:
            raise ValueError(f"the query must have the parameter {parameter}")
        return self


class Sql(RemoteAuth):
    """Users in a database, with stored passwords of all schemes that users.yaml may have.

    The setting `mechanisms` may name SCRAM-SHA-256 and others where all users have passwords for them.
    """

    @classmethod
    def make_directory(cls, context: Context) -> SqlDirectory:
        section = SqlSection.of(context)
        if section.sqlite is not None:
            return SqlDirectory(SQLite(context.path(section.sqlite), section))
        try:
            from coromail.auth.postgres import Postgres
        except ModuleNotFoundError:
            raise UsersError(
                [in_settings("this needs the extra: pip install coromail[postgres]", "sql", "postgres")]
            ) from None
        return SqlDirectory(Postgres(str(section.postgres), section.query, section.timeout))

    def secret(self, user: str) -> str | None:
        known = self._stored(user)
        return passwords.clear(known) if known else None

    def scram_keys(self, user: str, mechanism: str) -> ScramKeys | None:
        known = self._stored(user)
        if known is not None and passwords.split(known)[0] == mechanism:
            return ScramKeys.parse(mechanism, passwords.split(known)[1])
        return super().scram_keys(user, mechanism)

    def decoy_scram_keys(self, user: str, mechanism: str) -> ScramKeys:
        salt = self.scram_salt(user, mechanism)
        directory = self._holder.directory
        like = directory.seen if isinstance(directory, SqlDirectory) else None
        scheme, value = passwords.split(like or "{PLAIN}")
        if scheme == mechanism:
            return ScramKeys.parse(mechanism, value).decoy(salt)
        if mechanism == "SCRAM-SHA-256" and like is None:  # what `coromail passwd` makes
            return ScramKeys(salt, passwords.SCRAM_ITERATIONS, bytes(32), bytes(32)).decoy(salt)
        return super().decoy_scram_keys(user, mechanism)

    def _stored(self, user: str) -> str | None:
        found = self.check_slowly(self._holder.directory.find, user)
        stored: str | None = None if found is None or found.name != user else found.stored
        return stored if stored is not None and usable(stored) else None


class Database(Protocol):
    """Runs the query. Raises `Unavailable` when it cannot."""

    def rows(self, user: str) -> list[dict[str, Any]]:
        """At most two rows, columns by name."""
        ...

    def close(self) -> None:
        """Close connections that nobody uses now."""
        ...


class SqlDirectory:
    """Users as the rows of a query; the passwords are checked here.

    `seen` is the first stored password that came: names that do not exist are given one like it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.seen: str | None = None

    def check(self, attempt: Attempt) -> User | None:
        user = self.find(attempt.user)
        stored = user.stored if user is not None else None
        if stored is None or not usable(stored):  # takes as long as if there were such a user
            passwords.verify(self.seen or _decoy(), attempt.password)
            return None
        return user if passwords.verify(stored, attempt.password) else None

    def find(self, name: str) -> User | None:
        rows = self._database.rows(name)
        if len(rows) != 1:
            if rows:
                logger.error("several rows of the database are the user %r", name)
            return None
        record = {key.lower(): value for key, value in rows[0].items()}
        # Databases may compare loosely. If the query says so, the name that counts is the one stored.
        stored_name = record.pop("name", None)
        canonical = name if stored_name is None else prepare.user_name(str(stored_name))
        user = None if canonical is None else user_of(canonical, record)
        if self.seen is None and user is not None and user.stored is not None and usable(user.stored):
            self.seen = user.stored
        return user

    def close(self) -> None:
        self._database.close()


@cache
def _decoy() -> str:
    return passwords.hash_password("nobody's")


def usable(stored: str) -> bool:
    """Whether a stored password has a scheme that is known."""
    try:
        passwords.split(stored)
    except ValueError:
        logger.error("a stored password has an unknown scheme")  # noqa: TRY400 - the trace would show it
        return False
    return True


class SQLite:
    """A SQLite file, opened to read only."""

    def __init__(self, path: Path, section: SqlSection) -> None:
        self._path = path
        self._section = section

    def rows(self, user: str) -> list[dict[str, Any]]:
        try:
            uri = f"{self._path.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True, timeout=self._section.timeout)) as connection:
                connection.row_factory = sqlite3.Row
                return [
                    dict(row) for row in connection.execute(self._section.query, {"user": user}).fetchmany(2)
                ]
        except sqlite3.Error as error:
            logger.error("users: %s", error)  # noqa: TRY400 - no fault of ours
            raise Unavailable("The database of users does not answer, please try again") from error

    def close(self) -> None:
        """Nothing stays open."""
