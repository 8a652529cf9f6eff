"""GETACL."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.rights import mailbox_word, shown
from coromail.imap.state import State
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.model import acl


class GetAcl(Command):
    """GETACL: who may do what with a mailbox. RFC 4314 section 3.3."""

    name = "GETACL"
    state = State.LOGGED_IN
    capability = "ACL"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.end()

    def run(self) -> None:
        mailbox = self.model.find(self.path, "a")
        pairs = [
            b" %s %s" % (writer.astring(identifier.encode()), shown(rights))
            for identifier, rights in acl.entries(mailbox).items()
        ]
        self.untagged(b"ACL %s%s" % (mailbox_word(self.session, mailbox), b"".join(pairs)))
