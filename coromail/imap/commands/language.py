"""LANGUAGE."""

from __future__ import annotations

import re

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.commands.namespace import namespace_line
from coromail.imap.languages import NAMES, choose
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments

MAX_RANGES = 100

_RANGE = re.compile(rb"\*|[A-Za-z]{1,8}+(?:-[A-Za-z0-9]{1,8}+)*+")  # language-range of RFC 4647 section 2.1


class Language(Command):
    """LANGUAGE: in which language the server speaks to people. RFC 5255 section 3.2."""

    name = "LANGUAGE"
    state = State.ANY
    capability = "LANGUAGE"

    def parse(self, args: Arguments) -> None:
        self.ranges: list[str] = []
        while not args.at_end():
            args.space()
            raw = args.astring()
            if len(self.ranges) == MAX_RANGES or not _RANGE.fullmatch(raw):
                raise Bad("This is no tag of a language")
            self.ranges.append(raw.decode("ascii"))

    def run(self) -> None:
        session = self.session
        if not self.ranges:
            self.untagged(f"LANGUAGE ({' '.join(NAMES)})")
            self.ok("These languages are spoken")
            return
        chosen = next((tag for tag in map(choose, self.ranges) if tag), None)
        if chosen is None:
            raise No("This language is not spoken here")
        session.language = "de" if chosen == "de" else None
        self.untagged(f"LANGUAGE ({chosen})")
        if session.state & State.LOGGED_IN:
            self.untagged(namespace_line(session))
        self.ok("This language is spoken now")
