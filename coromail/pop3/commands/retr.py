"""RETR."""

from __future__ import annotations

from coromail.pop3.command import MessageCommand


class Retr(MessageCommand):
    """RETR: a whole message. RFC 1939 section 5, RFC 6856 section 2.1."""

    name = "RETR"

    def run(self) -> None:
        session = self.session
        octets = self.maildrop.message(self.index, self.session.utf8)
        self.ok("%d octets", len(octets))
        session.send_message(octets)
        self.maildrop.retrieved(self.index)
