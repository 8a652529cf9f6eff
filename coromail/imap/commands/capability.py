"""CAPABILITY."""

from __future__ import annotations

from coromail.imap.command import Command


class Capability(Command):
    """CAPABILITY: what the server can do in this state. RFC 3501 section 6.1.1, RFC 9051 section 6.1.1."""

    name = "CAPABILITY"

    def run(self) -> None:
        self.untagged(self.session.capability())
