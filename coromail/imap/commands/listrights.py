"""LISTRIGHTS."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.rights import VIRTUAL, identifier, mailbox_word
from coromail.imap.state import State
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.model import acl


class ListRights(Command):
    """LISTRIGHTS: which rights somebody could be given. RFC 4314 section 3.4. None are tied together."""

    name = "LISTRIGHTS"
    state = State.LOGGED_IN
    capability = "ACL"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.space()
        self.written = args.astring()
        self.identifier = identifier(self.session, self.written)
        args.end()

    def run(self) -> None:
        mailbox = self.model.find(self.path, "a")
        required = acl.OWNERS if self.identifier == mailbox.account.user else acl.NONE
        optional = [right for right in acl.RIGHTS if right not in required]
        self.untagged(
            b"LISTRIGHTS %s %s %s %s"
            % (
                mailbox_word(self.session, mailbox),
                writer.astring(self.written),
                "".join(sorted(required)).encode() or b'""',
                " ".join([*optional, *VIRTUAL]).encode(),
            )
        )
