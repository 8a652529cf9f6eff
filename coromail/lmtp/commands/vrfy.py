"""VRFY."""

from __future__ import annotations

from coromail.lmtp.command import Command


class Vrfy(Command):
    """VRFY: RCPT is the way to find out. RFC 5321 sections 3.5.3 and 7.3."""

    name = "VRFY"

    def run(self) -> None:
        self.session.answer(252, "Try RCPT", status="2.5.0")
