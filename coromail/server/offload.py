"""The thread pools for what blocks or burns CPU."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable
from typing import Any

from gevent.event import Event
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool

THREADS = 8
BEHIND = 10  # nice value of threads that check passwords


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
            return _apply(self._pool, function, *args)

    def close(self) -> None:
        """End the threads when they are idle."""
        self._pool.kill()


def _apply(pool: ThreadPool, function: Callable[..., Any], *args: Any) -> Any:
    """What `function(*args)` in a thread of `pool` returns or raises."""
    result, error = pool.apply(_outcome, (function, args))
    if error is not None:
        try:
            raise error
        finally:
            error = None  # the frame would keep it, and its traceback the frame
    return result


def _outcome(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
    """The result, or the exception. One that leaves a pool thread by itself is printed by gevent first."""
    try:
        return function(*args), None
    except BaseException as error:
        return None, error


def _behind(function: Callable[..., Any], *args: Any) -> Any:
    """`function(*args)` in a thread that leaves the processor to the event loop when both want it (Linux)."""
    with contextlib.suppress(OSError):  # a sandbox may forbid it
        os.setpriority(os.PRIO_PROCESS, 0, BEHIND)  # 0 is the calling thread, see setpriority(2)
    return function(*args)


class Reception:
    """The same for checks of passwords: as many as there are `threads` are at work, the others wait in two queues.

    Those for whom `known()` holds come first, so that a flood of guesses makes strangers wait, and nobody else.
    How many may wait is for the caller to say.
    """

    def __init__(self, threads: int, known: Callable[[], bool]) -> None:
        self._pool = ThreadPool(threads)
        self._free = threads
        self._known = known
        self._first: deque[Event] = deque()
        self._others: deque[Event] = deque()

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        self._enter()
        try:
            return _apply(self._pool, _behind, function, *args)
        finally:
            self._leave()

    def close(self) -> None:
        """End the threads when they are idle."""
        self._pool.kill()

    def _enter(self) -> None:
        if self._free:
            self._free -= 1
            return
        turn = Event()
        queue = self._first if self._known() else self._others
        queue.append(turn)
        try:
            turn.wait()
        except BaseException:  # the client is gone
            if turn.is_set():
                self._leave()
            else:
                queue.remove(turn)
            raise

    def _leave(self) -> None:
        queue = self._first or self._others
        if queue:
            queue.popleft().set()
        else:
            self._free += 1
