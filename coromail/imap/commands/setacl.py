"""SETACL and DELETEACL."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.rights import identifier, parse_rights
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments
from coromail.model import acl


class SetAcl(Command):
    """SETACL: give rights to somebody, or take them. RFC 4314 section 3.1."""

    name = "SETACL"
    state = State.LOGGED_IN
    capability = "ACL"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.space()
        self.identifier = identifier(self.session, args.astring())
        args.space()
        try:
            text = args.astring().decode("ascii")
        except UnicodeDecodeError:
            raise Bad("There is no such right") from None
        self.operation = text[:1] if text[:1] in ("+", "-") else ""
        self.rights = parse_rights(text.removeprefix(self.operation))
        args.end()

    def run(self) -> None:
        mailbox = self.model.find(self.path, "a")
        entries = acl.entries(mailbox)
        before = entries.get(self.identifier, acl.NONE)
        if self.operation == "+":
            rights = before | self.rights
        elif self.operation == "-":
            rights = before - self.rights
        else:
            rights = self.rights
        self.model.set_acl(mailbox, {**entries, self.identifier: rights})


class DeleteAcl(Command):
    """DELETEACL: take somebody off the list. RFC 4314 section 3.2."""

    name = "DELETEACL"
    state = State.LOGGED_IN
    capability = "ACL"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.space()
        self.identifier = identifier(self.session, args.astring())
        args.end()

    def run(self) -> None:
        mailbox = self.model.find(self.path, "a")
        entries = acl.entries(mailbox)
        if self.identifier == mailbox.account.user:
            entries[self.identifier] = acl.OWNERS
        else:
            entries.pop(self.identifier, None)
        self.model.set_acl(mailbox, entries)
