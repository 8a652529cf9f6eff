"""Who shares mailboxes with whom, in a file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from coromail.errors import Unavailable
from coromail.model.shares import Shares


class SharesFile(Shares):
    """A JSON file, owner to identifiers, replaced as a whole when somebody shares something new."""

    def __init__(self, path: Path, offload: Callable[..., Any]) -> None:
        """Raises Unavailable when the file is there and cannot be read."""
        super().__init__()
        self._path = path
        self._offload = offload
        self._version = 0
        try:
            listed = json.loads(path.read_bytes()) if path.exists() else {}
        except (OSError, ValueError) as error:
            raise Unavailable(f"Nobody knows who shares what: {type(error).__name__}") from error
        self._grantees = {owner: frozenset(names) for owner, names in listed.items()}

    def share(self, owner: str, identifiers: Iterable[str]) -> None:
        """Note all to whom `owner` grants something now. Durable on return. May wait. Raises Unavailable."""
        before = self._grantees.get(owner)
        super().share(owner, identifiers)
        if self._grantees.get(owner) == before:
            return
        self._version += 1
        text = json.dumps({name: sorted(names) for name, names in self._grantees.items()}, indent=1)
        try:
            self._offload(self._write, text.encode(), self._path.with_suffix(f".{self._version}"))
        except OSError as error:
            raise Unavailable("Not noted who shares what") from error

    def _write(self, text: bytes, temporary: Path) -> None:
        with open(temporary, "wb", opener=_private) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
