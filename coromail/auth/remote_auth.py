"""Users who are kept elsewhere: the base of `Pam`, `Ldap` and `Sql`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from coromail.auth.attempt import Attempt, Memory
from coromail.auth.section import cache_seconds
from coromail.auth.shared_auth import SharedAuth
from coromail.auth.user_table import User
from coromail.context import Context


class Directory(Protocol):
    """A source of users. `check` and `find` run in threads of a pool, several at once, and may wait for a network.

    Both raise `coromail.errors.Unavailable` when nobody can say.
    """

    def check(self, attempt: Attempt) -> User | None:
        """The user whose password this is, or None."""
        ...

    def find(self, name: str) -> User | None:
        """The user of that name, or None."""
        ...

    def close(self) -> None:
        """Close connections that nobody uses now."""
        ...


class _Holder:
    """What all connections share: the source, and who logged in lately."""

    __slots__ = ("directory", "memory")

    def __init__(self, directory: Directory, seconds: float) -> None:
        self.directory = directory
        self.memory: Memory[User] = Memory(seconds, time.monotonic)

    def close(self) -> None:
        """Nobody asks any more."""
        self.directory.close()


class RemoteAuth(SharedAuth[_Holder]):
    """Subclasses make a `Directory` from the settings (`make_directory`).

    The setting `cache` is for how many seconds a password that was right need not be asked about again (0: not
    at all): as long may a changed password or a blocked user still work. SIGHUP empties the cache.
    """

    def __init__(self, context: Context | None = None) -> None:
        """Raises `UsersError` when the settings are wrong."""
        super().__init__(context)
        self._known: dict[str, User] = {}

    @classmethod
    def make_directory(cls, context: Context) -> Directory:
        """The source that the settings describe, without asking it anything. Raises `UsersError`."""
        raise NotImplementedError

    @classmethod
    def make_holder(cls, context: Context) -> _Holder:
        return _Holder(cls.make_directory(context), cache_seconds(context))

    def auth_plain(self, user: str, password: str) -> bool:
        facts, holder = self.connection, self._holder
        attempt = Attempt(user, password, facts.protocol, facts.peer or "")
        found = holder.memory.get(attempt)
        if found is None:
            found = self.check_slowly(holder.directory.check, attempt)
            if found is None:
                return False
            found = replace(found, stored=None)
            holder.memory.put(attempt, found)
        self._known[found.name] = found
        self.user = found.name
        return True

    def sasl_provides(self) -> list[str]:
        chosen = self.context.settings.get("mechanisms")
        if chosen:
            return [str(name).upper() for name in chosen]
        external = ["EXTERNAL"] if self.context.settings.get("certificate_users") else []
        return [*external, "PLAIN", "LOGIN"]

    def account(self, user: str) -> User | None:
        """What is known of a user; looked up once for each connection."""
        if user not in self._known:
            found = self.context.offload(self._holder.directory.find, user)
            if found is None or found.name != user:
                return None
            self._known[user] = found
        return self._known[user]

    def knows(self, user: str) -> bool:
        return self.account(user) is not None

    def may_log_in(self, user: str) -> bool:
        known = self.account(user)
        return known is not None and known.admits(self.connection.protocol, self.connection.peer)

    def is_master(self, user: str) -> bool:
        known = self.account(user)
        return known is not None and known.master

    def user_settings(self, user: str) -> Mapping[str, Any]:
        known = self.account(user) if user else None
        return known.settings if known is not None else {}
