"""NOOP."""

from __future__ import annotations

from coromail.pop3.command import Command


class Noop(Command):
    """NOOP: nothing, but the timer starts again. RFC 1939 section 5."""

    name = "NOOP"

    def run(self) -> None:
        self.ok()
