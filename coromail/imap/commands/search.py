"""SEARCH and UID SEARCH."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.contexts import following
from coromail.imap.search_answers import answer, saving
from coromail.imap.searching import find
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.search_key import parse_program
from coromail.imap.wire.search_tree import has_numbers


class Search(Command):
    """SEARCH: which messages match. RFC 3501 section 6.4.4, RFC 9051 section 6.4.4."""

    name = "SEARCH"
    state = State.SELECTED
    expunges_allowed = False
    by_uid = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.program = parse_program(args)
        if self.program.charset and "UTF8=ACCEPT" in self.session.enabled:
            raise Bad("After ENABLE UTF8=ACCEPT all strings are UTF-8")  # RFC 9755 section 3
        args.end()

    def run(self) -> None:
        options = self.program.return_options
        with saving(self.view, options), following(self, self.program) as follow:
            found = find(self.session, self.program)
            follow(found.uids)
            answer(self, b"SEARCH", options, found, self.by_uid)


class UidSearch(Search):
    """UID SEARCH: SEARCH that answers with UIDs. RFC 3501 section 6.4.8, RFC 9051 section 6.4.9."""

    name = "UID SEARCH"
    by_uid = True
    expunges_allowed = True

    def parse(self, args: Arguments) -> None:
        super().parse(args)
        self.expunges_allowed = not has_numbers(self.program.key)  # RFC 7162 section 3.2.10.2
