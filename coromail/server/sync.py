"""Making files durable without a thread: the kernel does it and says when it is done."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

import gevent
from caio import linux_aio
from gevent.event import AsyncResult

AT_ONCE = 64  # syncs under way; more than that wait in threads
ERRNO_BASE = 1 << 64  # the kernel's -errno comes as an unsigned number of 64 bits
REFUSED = (OSError, OverflowError, SystemError, ValueError)  # how caio tells why the kernel does not take it


def _outcome(done: AsyncResult[int]) -> int:
    """What the kernel says, 0 for success. It tells a fault once: who is killed meanwhile waits for it all the same."""
    try:
        return done.get() or 0
    except BaseException:
        fault = _outcome(done)
        if fault:
            return fault
        raise


class Sync:
    """`sync(fd)` returns when all that was written to a file is durable; other greenlets go on meanwhile.

    By io_submit(2) with IOCB_CMD_FDSYNC, which takes a third of the CPU time of fdatasync(2) in a thread: nobody
    has to be woken and none waits for the interpreter. Where that cannot be had (another system, a sandbox, a file
    system without it) `offload` calls fdatasync. Raises OSError as fdatasync does.
    """

    def __init__(self, offload: Callable[..., Any]) -> None:
        self._offload = offload
        self._available = linux_aio is not None
        self._kernel: linux_aio.Context | None = None
        self._io: Any = None

    def __call__(self, fd: int) -> None:
        done: AsyncResult[int] = AsyncResult()
        if not self._submit(fd, done.set):
            self._offload(os.fdatasync, fd)
            return
        result = _outcome(done)
        if result:
            number = ERRNO_BASE - result
            raise OSError(number, os.strerror(number))

    def close(self) -> None:
        """Listen to the kernel no more. Nobody may be waiting."""
        if self._io is not None:
            self._io.close()
        self._kernel = self._io = None

    def _submit(self, fd: int, done: Callable[[int], None]) -> bool:
        """Whether the kernel has taken it over and will call `done`."""
        kernel = self._open()
        if kernel is None:
            return False
        operation = linux_aio.Operation.fdsync(fd)
        operation.set_callback(done)
        with contextlib.suppress(*REFUSED):
            return bool(kernel.submit(operation) == 1)
        return False

    def _open(self) -> linux_aio.Context | None:
        if self._kernel is None and self._available:
            try:
                self._kernel = linux_aio.Context(max_requests=AT_ONCE)
            except REFUSED:
                self._available = False
                return None
            self._io = gevent.get_hub().loop.io(self._kernel.fileno, 1)
            self._io.start(self._reap)
        return self._kernel

    def _reap(self) -> None:
        """Runs in the hub: wake those whose sync is done."""
        if self._kernel is not None:
            with contextlib.suppress(BlockingIOError):
                self._kernel.poll()
            self._kernel.process_events()
