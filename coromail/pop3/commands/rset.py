"""RSET: RFC 1939 section 5."""

from __future__ import annotations

from coromail.pop3.command import Command


class Rset(Command):
    """Take all marks back."""

    name = "RSET"

    def run(self) -> None:
        self.maildrop.reset()
        self.ok("%d messages (%d octets)", self.maildrop.count, self.maildrop.octets)
