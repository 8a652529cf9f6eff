"""Commands by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coromail.imap.command import Command


class Registry:
    """Name to `Command` class. Names are upper-case; two-word names ("UID FETCH") are names like others."""

    def __init__(self, commands: Iterable[type[Command]] = ()) -> None:
        self._commands: dict[bytes, type[Command]] = {}
        self._first_words: set[bytes] = set()
        for command in commands:
            self.add(command)

    def add(self, command: type[Command]) -> None:
        """Register a command, or replace the one of that name. Raises ValueError for a class without name."""
        words = command.name.upper().encode("ascii").split()
        if not 1 <= len(words) <= 2:
            raise ValueError(f"{command.__name__}.name must be one word or two, not {command.name!r}")
        if len(words) == 2:
            self._first_words.add(words[0])
        self._commands[b" ".join(words)] = command

    def find(self, text: bytes, start: int) -> tuple[type[Command] | None, int]:
        """The command whose name begins at `start`, and where its arguments begin (at their space)."""
        end = text.find(b" ", start)
        if end < 0:
            end = len(text)
        word = text[start:end].upper()
        if word in self._first_words:
            second = text.find(b" ", end + 1)
            if second < 0:
                second = len(text)
            command = self._commands.get(word + b" " + text[end + 1 : second].upper())
            if command is not None:
                return command, second
        return self._commands.get(word), end

    def __iter__(self) -> Iterator[type[Command]]:
        return iter(self._commands.values())

    def __contains__(self, name: str) -> bool:
        return name.upper().encode("ascii") in self._commands
