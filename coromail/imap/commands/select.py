"""SELECT."""

from __future__ import annotations

from coromail.imap.command import Command
from coromail.imap.news import flags_lines
from coromail.imap.state import State
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments


class Select(Command):
    """SELECT: open a mailbox; the one open before is left first. RFC 3501 section 6.3.1, RFC 9051 section 6.3.2."""

    name = "SELECT"
    state = State.LOGGED_IN
    poll_after = False
    read_only = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        args.end()

    def run(self) -> None:
        session = self.session
        if session.selected is not None:
            session.deselect()
            self.untagged_ok("CLOSED", "The mailbox that was open is closed")
        mailbox = self.model.select(self.path)
        mailbox.poll()
        view = session.select(mailbox, self.read_only)
        for line in flags_lines(view):
            session.write(line)
        self.untagged(b"%d EXISTS" % view.known)
        if session.rev2:
            name = writer.mailbox_name(mailbox.full_path, session.utf8)
            separator = writer.quoted((mailbox.separator or "").encode()) if mailbox.separator else b"NIL"
            self.untagged(b"LIST () %s %s" % (separator, name))
        else:
            self.untagged(b"%d RECENT" % len(view.recent or ()))
            unseen = mailbox.index.first_unseen()
            if unseen >= 0:
                self.untagged_ok(f"UNSEEN {unseen + 1}", "The first message not seen")
        self.untagged_ok(f"UIDVALIDITY {mailbox.uidvalidity}", "UIDs are valid")
        self.untagged_ok(f"UIDNEXT {mailbox.uidnext}", "The next UID")
        self.untagged_ok(f"HIGHESTMODSEQ {mailbox.highestmodseq}", "The last change")
        self.ok(f"{self.name} completed", "READ-ONLY" if view.read_only else "READ-WRITE")
