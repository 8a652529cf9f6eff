"""RSET."""

from __future__ import annotations

from coromail.lmtp.command import Command


class Rset(Command):
    """RSET: forget the transaction. RFC 5321 section 4.1.1.5."""

    name = "RSET"

    def run(self) -> None:
        self.no_argument()
        self.session.reset()
        self.ok("OK")
