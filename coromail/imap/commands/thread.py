"""THREAD and UID THREAD."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.message_limit import refuse_all
from coromail.imap.search_answers import numbers_of
from coromail.imap.searching import find
from coromail.imap.state import State
from coromail.imap.threading import ALGORITHMS, lines, thread
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.search_key import parse_criteria
from coromail.imap.wire.search_tree import has_numbers


class Thread(Command):
    """THREAD: which messages match, as trees of what answers what. RFC 5256 section 3."""

    name = "THREAD"
    state = State.SELECTED
    expunges_allowed = False
    by_uid = False

    def parse(self, args: Arguments) -> None:
        args.space()
        name = args.known("threading algorithm", args.keyword())
        if name not in ALGORITHMS:
            raise Bad("Unknown threading algorithm")
        self.algorithm = name
        args.space()
        self.program = parse_criteria(args)
        args.end()

    def run(self) -> None:
        refuse_all(self, self.view.known)
        found = find(self.session, self.program)
        threads = thread(found, self.algorithm)
        trees = lines(threads, found.uids if self.by_uid else numbers_of(found), self.host.breathe)
        self.untagged(b"THREAD " + trees if trees else b"THREAD")


class UidThread(Thread):
    """UID THREAD: THREAD that answers with UIDs. RFC 5256 section 3."""

    name = "UID THREAD"
    by_uid = True
    expunges_allowed = True

    def parse(self, args: Arguments) -> None:
        super().parse(args)
        self.expunges_allowed = not has_numbers(self.program.key)  # RFC 7162 section 3.2.10.2
