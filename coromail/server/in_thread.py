"""A server in a thread of its own, for programs that do something else besides: tests above all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Any, ParamSpec, TypeVar

import gevent

from coromail.server.server import Server

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 30.0  # seconds for a call into the server's thread


class InThread:
    """Runs the server that `make()` gives in a native thread with its own event loop.

    Nothing is patched: the other threads go on as they are. Everything of the server belongs to its thread; reach
    it through `call`.
    """

    def __init__(self, make: Callable[[], Server]) -> None:
        self._make = make
        self._calls: deque[Callable[[], None]] = deque()
        self._ready: Future[Server] = Future()
        self._thread = Thread(target=self._run, name="coromail", daemon=True)

    def start(self) -> Server:
        """Make the server and begin to accept. Raises what `make` raises."""
        self._thread.start()
        return self._ready.result(PATIENCE)

    def stop(self) -> None:
        """Say BYE to everybody, end the thread."""
        if self._thread.is_alive():
            self.call(self._server.stop, 1)
            self._thread.join(PATIENCE)

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` returns or raises in a greenlet of the server's thread. From any other thread."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(function(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)

        self._calls.append(run)
        self._wake.send()
        return future.result(PATIENCE)

    def _run(self) -> None:
        hub = gevent.get_hub()
        try:
            self._wake: Any = hub.loop.async_()
            self._wake.start(self._take)
            self._server = self._make()
            self._server.start()
        except BaseException as error:
            self._ready.set_exception(error)
        else:
            self._ready.set_result(self._server)
            self._server.run_until_stopped()
            self._server.pool.close()
            self._server.auth_pool.close()
        gevent.sleep(0)  # the greenlet that stopped us reports it
        self._wake.close()
        hub.destroy(destroy_loop=True)

    def _take(self) -> None:
        while self._calls:
            gevent.spawn(self._calls.popleft())
