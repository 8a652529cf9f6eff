"""TOP."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.message.headers import header_end
from coromail.pop3 import wire
from coromail.pop3.command import Command


class Top(Command):
    """TOP: the header of a message, the blank line, and some lines of the body. RFC 1939 section 7."""

    name = "TOP"
    capability = "TOP"

    def parse(self, arguments: bytes) -> None:
        words = arguments.split()
        if len(words) != 2:
            raise Bad("TOP takes a message number and a number of lines")
        self.lines = wire.number(words[1])
        self.index = self.maildrop.index(words[0])

    def run(self) -> None:
        octets = self.maildrop.message(self.index, self.session.utf8)
        end = wire.end_of_lines(octets, header_end(octets), self.lines)
        self.ok("Top of the message follows")
        self.session.send_message(octets[:end])
