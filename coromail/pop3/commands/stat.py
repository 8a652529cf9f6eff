"""STAT."""

from __future__ import annotations

from coromail.pop3.command import Command


class Stat(Command):
    """STAT: the drop listing: how many messages, how many octets. RFC 1939 section 5."""

    name = "STAT"

    def run(self) -> None:
        maildrop = self.maildrop
        self.write(b"+OK %d %d\r\n" % (maildrop.count, maildrop.octets), "response")
