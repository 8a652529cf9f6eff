"""APPEND."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from coromail.errors import Bad, No
from coromail.imap.catenating import Piece, join, parse_pieces
from coromail.imap.command import Command
from coromail.imap.message_limit import refuse_saving
from coromail.imap.state import State
from coromail.imap.storing import appenduid, check_header, destination, permitted, settable
from coromail.imap.wire.arguments import Arguments
from coromail.message.binary import storable
from coromail.model.mailbox import Mailbox, NewMessage


class Draft(NamedTuple):
    """A message as APPEND describes it: its pieces, flags and internal date."""

    pieces: list[Piece]
    flags: list[str]
    date: datetime | None


class Append(Command):
    """APPEND: put messages into a mailbox, all or none. RFC 3501 section 6.3.11, RFC 9051 section 6.3.12, RFC 3502."""

    name = "APPEND"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        self.messages: list[Draft] = []
        while not args.at_end():
            self.messages.append(self._message(args))
        if not self.messages or (len(self.messages) > 1 and "MULTIAPPEND" in args.off):
            raise Bad("APPEND takes a message")

    def _message(self, args: Arguments) -> Draft:
        args.space()
        flags: list[str] = []
        date: datetime | None = None
        if args.peek() == b"(":
            flags = args.flag_list()
            args.space()
        if args.peek() == b'"':
            date = args.date_time()
            args.space()
        if "CATENATE" not in args.off and args.try_keyword("CATENATE"):
            args.space()
            return Draft(parse_pieces(args), flags, date)
        return Draft([args.append_data()], flags, date)

    def prepared(self, mailbox: Mailbox) -> list[NewMessage]:
        """The messages with those flags that may be set there. Raises No for one that cannot be kept."""
        return [self._prepared(mailbox, draft) for draft in self.messages]

    def _prepared(self, mailbox: Mailbox, draft: Draft) -> NewMessage:
        octets = storable(join(self.session, draft.pieces))
        if octets is None:
            raise No("NUL outside of the body of a part", code="UNKNOWN-CTE")
        if not octets:
            raise No("An empty message is not kept")
        check_header(self.session, octets)
        return NewMessage(octets, permitted(self.model, mailbox, settable(mailbox, draft.flags)), draft.date)

    def run(self) -> None:
        refuse_saving(self, len(self.messages))
        mailbox = destination(self.model, self.path)
        added = mailbox.append_all(self.prepared(mailbox), by=self.session.listener)
        self.ok("APPEND completed", appenduid(self.model, mailbox, (message.uid for message in added)))
