"""The thread pool for what blocks or burns CPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool

THREADS = 8


class Offload:
    """`offload(function, *args)` runs in a native thread while other greenlets go on.

    At most `waiting` calls are in the queue or at work; further callers wait for their turn, so a flood of them
    costs no memory here.
    """

    def __init__(self, threads: int = THREADS, waiting: int = 64) -> None:
        self._pool = ThreadPool(threads)
        self._turn = BoundedSemaphore(waiting)

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        with self._turn:
            return self._pool.apply(function, args)

    def close(self) -> None:
        """End the threads when they are idle."""
        self._pool.kill()
