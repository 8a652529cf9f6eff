"""CREATE."""

from __future__ import annotations

from coromail.errors import No
from coromail.imap.command import Command
from coromail.imap.oldname import announce
from coromail.imap.special_use import assign, checked, use_attributes
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments

PARAMETERS = {"USE": use_attributes}


class Create(Command):
    """CREATE: a mailbox and those above it. RFC 3501 section 6.3.3, RFC 9051 section 6.3.4, RFC 6154 section 3."""

    name = "CREATE"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        self.supplied = args.supplied
        self.uses: list[str] = []
        if args.try_byte(b" "):
            self.uses = args.parameters(PARAMETERS, "CREATE parameter").get("USE", [])
        args.end()

    def run(self) -> None:
        uses = checked(self.uses)
        if uses and not self.model.owns(self.path):
            raise No("The mailboxes of others have their own uses", code="USEATTR")
        mailbox = self.model.create(self.path)
        if uses:
            assign(self.model, mailbox, uses)
        announce(self.session, self.supplied, self.model.name_of(mailbox))
        if "OBJECTID" not in self.session.off:
            self.ok(None, f"MAILBOXID ({mailbox.object_id})")
