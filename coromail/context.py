"""What a server hands to the classes that users write: settings, and ways to wait without stopping others."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Cancel = Callable[[], None]


class Lock(Protocol):
    """A lock that may be held while its holder waits. Not reentrant."""

    def __enter__(self) -> object: ...

    def __exit__(self, *raised: Any) -> object: ...

    def locked(self) -> bool:
        """Whether somebody holds it."""


def run_here(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The `offload` of plain tests: call `function` at once."""
    return function(*args, **kwargs)


def sync_here(fd: int) -> None:
    """The `sync` of plain tests: wait for the disk."""
    os.fdatasync(fd)


def watch_nothing(path: str, hint: Callable[[], None]) -> Cancel:
    """The `watch` of plain tests: no hints ever come, polls find everything."""
    return lambda: None


def not_later(seconds: float, function: Callable[[], None]) -> None:
    """The `call_later` of plain tests: nothing is called, what may wait is done when something is closed."""


class Context:
    """One for each `Auth` class and one for each `Model` class of a server.

    `settings` is the section of the configuration that names the class, `directory` the folder of the
    configuration file (relative paths start there). `offload(function, *args)` runs what blocks or burns CPU
    in a bounded thread pool and returns its result. `sync(fd)` returns when what was written to a file is durable,
    as after fdatasync(2). `watch(path, hint)` calls `hint()` soon after something in a folder changed; hints may be
    lost or be false. `call_soon(function)` runs `function` in a greenlet of
    its own, `call_later(seconds, function)` does so later. `make_lock()` gives a lock that may be held over all
    of these: who waits for it lets others go on. `shared(key, make)` keeps what all instances share
    (loaded users, open accounts); `forget(key)` drops it; `close()` closes what can be closed: the server stops.
    """

    __slots__ = (
        "_shared",
        "call_later",
        "call_soon",
        "directory",
        "make_lock",
        "offload",
        "settings",
        "sync",
        "watch",
    )

    def __init__(
        self,
        settings: Mapping[str, Any] | None = None,
        directory: Path | None = None,
        offload: Callable[..., Any] = run_here,
        watch: Callable[[str, Callable[[], None]], Cancel] = watch_nothing,
        call_soon: Callable[[Callable[[], None]], None] = run_here,
        call_later: Callable[[float, Callable[[], None]], None] = not_later,
        make_lock: Callable[[], Lock] = threading.Lock,
        sync: Callable[[int], None] = sync_here,
    ) -> None:
        self.settings: Mapping[str, Any] = settings or {}
        self.directory = directory or Path()
        self.offload = offload
        self.watch = watch
        self.call_soon = call_soon
        self.call_later = call_later
        self.make_lock = make_lock
        self.sync = sync
        self._shared: dict[object, Any] = {}

    def shared(self, key: object, make: Callable[[], T]) -> T:
        """The object kept under `key`, made by `make()` when it is missing."""
        try:
            value: T = self._shared[key]
        except KeyError:
            value = self._shared[key] = make()
        return value

    def forget(self, key: object) -> None:
        """Drop what `shared` keeps under `key`, if anything."""
        self._shared.pop(key, None)

    def close(self) -> None:
        """Call `close()` of everything shared that has it. May wait."""
        for value in list(self._shared.values()):
            close = getattr(value, "close", None)
            if close is not None:
                close()

    def path(self, value: str | Path) -> Path:
        """A path from the configuration, relative ones resolved against `directory`."""
        return self.directory / value
