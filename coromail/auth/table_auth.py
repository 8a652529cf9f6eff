"""Logging in against users held in memory: the base of `UsersFile` and `PasswdFile`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from coromail.auth import passwords
from coromail.auth.auth import Auth
from coromail.auth.problem import Problem, UsersError
from coromail.auth.scram_keys import ScramKeys
from coromail.auth.user_table import User, UserTable
from coromail.context import Context

logger = logging.getLogger(__name__)


class _Holder:
    """What all connections share: the table in force."""

    __slots__ = ("table",)

    def __init__(self, table: UserTable) -> None:
        self.table = table


class TableAuth(Auth):
    """Subclasses say which setting names their file (`setting`) and how to read it (`read_users`).

    The file is read once for all connections, when the first one comes or at `reload`. Names are compared,
    and served, in lower case: "Alice" in the file is the user alice. The setting `mechanisms` replaces the
    list of SASL mechanisms that the stored passwords suggest.
    """

    setting: ClassVar[str]

    def __init__(self, context: Context | None = None) -> None:
        """Raises `UsersError` when the file is read now and found broken."""
        super().__init__(context)
        path = self.file(self.context)
        self._holder = self.context.shared((type(self), path), lambda: _Holder(self._load(path)))

    @classmethod
    def read_users(cls, path: Path) -> tuple[dict[str, User], list[Problem]]:
        """The users in the file at `path`, and everything that is wrong with it."""
        raise NotImplementedError

    @classmethod
    def file(cls, context: Context) -> Path:
        """Where the file is. Raises `UsersError` when the configuration does not say."""
        value = context.settings.get(cls.setting)
        if not isinstance(value, str) or not value:
            raise UsersError([Problem("auth", 0, f"the setting {cls.setting} is missing")])
        return context.path(value)

    @classmethod
    def _load(cls, path: Path) -> UserTable:
        users, problems = cls.read_users(path)
        if problems:
            raise UsersError(problems)
        return UserTable(users)

    @classmethod
    def reload(cls, context: Context) -> list[Problem]:
        """Read the file again and put the new users in force, all at once; a broken file changes nothing."""
        try:
            path = cls.file(context)
            table = context.offload(cls._load, path)
        except UsersError as error:
            logger.error("users not loaded, the old ones stay in force:\n%s", error)  # noqa: TRY400
            return error.problems
        context.shared((cls, path), lambda: _Holder(table)).table = table
        return []

    @property
    def table(self) -> UserTable:
        """The users in force."""
        return self._holder.table

    def auth_plain(self, user: str, password: str) -> bool:
        table = self.table
        known = table.users.get(user)
        stored = table.decoy if known is None else known.stored
        if stored is None:
            return False
        if passwords.cost(stored) == "slow":
            matches = self.context.offload(passwords.verify, stored, password)
        else:
            matches = passwords.verify(stored, password)
        return known is not None and bool(matches)

    def sasl_provides(self) -> list[str]:
        chosen = self.context.settings.get("mechanisms")
        return [str(name).upper() for name in chosen] if chosen else self.table.mechanisms

    @property
    def provides_apop(self) -> bool:  # type: ignore[override]
        """As with CRAM-MD5, which needs the same secret."""
        return "CRAM-MD5" in self.sasl_provides()

    def secret(self, user: str) -> str | None:
        known = self.table.users.get(user)
        return passwords.clear(known.stored) if known is not None and known.stored else None

    def scram_keys(self, user: str, mechanism: str) -> ScramKeys | None:
        known = self.table.users.get(user)
        if known is not None and known.stored is not None:
            scheme, value = passwords.split(known.stored)
            if scheme == mechanism:
                return ScramKeys.parse(mechanism, value)
        return super().scram_keys(user, mechanism)

    def decoy_scram_keys(self, user: str, mechanism: str) -> ScramKeys:
        scheme, value = passwords.split(self.table.decoy or "{PLAIN}")
        if scheme != mechanism:
            return super().decoy_scram_keys(user, mechanism)
        return ScramKeys.parse(mechanism, value).decoy(self.scram_salt(user, mechanism))

    def external_user(self, names: list[str]) -> str | None:
        mapped = (self.table.by_certificate.get(name) for name in names)
        return next((user for user in mapped if user is not None), None)

    def knows(self, user: str) -> bool:
        return user in self.table.users

    def may_log_in(self, user: str) -> bool:
        known = self.table.users.get(user)
        return known is not None and known.admits(self.connection.protocol, self.connection.peer)

    def may_act_as(self, user: str, other: str) -> bool:
        known = self.table.users.get(user)
        return known is not None and known.master and other in self.table.users

    def user_settings(self, user: str) -> Mapping[str, Any]:
        known = self.table.users.get(user)
        return known.settings if known is not None else {}
