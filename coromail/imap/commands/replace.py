"""REPLACE and UID REPLACE."""

from __future__ import annotations

from coromail.errors import Bad, Expunged, No
from coromail.imap.commands.append import Append
from coromail.imap.state import State
from coromail.imap.storing import appenduid, destination
from coromail.imap.wire.arguments import Arguments


class Replace(Append):
    """REPLACE: APPEND of a new version and removal of the old one, in one step. RFC 8508 section 3.2."""

    name = "REPLACE"
    state = State.SELECTED
    writes = True
    needs = "te"
    by_uid = False
    expunges_allowed = True
    capability = "REPLACE"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.number = args.sequence_set()
        ranges = self.number.ranges
        if self.number.saved or len(ranges) != 1 or ranges[0][0] != ranges[0][1]:
            raise Bad("one message expected")
        args.space()
        self.path = args.mailbox()
        self.messages = [self._message(args)]
        args.end()

    def run(self) -> None:
        view = self.view
        uids = view.uids_of(self.session.resolve(self.number, self.by_uid))
        if not uids:
            raise No("There is no such message")
        target = destination(self.model, self.path)
        (new,) = self.prepared(target)
        if not view.mailbox.has_uid(uids[0]):
            raise Expunged("The message is gone")
        added = view.mailbox.replace(uids[0], new, target, by=view)
        code = appenduid(self.model, target, [added.uid])
        if code:
            self.untagged_ok(code, "The replacement is there")


class UidReplace(Replace):
    """UID REPLACE: REPLACE by UID. RFC 8508 section 3.3."""

    name = "UID REPLACE"
    by_uid = True
