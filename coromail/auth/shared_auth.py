"""What all connections share of a source of users: the base of `RemoteAuth` and `OAuth`."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from coromail.auth.auth import Auth
from coromail.auth.problem import Problem, UsersError
from coromail.context import Context


class Holder(Protocol):
    """Made from the settings and from nothing else: nobody is asked yet."""

    def close(self) -> None:
        """Another has taken its place, or the server stops."""
        ...


H = TypeVar("H", bound=Holder)


class _Box(Generic[H]):
    """The holder in force, for those who were there before it was."""

    __slots__ = ("holder",)

    def __init__(self, holder: H) -> None:
        self.holder = holder

    def close(self) -> None:
        """The server stops."""
        self.holder.close()


class SharedAuth(Auth, Generic[H]):
    """Subclasses make a holder from the settings (`make_holder`): once, and again on SIGHUP."""

    def __init__(self, context: Context | None = None) -> None:
        """Raises `UsersError` when the settings are wrong."""
        super().__init__(context)
        self._box: _Box[H] = self.context.shared(type(self), lambda: _Box(self.make_holder(self.context)))

    @property
    def _holder(self) -> H:
        return self._box.holder

    @classmethod
    def make_holder(cls, context: Context) -> H:
        """What all connections share. Raises `UsersError` when the settings are wrong."""
        raise NotImplementedError

    @classmethod
    def problems(cls, context: Context) -> list[Problem]:
        try:
            cls.make_holder(context)
        except UsersError as error:
            return error.problems
        return []

    @classmethod
    def reload(cls, context: Context) -> list[Problem]:
        """Read the settings again; what was remembered is forgotten."""
        try:
            fresh = cls.make_holder(context)
        except UsersError as error:
            return error.problems
        box: _Box[H] = context.shared(cls, lambda: _Box(fresh))
        if box.holder is not fresh:
            box.holder.close()
            box.holder = fresh
        return []
