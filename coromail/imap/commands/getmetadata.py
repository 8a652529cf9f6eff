"""GETMETADATA."""

from __future__ import annotations

import re

from coromail.errors import Bad
from coromail.imap import annotating
from coromail.imap.command import Command
from coromail.imap.commands.setmetadata import annotated
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments

MAX_ENTRIES = 100  # in one command
DEPTHS = {"0": 0, "1": 1, "INFINITY": None}

_OPTIONS = re.compile(rb"(?=\([A-Za-z])")


def _maxsize(args: Arguments) -> int:
    args.space()
    return args.number()


def _depth(args: Arguments) -> int | None:
    args.space()
    word = args.keyword()
    if word not in DEPTHS:
        raise Bad("DEPTH is 0, 1 or infinity")
    return DEPTHS[word]


OPTIONS = {"MAXSIZE": _maxsize, "DEPTH": _depth}


class GetMetadata(Command):
    """GETMETADATA: annotations of a mailbox or of the server. RFC 5464 section 4.2.

    The options stand before the mailbox in the grammar of the RFC, and behind it in its examples: both are taken.
    """

    name = "GETMETADATA"
    state = State.LOGGED_IN
    capability = "METADATA"

    def parse(self, args: Arguments) -> None:
        args.space()
        options = self._options(args)
        self.path = args.mailbox()
        args.space()
        options |= self._options(args)
        self.maxsize = options.get("MAXSIZE")
        self.depth = options.get("DEPTH", 0)
        if args.peek() == b"(":
            self.entries = args.parenthesised(lambda: annotating.parse_entries(args))
        else:
            self.entries = [annotating.parse_entries(args)]
        if not 1 <= len(self.entries) <= MAX_ENTRIES:
            raise Bad(f"1 to {MAX_ENTRIES} entries expected")
        args.end()

    def _options(self, args: Arguments) -> dict[str, int | None]:
        if args.try_match(_OPTIONS) is None:
            return {}
        options = args.parameters(OPTIONS, "GETMETADATA option")
        args.space()
        return options

    def run(self) -> None:
        mailbox = annotated(self.model, self.path)
        values = annotating.read(self.session, mailbox, self.entries, self.depth)
        longest = max((len(value) for value in values.values() if value is not None), default=0)
        if self.maxsize is not None and longest > self.maxsize:
            values = {name: value for name, value in values.items() if len(value or b"") <= self.maxsize}
            self.ok("Some values are longer than you want", f"METADATA LONGENTRIES {longest}")
        if values:
            self.untagged(annotating.line(self.session, mailbox, values))
