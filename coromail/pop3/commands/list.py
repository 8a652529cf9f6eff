"""LIST."""

from __future__ import annotations

from coromail.pop3.command import Command


class List(Command):
    """LIST: the scan listing of one message or of all: number and size. RFC 1939 section 5."""

    name = "LIST"

    def parse(self, arguments: bytes) -> None:
        argument = arguments.strip(b" ")
        self.index = self.maildrop.index(argument) if argument else None

    def run(self) -> None:
        maildrop = self.maildrop
        if self.index is None:
            self.ok("%d messages (%d octets)", maildrop.count, maildrop.octets)
            self.write(maildrop.scan_listing())
        else:
            self.write(b"+OK %d %d\r\n" % (self.index + 1, maildrop.sizes[self.index]), "response")
