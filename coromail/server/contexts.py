"""The contexts of a server that runs: ways to wait that let other greenlets go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from gevent.lock import BoundedSemaphore

from coromail.context import Context
from coromail.server.sync import Sync
from coromail.server.watch import Watcher


def make_context(
    settings: dict[str, Any] | None,
    directory: Path | None,
    pool: Callable[..., Any],
    watcher: Watcher,
    sync: Sync,
) -> Context:
    """What an Auth or a Model class gets; the arguments as in `Context`."""
    return Context(settings, directory, pool, watcher.watch, _soon, _later, BoundedSemaphore, sync)


def _soon(function: Callable[[], None]) -> None:
    gevent.spawn(function)


def _later(seconds: float, function: Callable[[], None]) -> None:
    gevent.spawn_later(seconds, function)
