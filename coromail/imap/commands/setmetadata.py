"""SETMETADATA."""

from __future__ import annotations

from coromail.errors import Bad, No
from coromail.imap import annotating, filters
from coromail.imap.command import Command
from coromail.imap.special_use import assign, checked
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments
from coromail.model.events import Event
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model

MAX_PAIRS = 100  # in one command


def annotated(model: Model, path: str) -> Mailbox | None:
    """The mailbox whose annotations a command names; None means the server (RFC 5464 section 4.1)."""
    if not path:
        return None
    mailbox = model.find(path)
    if not annotating.usable(model.rights(mailbox)):
        raise No("You may not use annotations here", code="NOPERM")
    return mailbox


class SetMetadata(Command):
    """SETMETADATA: set annotations, all or none; NIL removes one. RFC 5464 section 4.3."""

    name = "SETMETADATA"
    state = State.LOGGED_IN
    capability = "METADATA"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.space()
        self.changes = dict(args.parenthesised(lambda: self._pair(args)))
        if not 1 <= len(self.changes) <= MAX_PAIRS:
            raise Bad(f"1 to {MAX_PAIRS} entries expected")
        args.end()

    def _pair(self, args: Arguments) -> tuple[str, bytes | None]:
        entry = annotating.parse_entries(args)
        args.space()
        return entry, args.nstring8()

    def run(self) -> None:
        session = self.session
        mailbox = annotated(self.model, self.path)
        changes = dict(self.changes)
        annotating.check(session, mailbox, changes)
        for entry, value in changes.items():
            if mailbox is None and value is not None:
                filters.check(entry, value)
        uses = self._uses(mailbox, changes)
        holder = annotating.holder(session, mailbox)
        holder.set_properties(annotating.keyed(session, changes))
        if mailbox is not None and uses is not None:
            assign(self.model, mailbox, uses)
        holder.settle()
        model = self.model
        account = model.account if mailbox is None else mailbox.account
        entries = tuple(self.changes)
        model.events.tell(Event("annotated", account, model, mailbox, entries=entries))

    def _uses(self, mailbox: Mailbox | None, changes: annotating.Values) -> list[str] | None:
        """What the mailbox shall be for, if that is among the changes: it is no annotation (RFC 6154 section 4)."""
        if mailbox is None or annotating.SPECIAL_USE not in changes:
            return None
        if mailbox.account is not self.model.account:
            raise No("The mailboxes of others have their own uses", code="NOPERM")
        return checked((changes.pop(annotating.SPECIAL_USE) or b"").decode("ascii", "replace").split())
