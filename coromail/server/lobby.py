"""Where clients wait that have not logged in: together they get a little of each turn of the event loop."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Any, TypeVar

import gevent
from gevent.monkey import get_original

T = TypeVar("T")

SHARE = 0.002  # seconds of one turn of the event loop; the one who goes beyond it is the last


class Lobby:
    """Lets strangers go on one after the other, when their octets are there and it is their turn.

    The event loop serves all sockets that can be read before it looks for others: were thousands of strangers'
    among them, a user would have to wait for all of these. So theirs are in a set of the kernel's (epoll), which
    the loop sees as one descriptor that can be read. Whoever waits leaves no new objects behind: the collector would
    look through all of them at once.
    """

    def __init__(self) -> None:
        self._epoll: Any = get_original("select", "epoll")()  # gevent takes it out of the module
        self._waiting: dict[int, Any] = {}  # greenlets by descriptor
        self._hub = gevent.get_hub()
        self._watcher: Any = None

    def start(self) -> None:
        """Begin to let them go on."""
        self._watcher = self._hub.loop.io(self._epoll.fileno(), 1)
        self._watcher.start(self._admit)

    def close(self) -> None:
        """The server stops; nobody shall wait here any more."""
        if self._watcher is not None:
            self._watcher.close()
        self._epoll.close()

    def when_ready(self, socket: Any, attempt: Callable[[], T]) -> T:
        """What `attempt()` returns, called in turn whenever `socket` can be read, until it has all it needs.

        It reads from that socket, which does not wait meanwhile, nor longer than a TLS record read ahead (its
        buffer holds any). Raises what `attempt` raises.
        """
        while True:
            self._wait(socket.fileno())
            socket.settimeout(0)
            try:
                return attempt()
            except (BlockingIOError, ssl.SSLWantReadError):
                continue
            except ssl.SSLWantWriteError:
                break
            finally:
                socket.settimeout(None)
        return attempt()  # a handshake whose other side reads slowly: wait as long as it takes

    def _wait(self, descriptor: int) -> None:
        once = 0x1 | 1 << 30  # EPOLLIN, EPOLLONESHOT
        try:
            self._epoll.modify(descriptor, once)
        except FileNotFoundError:
            self._epoll.register(descriptor, once)
        self._waiting[descriptor] = gevent.getcurrent()
        try:
            self._hub.switch()
        finally:
            del self._waiting[descriptor]

    def _admit(self) -> None:
        """One turn of the event loop."""
        end = time.perf_counter() + SHARE
        while time.perf_counter() < end and (ready := self._epoll.poll(0, 1)):
            greenlet = self._waiting.get(ready[0][0])
            if greenlet is not None:
                greenlet.switch()
