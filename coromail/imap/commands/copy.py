"""COPY and UID COPY."""

from __future__ import annotations

from coromail.errors import No
from coromail.imap.command import Command
from coromail.imap.message_limit import refuse_saving
from coromail.imap.state import State
from coromail.imap.storing import copy, copyuid, destination
from coromail.imap.wire.arguments import Arguments


class Copy(Command):
    """COPY: copy messages, all or none. RFC 3501 section 6.4.7, RFC 9051 section 6.4.7."""

    name = "COPY"
    state = State.SELECTED
    by_uid = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.numbers = args.sequence_set()
        args.space()
        self.path = args.mailbox()
        args.end()

    def run(self) -> None:
        view = self.view
        target = destination(self.model, self.path)
        spans = self.session.resolve(self.numbers, self.by_uid)
        refuse_saving(self, sum(last - first for first, last in spans), spans)
        uids = view.uids_of(spans)
        if not self.by_uid and any(not view.mailbox.has_uid(uid) for uid in uids):
            raise No("Some of the messages are gone", code="EXPUNGEISSUED")
        pairs = copy(self.model, view, uids, target)
        self.ok(f"{self.name} completed", copyuid(self.model, target, pairs))


class UidCopy(Copy):
    """UID COPY: COPY by UID. RFC 3501 section 6.4.8, RFC 9051 section 6.4.9."""

    name = "UID COPY"
    by_uid = True
