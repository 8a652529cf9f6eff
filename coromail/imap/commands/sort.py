"""SORT and UID SORT."""

from __future__ import annotations

from dataclasses import replace

from coromail.imap.command import Command
from coromail.imap.contexts import following
from coromail.imap.search_answers import answer, saving
from coromail.imap.searching import find
from coromail.imap.sorting import sort
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.return_options import parse_return_options
from coromail.imap.wire.search_key import parse_criteria
from coromail.imap.wire.search_tree import has_numbers
from coromail.imap.wire.sort_key import parse_sort_criteria


class Sort(Command):
    """SORT: which messages match, in an order. RFC 5256 section 3; with RETURN, RFC 5267 section 3."""

    name = "SORT"
    state = State.SELECTED
    capability = "SORT"
    expunges_allowed = False
    by_uid = False

    def parse(self, args: Arguments) -> None:
        args.space()
        options = parse_return_options(args)
        self.criteria = parse_sort_criteria(args)
        args.space()
        self.program = replace(parse_criteria(args), return_options=options)
        args.end()

    def run(self) -> None:
        by_relevancy = any(criterion.key == "RELEVANCY" for criterion in self.criteria)
        options = self.program.return_options
        with saving(self.view, options), following(self, self.program, self.criteria) as follow:
            found = find(self.session, self.program, by_relevancy)
            found = sort(found, self.criteria)
            follow(found.uids)
            answer(self, b"SORT", options, found, self.by_uid)


class UidSort(Sort):
    """UID SORT: SORT that answers with UIDs. RFC 5256 section 3."""

    name = "UID SORT"
    by_uid = True
    expunges_allowed = True

    def parse(self, args: Arguments) -> None:
        super().parse(args)
        self.expunges_allowed = not has_numbers(self.program.key)  # RFC 7162 section 3.2.10.2
