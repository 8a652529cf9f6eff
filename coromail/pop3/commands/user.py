"""USER."""

from __future__ import annotations

from coromail.errors import Bad, Err
from coromail.pop3.command import Command
from coromail.pop3.state import State


def text(argument: bytes) -> str:
    """A name or password in UTF-8. Raises Bad for anything else: RFC 6856 section 2.2 says MUST."""
    try:
        return argument.decode()
    except UnicodeDecodeError:
        raise Bad("This is not UTF-8") from None


class User(Command):
    """USER: the name of a user; the answer never tells whether there is one (RFC 3206 section 5).

    RFC 1939 section 7, RFC 6856 section 2.2.
    """

    name = "USER"
    state = State.AUTHORIZATION

    def parse(self, arguments: bytes) -> None:
        self.user = text(arguments.strip(b" "))
        if not self.user:
            raise Bad("A name was expected")

    def run(self) -> None:
        session = self.session
        session.user_name = None
        if not session.auth.provides_plain:
            raise Err("USER and PASS are not offered here")
        if not self.host.plaintext_allowed(session.transport):
            raise Err("Passwords need TLS here")
        session.user_name = self.user
        self.ok("Now the password")
