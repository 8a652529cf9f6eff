"""One fsync for all who wait: whoever comes first does it, the others wait for the next one or share it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class GroupCommit:
    """Counts what was written and what of it is durable.

    `sync()` makes durable what was written before it was called; it runs through `offload`. Whoever writes
    counts `written` up. One caller of `settle` at a time is the leader and runs `sync`; those who come
    meanwhile wait, and the next leader's `sync` serves them all.
    """

    def __init__(self, sync: Callable[[], None], offload: Callable[..., Any]) -> None:
        self.written = 0
        self.durable = 0
        self._sync = sync
        self._offload = offload
        self._busy = False
        self._changed = threading.Condition()

    def settle(self) -> None:
        """Wait until all that is written now is durable. Raises what `sync` raises."""
        wanted = self.written
        while self.durable < wanted:
            if self.lead():
                try:
                    covered = self.written
                    self._offload(self._sync)
                    self.durable = max(self.durable, covered)
                finally:
                    self.resign()

    def lead(self) -> bool:
        """Become the leader: nothing is declared durable by others until `resign`. False: waited instead."""
        with self._changed:
            if self._busy:
                self._changed.wait()
                return False
            self._busy = True
            return True

    def resign(self) -> None:
        """Let the next one lead."""
        with self._changed:
            self._busy = False
            self._changed.notify_all()
