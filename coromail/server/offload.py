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
            result, error = self._pool.apply(_outcome, (function, args))
        if error is not None:
            raise error
        return result

    def close(self) -> None:
        """End the threads when they are idle."""
        self._pool.kill()


def _outcome(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
    """The result, or the exception. One that leaves a pool thread by itself is printed by gevent first."""
    try:
        return function(*args), None
    except BaseException as error:
        return None, error
