"""Settings of one source of users: a mapping below `auth`, checked as the rest of the configuration is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from coromail.auth.problem import Problem, UsersError, in_settings
from coromail.context import Context


class AuthSection(BaseModel):
    """Subclasses say under which key of `auth` they stand (`key`) and which settings there are."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: ClassVar[str]

    @classmethod
    def of(cls, context: Context) -> Self:
        """The section in `context.settings`. Raises `UsersError` with every mistake; no value is quoted."""
        value = context.settings.get(cls.key)
        if not isinstance(value, Mapping):
            raise UsersError([in_settings(f"the section {cls.key}: is missing")])
        try:
            return cls.model_validate(dict(value))
        except ValidationError as error:
            raise UsersError([_problem(cls, detail) for detail in error.errors()]) from None


def cache_seconds(context: Context) -> float:
    """The setting `cache`. Raises `UsersError`."""
    seconds = context.settings.get("cache", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
        raise UsersError([in_settings("write a number of seconds, 0 for none", "cache")])
    return seconds


def _problem(section: type[AuthSection], detail: Any) -> Problem:
    place = (section.key, *detail["loc"])
    if detail["type"] == "extra_forbidden":
        return in_settings(f"unknown key; known are {', '.join(section.model_fields)}", *place)
    return in_settings(detail["msg"].removeprefix("Value error, "), *place)
