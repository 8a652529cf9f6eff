"""RSET."""

from __future__ import annotations

from coromail.pop3.command import Command


class Rset(Command):
    """RSET: take all marks back. RFC 1939 section 5."""

    name = "RSET"

    def run(self) -> None:
        self.maildrop.reset()
        self.ok("%d messages (%d octets)", self.maildrop.count, self.maildrop.octets)
