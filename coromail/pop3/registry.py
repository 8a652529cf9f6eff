"""Commands by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coromail.pop3.command import Command


class Registry:
    """Keyword to `Command` class; keywords know no case (RFC 1939 section 3)."""

    def __init__(self, commands: Iterable[type[Command]] = ()) -> None:
        self._commands: dict[bytes, type[Command]] = {}
        for command in commands:
            self.add(command)

    def add(self, command: type[Command]) -> None:
        """Register a command, or replace the one of that name. Raises ValueError when that is no word."""
        name = command.name
        if not (name.isascii() and name.isprintable() and len(name.split()) == 1 and " " not in name):
            raise ValueError(f"{command.__name__}.name must be one word, not {name!r}")
        self._commands[name.upper().encode()] = command

    def copy(self) -> Registry:
        """A registry of its own with the same commands."""
        return Registry(self)

    def find(self, keyword: bytes) -> type[Command] | None:
        """The command of that keyword, in any case, or None."""
        return self._commands.get(keyword) or self._commands.get(keyword.upper())

    def __iter__(self) -> Iterator[type[Command]]:
        return iter(self._commands.values())

    def __contains__(self, name: str) -> bool:
        return name.upper().encode() in self._commands
