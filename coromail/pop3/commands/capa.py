"""CAPA."""

from __future__ import annotations

from coromail.pop3 import wire
from coromail.pop3.capabilities import capabilities
from coromail.pop3.command import Command
from coromail.pop3.state import State


class Capa(Command):
    """CAPA: what the server can do. RFC 2449 section 5."""

    name = "CAPA"
    state = State.ANY

    def run(self) -> None:
        self.ok("This is what I can do")
        self.write(wire.listing(capabilities(self.session)))
