"""NOOP: RFC 1939 section 5."""

from __future__ import annotations

from coromail.pop3.command import Command


class Noop(Command):
    """Nothing, but the timer starts again."""

    name = "NOOP"

    def run(self) -> None:
        self.ok()
