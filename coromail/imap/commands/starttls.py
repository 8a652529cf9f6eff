"""STARTTLS."""

from __future__ import annotations

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.state import State


class StartTls(Command):
    """STARTTLS: what the client sent before the handshake is thrown away. RFC 3501 and RFC 9051 section 6.2.1."""

    name = "STARTTLS"
    state = State.NOT_AUTHENTICATED
    capability = "STARTTLS"

    def validate(self) -> None:
        if self.session.transport.encrypted:
            raise Bad("TLS is active already")
        if not self.host.can_start_tls(self.session.transport):
            raise No("STARTTLS is not available", code="UNAVAILABLE")

    def run(self) -> None:
        self.answer_now("Begin TLS negotiation now")
        self.session.start_tls()
