"""PASS."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.pop3 import login
from coromail.pop3.command import Command
from coromail.pop3.commands.user import text
from coromail.pop3.state import State


class Pass(Command):
    """PASS: the password of the user named by the USER command just before; spaces belong to it.

    RFC 1939 section 7.
    """

    name = "PASS"
    state = State.AUTHORIZATION

    def parse(self, arguments: bytes) -> None:
        self.password = text(arguments)

    def run(self) -> None:
        session = self.session
        user, session.user_name = session.user_name, None
        if user is None:
            raise Bad("USER comes first")
        login.delay(session, user)
        if not session.auth.login(user, self.password):
            login.failed(session, user)
        login.succeeded(session)
