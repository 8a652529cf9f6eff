"""A fault in a file that the administrator wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in line `line` (from 1; 0: in all) of `file`, and what to write instead. Never holds a password.

    `setting` has the keys below `auth` that lead to it when a source of users finds fault with its settings.
    """

    file: Path
    line: int
    text: str
    setting: tuple[str | int, ...] | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


def in_settings(text: str, *setting: str | int) -> Problem:
    """A mistake in the section `auth`, or below it."""
    return Problem(Path("auth"), 0, text, setting)


class UsersError(ValueError):
    """A file of users cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
