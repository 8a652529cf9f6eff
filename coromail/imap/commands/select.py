"""SELECT."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.fetching import Plan
from coromail.imap.listing import Listing, Options
from coromail.imap.news import flags_lines
from coromail.imap.resync import changed_since, matched_uid, vanished_line
from coromail.imap.state import State
from coromail.imap.view import View
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.fetch_item import FetchItem
from coromail.imap.wire.select_parameters import QResync, parse_parameters
from coromail.imap.wire.sequence_set import SequenceSet

ALL = SequenceSet(((1, None),))


class Select(Command):
    """SELECT: open a mailbox; the one open before is left first. RFC 3501 section 6.3.1, RFC 9051 section 6.3.2.

    With CONDSTORE, or with QRESYNC what the client missed is told at once: RFC 7162 sections 3.1.8 and 3.2.5.
    """

    name = "SELECT"
    state = State.LOGGED_IN
    poll_after = False
    read_only = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.path = args.mailbox()
        self.supplied = args.supplied
        self.parameters = parse_parameters(args)
        args.end()

    def validate(self) -> None:
        qresync = self.parameters.get("QRESYNC")
        if not isinstance(qresync, QResync):
            return
        if "QRESYNC" not in self.session.enabled:
            raise Bad("QRESYNC was not enabled")
        if self.session.uidonly and qresync.match_numbers is not None:
            raise Bad("Message numbers are switched off", code="UIDREQUIRED")

    def run(self) -> None:
        session = self.session
        if session.selected is not None:
            session.deselect()
            self.untagged_ok("CLOSED", "The mailbox that was open is closed")
        if "CONDSTORE" in self.parameters:
            session.use_condstore()
        mailbox = self.model.select(self.path)
        mailbox.poll()
        mailbox.bring()
        view = session.select(mailbox, self.read_only)
        session.write_lines(self._lines(view))
        qresync = self.parameters.get("QRESYNC")
        if isinstance(qresync, QResync) and qresync.uidvalidity == mailbox.uidvalidity:
            self._resync(view, qresync)
        self.ok(f"{self.name} completed", "READ-ONLY" if view.read_only else "READ-WRITE")

    def _lines(self, view: View) -> list[bytes]:
        mailbox, session = view.mailbox, self.session
        lines = flags_lines(session, view)
        lines.append(b"* %d EXISTS\r\n" % view.known)
        if session.rev2:
            lines.append(Listing(session, Options()).named(mailbox, self.supplied))
        else:
            lines.append(b"* %d RECENT\r\n" % view.recents)
        unseen = mailbox.index.first_unseen()
        if unseen >= 0 and not session.rev2 and not session.uidonly:
            lines.append(session.noted(f"UNSEEN {unseen + 1}", "The first message not seen"))
        lines.append(session.noted(f"UIDVALIDITY {mailbox.uidvalidity}", "UIDs are valid"))
        lines.append(session.noted(f"UIDNEXT {mailbox.uidnext}", "The next UID"))
        if session.host.urlauth is not None and "URLAUTH" not in session.off:
            lines.append(session.noted("URLMECH INTERNAL", "URLs can be made"))
        lines.append(session.noted(f"MAILBOXID ({mailbox.object_id})", "The identifier"))
        if mailbox.keeps_modseqs:
            lines.append(session.noted(f"HIGHESTMODSEQ {view.modseq_told}", "The last change"))
        else:
            lines.append(session.noted("NOMODSEQ", "No modification sequences are kept"))
        return lines

    def _resync(self, view: View, qresync: QResync) -> None:
        if not view.mailbox.keeps_modseqs:
            return
        gone = vanished_line(view, qresync.uids, qresync.modseq, matched_uid(view, qresync))
        if gone:
            self.session.write(gone)
        spans = changed_since(view, view.spans(qresync.uids or ALL, by_uid=True), qresync.modseq)
        items = [FetchItem("FLAGS", b"FLAGS"), FetchItem("MODSEQ", b"MODSEQ")]
        Plan(self.session, items, with_uid=True).run(spans)
