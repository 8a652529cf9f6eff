"""NOOP."""

from __future__ import annotations

from coromail.lmtp.command import Command


class Noop(Command):
    """NOOP: nothing. RFC 5321 section 4.1.1.9."""

    name = "NOOP"

    def run(self) -> None:
        self.ok("OK")
