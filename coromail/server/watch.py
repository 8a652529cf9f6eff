"""inotify: hints that something changed in a folder. Only ever hints; a scan is the truth."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import Any

import gevent
from inotify_simple import INotify, flags

from coromail.context import Cancel

logger = logging.getLogger("coromail")

MASK = flags.CREATE | flags.MOVED_TO | flags.MOVED_FROM | flags.DELETE | flags.ONLYDIR
KEPT = 64  # watches that are kept though nobody wants them: clients leave a mailbox and come back
EVERY = 15.0  # seconds between hints where the system gives no watch
Hint = Callable[[], None]


class Watcher:
    """One inotify instance for the whole process; `watch(path, hint)` is the `watch` of a Context."""

    def __init__(self) -> None:
        self._inotify: INotify | None = None
        self._hints: dict[int, list[Hint]] = {}
        self._unwanted: list[int] = []
        self._timers: dict[int, Any] = {}  # of watches whose folder is gone
        self._io: object = None

    def watch(self, path: str, hint: Hint) -> Cancel:
        """Call `hint()` soon after an entry of the folder came, went or was renamed. Raises nothing.

        Where the system gives no more watches, and when the folder is gone (another may have its name), it is called
        every 15 seconds: an idle client does not poll.
        """
        try:
            inotify = self._open()
            descriptor = inotify.add_watch(path, MASK)
        except OSError as error:
            logger.warning("no inotify watch on %s, looking every %g seconds: %s", path, EVERY, error)
            timer = gevent.get_hub().loop.timer(EVERY, EVERY)
            timer.start(hint)
            return timer.close
        self._hints.setdefault(descriptor, []).append(hint)
        return lambda: self._cancel(descriptor, hint)

    def start(self) -> None:
        """Open inotify before the first client comes: the C library is looked for with another process, once, and
        who waits for that in the middle of something lets others in."""
        with contextlib.suppress(OSError):
            self._open()

    def _open(self) -> INotify:
        inotify = self._inotify or INotify(nonblocking=True)  # the first one waits: see `start`
        if self._inotify is None:
            self._inotify = inotify
            io = gevent.get_hub().loop.io(self._inotify.fileno(), 1)
            io.start(self._read)
            self._io = io
        if inotify is not self._inotify:
            inotify.close()
        return self._inotify

    def _cancel(self, descriptor: int, hint: Hint) -> None:
        hints = self._hints.get(descriptor)
        if hints and hint in hints:
            hints.remove(hint)
            if not hints:
                del self._hints[descriptor]
                if descriptor in self._timers:
                    self._timers.pop(descriptor).close()
                    return
                self._unwanted.append(descriptor)
                if len(self._unwanted) > KEPT:
                    self._remove_unwanted()

    def _remove_unwanted(self) -> None:
        """Give watches back, which costs as much as the rest of closing a mailbox."""
        assert self._inotify is not None
        for descriptor in set(self._unwanted).difference(self._hints):
            try:
                self._inotify.rm_watch(descriptor)
            except OSError:
                logger.debug("watch %d was gone already", descriptor)
        self._unwanted.clear()

    def _read(self) -> None:
        """Runs in the hub: take what is there and pass the hints on."""
        assert self._inotify is not None
        called: set[int] = set()
        for event in self._inotify.read(timeout=0):
            if event.mask & flags.Q_OVERFLOW:
                called.update(self._hints)
                continue
            if event.mask & flags.IGNORED and event.wd in self._hints:
                self._timers[event.wd] = timer = gevent.get_hub().loop.timer(EVERY, EVERY)
                timer.start(self._tell, event.wd)
            called.add(event.wd)
        for descriptor in called:
            self._tell(descriptor)

    def _tell(self, descriptor: int) -> None:
        for hint in list(self._hints.get(descriptor, ())):
            hint()

    def close(self) -> None:
        """Stop watching."""
        if self._inotify is not None:
            self._io.stop()  # type: ignore[attr-defined]
            self._inotify.close()
            self._inotify = None
            self._hints.clear()
            self._unwanted.clear()
            while self._timers:
                self._timers.popitem()[1].close()
