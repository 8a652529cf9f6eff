"""Logging in against users held in memory: the base of `UsersFile` and `PasswdFile`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from coromail.auth import passwords
from coromail.auth.app_password import AppPassword
from coromail.auth.auth import Auth
from coromail.auth.problem import Problem, UsersError, in_settings
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
        self._shown: AppPassword | None = None  # what this user has shown in place of the password
        self._holder = self._shared(self.context)

    @classmethod
    def _shared(cls, context: Context, read: UserTable | None = None) -> _Holder:
        """What all connections share, made of the users that were `read`, else of those in the file."""
        key = (cls, str(context.settings.get(cls.setting)))
        return context.shared(key, lambda: _Holder(read or cls._load(cls.file(context))))

    @classmethod
    def read_users(cls, path: Path) -> tuple[dict[str, User], list[Problem]]:
        """The users in the file at `path`, and everything that is wrong with it."""
        raise NotImplementedError

    @classmethod
    def file(cls, context: Context) -> Path:
        """Where the file is. Raises `UsersError` when the configuration does not say."""
        value = context.settings.get(cls.setting)
        if not isinstance(value, str) or not value:
            raise UsersError([in_settings("this setting is missing", cls.setting)])
        return context.path(value)

    @classmethod
    def _load(cls, path: Path) -> UserTable:
        users, problems = cls.read_users(path)
        if problems:
            raise UsersError(problems)
        return UserTable(users)

    @classmethod
    def problems(cls, context: Context) -> list[Problem]:
        try:
            path = cls.file(context)
        except UsersError as error:
            return error.problems
        if not path.is_file():
            text = f"{path} does not exist; create it, or name the right file"
            return [in_settings(text, cls.setting)]
        return cls.read_users(path)[1]

    @classmethod
    def reload(cls, context: Context) -> list[Problem]:
        """Read the file again and put the new users in force, all at once; a broken file changes nothing."""
        try:
            path = cls.file(context)
            table = context.offload(cls._load, path)
        except UsersError as error:
            return error.problems
        cls._shared(context, table).table = table
        return []

    @property
    def table(self) -> UserTable:
        """The users in force."""
        return self._holder.table

    def auth_plain(self, user: str, password: str) -> bool:
        table = self.table
        known = table.users.get(user)
        self._shown = (
            next((one for one in known.app_passwords if one.matches(password)), None) if known else None
        )
        if self._shown is not None:
            logger.info("%r shows the app password %r", user, self._shown.name)
            return True
        own = known.stored if known is not None else None
        stored = own or table.decoy(user)
        if stored is None:
            return False
        if passwords.cost(stored) == "slow":
            matches = self.check_slowly(passwords.verify, stored, password)
        else:
            matches = passwords.verify(stored, password)
        return own is not None and bool(matches)

    def sasl_provides(self) -> list[str]:
        chosen = self.context.settings.get("mechanisms")
        if chosen:
            return [str(name).upper() for name in chosen]
        suggested = self.table.mechanisms
        more = self.context.settings.get("certificate_users") and "EXTERNAL" not in suggested
        return ["EXTERNAL", *suggested] if more else suggested

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
        scheme, value = passwords.split(self.table.decoy(user) or "{PLAIN}")
        if scheme != mechanism:
            return super().decoy_scram_keys(user, mechanism)
        return ScramKeys.parse(mechanism, value).decoy(self.scram_salt(user, mechanism))

    def external_user(self, names: list[str]) -> str | None:
        mapped = (self.table.by_certificate.get(name) for name in names)
        return next((user for user in mapped if user is not None), None) or super().external_user(names)

    def knows(self, user: str) -> bool:
        return user in self.table.users

    def may_log_in(self, user: str) -> bool:
        known, protocol = self.table.users.get(user), self.connection.protocol
        if self._shown is not None and protocol not in self._shown.protocols:
            return False
        return known is not None and known.admits(protocol, self.connection.peer)

    def is_master(self, user: str) -> bool:
        known = self.table.users.get(user)
        return known is not None and known.master and self._shown is None

    def user_settings(self, user: str) -> Mapping[str, Any]:
        known = self.table.users.get(user)
        if known is None:
            return {}
        only = self._shown.mailbox if self._shown is not None else None
        return known.settings if only is None else {**known.settings, "only_mailbox": only}
