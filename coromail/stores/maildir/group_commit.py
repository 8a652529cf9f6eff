"""One fsync for all who wait: whoever comes first does it, the others wait for the next one or share it."""

from __future__ import annotations

from collections.abc import Callable

from coromail.context import Lock


class GroupCommit:
    """Counts what was written and what of it is durable.

    `sync()` makes durable what was written before it was called and lets others go on. Whoever writes
    counts `written` up. Who holds `lock` is the leader and runs `sync`; those who come meanwhile wait, and the
    next leader's `sync` serves them all. While anybody holds it nothing is declared durable by others.
    """

    def __init__(self, sync: Callable[[], None], lock: Lock) -> None:
        self.written = 0
        self.durable = 0
        self.lock = lock
        self._sync = sync

    def settle(self) -> None:
        """Wait until all that is written now is durable. Raises what `sync` raises."""
        wanted = self.written
        if self.durable >= wanted:
            return
        with self.lock:
            if self.durable < wanted:
                covered = self.written
                self._sync()
                self.durable = max(self.durable, covered)
