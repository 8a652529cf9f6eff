"""STLS."""

from __future__ import annotations

from coromail.errors import Err
from coromail.pop3.command import Command
from coromail.pop3.state import State


class Stls(Command):
    """STLS: TLS from here on. RFC 2595 section 4."""

    name = "STLS"
    state = State.AUTHORIZATION

    def run(self) -> None:
        session = self.session
        if session.transport.encrypted:
            raise Err("TLS is active already")
        if not self.host.tls_available:
            raise Err("There is no TLS here")
        if session.utf8:
            raise Err("STLS comes before UTF8")
        self.ok("Begin with TLS now")
        session.start_tls()
