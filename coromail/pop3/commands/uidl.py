"""UIDL."""

from __future__ import annotations

from coromail.pop3.command import Command


class Uidl(Command):
    """UIDL: the unique-id listing of one message or of all. RFC 1939 section 7."""

    name = "UIDL"
    capability = "UIDL"

    def parse(self, arguments: bytes) -> None:
        argument = arguments.strip(b" ")
        self.index = self.maildrop.index(argument) if argument else None

    def run(self) -> None:
        maildrop = self.maildrop
        if self.index is None:
            listing = maildrop.unique_id_listing()
            self.ok("%d messages", maildrop.count)
            self.write(listing)
        else:
            self.write(
                b"+OK %d %s\r\n" % (self.index + 1, maildrop.unique_id(self.index).encode()), "response"
            )
