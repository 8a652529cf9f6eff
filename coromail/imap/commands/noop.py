"""NOOP."""

from __future__ import annotations

from coromail.imap.command import Command


class Noop(Command):
    """NOOP: the news that every command brings, and nothing else. RFC 3501 section 6.1.2, RFC 9051 section 6.1.2."""

    name = "NOOP"

    def run(self) -> None:
        pass
