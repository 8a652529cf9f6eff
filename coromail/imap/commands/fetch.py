"""FETCH and UID FETCH."""

from __future__ import annotations

from coromail.errors import No
from coromail.imap.command import Command
from coromail.imap.fetching import Plan
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.fetch_item import parse_items


class Fetch(Command):
    """FETCH: data of messages. RFC 3501 section 6.4.5, RFC 9051 section 6.4.5."""

    name = "FETCH"
    state = State.SELECTED
    expunges_allowed = False
    by_uid = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.numbers = args.sequence_set()
        args.space()
        self.items = parse_items(args)
        args.end()

    def run(self) -> None:
        plan = Plan(self.session, self.items, self.by_uid)
        missing = plan.run(self.session.resolve(self.numbers, self.by_uid))
        if missing and not self.by_uid:
            raise No("Some of the messages are gone", code="EXPUNGEISSUED")


class UidFetch(Fetch):
    """UID FETCH: FETCH by UID; the UID is in every response. RFC 3501 section 6.4.8, RFC 9051 section 6.4.9."""

    name = "UID FETCH"
    by_uid = True
    expunges_allowed = True
