"""QUIT."""

from __future__ import annotations

from coromail.lmtp.command import Command


class Quit(Command):
    """QUIT: the end. RFC 5321 section 4.1.1.10."""

    name = "QUIT"

    def run(self) -> None:
        self.no_argument()
        self.session.answer(221, f"{self.host.hostname} Bye", status="2.0.0")
        self.session.closing = True
