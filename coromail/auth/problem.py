"""A fault in a file of users, or in the settings of their source, told to the administrator."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in line `line` (from 1) of the file at `path`. Never holds a password.

    `setting` has the keys below `auth` that lead to it when the settings themselves are wrong.
    """

    path: str
    line: int
    text: str
    setting: tuple[str | int, ...] | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def in_settings(text: str, *setting: str | int) -> Problem:
    """A mistake in the section `auth`, or below it."""
    return Problem("auth", 0, text, setting)


class UsersError(ValueError):
    """A file of users cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
