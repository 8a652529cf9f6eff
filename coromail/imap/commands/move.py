"""MOVE and UID MOVE."""

from __future__ import annotations

from coromail.errors import No
from coromail.imap.commands.copy import Copy
from coromail.imap.message_limit import cut, make_way
from coromail.imap.storing import copyuid, destination, move


class Move(Copy):
    """MOVE: take messages to another mailbox, all or none. RFC 6851 section 3.1, RFC 9051 section 6.4.8."""

    name = "MOVE"
    writes = True
    needs = "te"
    capability = "MOVE"

    def run(self) -> None:
        view = self.view
        target = destination(self.model, self.path)
        uids = view.uids_of(cut(self, self.session.resolve(self.numbers, self.by_uid)))
        if not self.by_uid and any(not view.mailbox.has_uid(uid) for uid in uids):
            make_way(self)
            raise No("Some of the messages are gone", code="EXPUNGEISSUED")
        pairs = move(self.model, view, uids, target)
        code = copyuid(self.model, target, pairs)
        if code:
            self.untagged_ok(code, "Moved")


class UidMove(Move):
    """UID MOVE: MOVE by UID. RFC 6851 section 3.2, RFC 9051 section 6.4.9."""

    name = "UID MOVE"
    by_uid = True
