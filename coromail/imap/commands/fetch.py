"""FETCH and UID FETCH."""

from __future__ import annotations

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.fetching import Plan
from coromail.imap.message_limit import cut, make_way, refuse_page
from coromail.imap.paging import partial_spans
from coromail.imap.resync import changed_since, vanished_line
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.fetch_item import FetchItem, parse_items, parse_modifiers


class Fetch(Command):
    """FETCH: data of messages. RFC 3501 section 6.4.5, RFC 9051 section 6.4.5; CHANGEDSINCE: RFC 7162."""

    name = "FETCH"
    state = State.SELECTED
    expunges_allowed = False
    by_uid = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.numbers = args.sequence_set()
        args.space()
        self.items = parse_items(args)
        modifiers = parse_modifiers(args)
        args.end()
        self.since = modifiers.get("CHANGEDSINCE")
        self.vanished = "VANISHED" in modifiers
        self.partial = modifiers.get("PARTIAL")
        if not self.by_uid and (self.vanished or self.partial):
            raise Bad("VANISHED and PARTIAL go with UID FETCH")
        if self.vanished and self.since is None:
            raise Bad("VANISHED goes with CHANGEDSINCE")
        if self.since is not None:
            self.items.append(FetchItem("MODSEQ", b"MODSEQ"))

    def validate(self) -> None:
        if self.vanished and "QRESYNC" not in self.session.enabled:
            raise Bad("QRESYNC was not enabled")

    def run(self) -> None:
        if any(item.name == "MODSEQ" for item in self.items):
            self.session.need_modseqs(self.view)
        spans = self.session.resolve(self.numbers, self.by_uid)
        if isinstance(self.partial, tuple):
            refuse_page(self, self.partial)
            spans = partial_spans(spans, self.partial)
        spans = cut(self, spans)
        if isinstance(self.since, int):
            if self.vanished and (gone := vanished_line(self.view, self.numbers, self.since)):
                self.session.write(gone)
            spans = changed_since(self.view, spans, self.since)
        missing = Plan(self.session, self.items, self.by_uid).run(spans)
        if missing and not self.by_uid:
            make_way(self)
            raise No("Some of the messages are gone", code="EXPUNGEISSUED")


class UidFetch(Fetch):
    """UID FETCH: FETCH by UID; the UID is in every response. RFC 3501 section 6.4.8, RFC 9051 section 6.4.9."""

    name = "UID FETCH"
    by_uid = True
    expunges_allowed = True
