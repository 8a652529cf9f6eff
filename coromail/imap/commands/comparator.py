"""COMPARATOR."""

from __future__ import annotations

import re

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.patterns import Pattern
from coromail.imap.state import State
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.message import collation

_ORDER = re.compile(rb"([+-]?)([A-Za-z0-9;=.*\-]{1,254})")  # collation-order of RFC 4790 section 3.2


class Comparator(Command):
    """COMPARATOR: how texts are compared in SEARCH, SORT and THREAD. RFC 5255 section 4.7."""

    name = "COMPARATOR"
    state = State.LOGGED_IN
    capability = "I18NLEVEL=2"

    def parse(self, args: Arguments) -> None:
        self.orders: list[tuple[bytes, bytes]] = []
        while not args.at_end():
            args.space()
            match = _ORDER.fullmatch(args.astring())
            if match is None:
                raise Bad("Name of a comparator expected")
            self.orders.append((match[1], match[2]))

    def run(self) -> None:
        session = self.session
        matching: list[collation.Comparator] = []
        for sign, pattern in self.orders:
            if sign != b"-":  # descending: REVERSE does that
                matching += [found for found in _matching(pattern) if found not in matching]
        if self.orders and not matching:
            raise No("There is no such comparator", code="BADCOMPARATOR")
        if matching:
            session.comparator = matching[0]
        line = b"COMPARATOR " + _name(session.comparator)
        if len(matching) > 1:
            line += b" (%s)" % b" ".join(map(_name, matching))
        self.untagged(line)


def _matching(pattern: bytes) -> list[collation.Comparator]:
    """The comparators that a pattern (collation-wild) names."""
    if pattern.lower() == b"default":
        return [collation.DEFAULT]
    wanted = Pattern(pattern.decode("ascii").lower(), None)
    return [comparator for comparator in collation.COMPARATORS if wanted.matches(comparator.name)]


def _name(comparator: collation.Comparator) -> bytes:
    return writer.quoted(comparator.name.encode("ascii"))
