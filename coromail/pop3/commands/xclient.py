"""XCLIENT."""

from __future__ import annotations

from coromail import origin
from coromail.errors import Bad, Bye
from coromail.pop3.command import Command
from coromail.pop3.state import State


class Xclient(Command):
    """XCLIENT: a trusted proxy says whom it speaks for; to others there is no such command.

    Source: Dovecot's "Forwarding parameters". It has no RFC; those of POP3 (RFC 2449 section 6) leave room for more.
    """

    name = "XCLIENT"
    state = State.AUTHORIZATION

    def parse(self, arguments: bytes) -> None:
        if not self.host.trusts(self.session.transport):
            raise Bad("Unknown command")
        try:
            self.origin = origin.origin(origin.attributes(arguments.decode("ascii").split()))
        except ValueError:
            raise Bad("XCLIENT takes ADDR=address and the like") from None

    def run(self) -> None:
        session = self.session
        session.forget()
        if not self.host.speaks_for(session.transport, self.origin):
            raise Bye("This client may not connect here")
        self.ok("XCLIENT is obeyed")
