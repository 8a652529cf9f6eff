"""STARTTLS."""

from __future__ import annotations

from coromail.lmtp.command import Command
from coromail.lmtp.replies import Refused


class Starttls(Command):
    """STARTTLS: TLS from here on. RFC 3207 section 4."""

    name = "STARTTLS"

    def run(self) -> None:
        self.no_argument()
        session = self.session
        if session.transport.encrypted:
            raise Refused("TLS is active already", "503 5.5.1")
        if not self.host.tls_available:
            raise Refused("There is no TLS here", "502 5.5.1")
        session.answer(220, "Begin with TLS now", status="2.0.0")
        session.start_tls()
