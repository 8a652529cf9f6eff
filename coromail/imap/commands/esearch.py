"""ESEARCH."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.contexts import following
from coromail.imap.mailbox_filters import mailboxes_of
from coromail.imap.search_answers import answer, saving
from coromail.imap.searching import find
from coromail.imap.state import State
from coromail.imap.view import View
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.mailbox_filter import MailboxFilter, parse_mailbox_filter
from coromail.imap.wire.search_key import parse_program
from coromail.model.mailbox import Mailbox

SELECTED = MailboxFilter("SELECTED")


class Esearch(Command):
    """ESEARCH: which messages match, in several mailboxes. RFC 7377 section 2."""

    name = "ESEARCH"
    state = State.LOGGED_IN
    capability = "MULTISEARCH"
    expunges_allowed = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.sources = [SELECTED]
        if args.try_keyword("IN"):
            args.space()
            self.sources = args.parenthesised(lambda: parse_mailbox_filter(args))
            args.space()
        self.program = parse_program(args)
        args.end()
        if not self.sources or any(source.kind == "SELECTED-DELAYED" for source in self.sources):
            raise Bad("Unknown source of messages")

    def validate(self) -> None:
        options = self.program.return_options or {}
        if SELECTED in self.sources and self.session.selected is None:
            raise Bad("No mailbox is selected")
        if "SAVE" in options and set(self.sources) != {SELECTED}:
            raise Bad("SAVE is for the selected mailbox alone")
        if "UPDATE" in options and self.session.selected is None:
            raise Bad("UPDATE is for the selected mailbox")

    def run(self) -> None:
        selected = self.session.selected
        mailboxes = mailboxes_of(self.model, self.sources)
        if selected is not None and SELECTED in self.sources:
            mailboxes = [selected, *(mailbox for mailbox in mailboxes if mailbox is not selected)]
        for mailbox in mailboxes:
            with self._view_of(mailbox) as view:
                self._search(mailbox, view)
            self.host.breathe()

    @contextmanager
    def _view_of(self, mailbox: Mailbox) -> Iterator[View]:
        """The client's view of its selected mailbox, for a moment one of any other."""
        if mailbox is self.session.selected:
            yield self.view
            return
        mailbox.poll()
        mailbox.bring()
        view = View(mailbox, read_only=True)
        try:
            yield view
        finally:
            view.close()

    def _search(self, mailbox: Mailbox, view: View) -> None:
        options = self.program.return_options

        def correlators() -> bytes:
            name = writer.mailbox_name(self.model.name_of(mailbox), self.session.utf8)
            return b" MAILBOX %s UIDVALIDITY %d" % (name, mailbox.uidvalidity)

        followed = (
            following(self, self.program, mailbox=correlators)
            if mailbox is self.session.selected  # UPDATE applies to no other (section 2.2)
            else nullcontext(lambda _: None)
        )
        with saving(view, options), followed as follow:
            found = find(self.session, self.program, view=view)
            follow(found.uids)
            if found.uids:
                answer(self, b"ESEARCH", options, found, True, correlators())
            elif options and "SAVE" in options:
                view.saved = array("I")
