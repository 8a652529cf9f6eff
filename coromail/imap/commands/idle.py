"""IDLE."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.state import State


class Idle(Command):
    """IDLE: news at once, until DONE. RFC 2177 section 3, RFC 9051 section 6.3.13."""

    name = "IDLE"
    state = State.LOGGED_IN
    capability = "IDLE"

    def run(self) -> None:
        self.continuation(b"idling", self._done)
        self.session.begin_idle()

    def _done(self, segments: list[bytes]) -> None:
        self.session.end_idle()
        if len(segments) != 1 or segments[0].upper() != b"DONE":
            raise Bad("DONE ends IDLE")
