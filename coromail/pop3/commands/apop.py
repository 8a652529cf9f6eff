"""APOP."""

from __future__ import annotations

from coromail.errors import Bad, Err
from coromail.pop3 import login
from coromail.pop3.command import Command
from coromail.pop3.commands.user import text
from coromail.pop3.state import State


class Apop(Command):
    """APOP: login by a digest of the greeting's timestamp and the password. RFC 1939 section 7."""

    name = "APOP"
    state = State.AUTHORIZATION

    def parse(self, arguments: bytes) -> None:
        user, space, self.digest = arguments.strip(b" ").rpartition(b" ")
        if not space:
            raise Bad("A name and a digest were expected")
        self.user = text(user)

    def run(self) -> None:
        session = self.session
        session.user_name = None
        if session.timestamp is None:
            raise Err("APOP is not offered here")
        login.delay(session, self.user)
        if not session.auth.apop(self.user, session.timestamp, self.digest):
            login.failed(session, self.user)
        login.succeeded(session)
