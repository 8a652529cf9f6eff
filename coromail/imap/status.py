"""STATUS items (RFC 9051 section 7.3.4) and the line they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coromail.imap.wire import writer
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.imap.session import Session

Item = Callable[["Session", Mailbox], bytes]


def _highestmodseq(session: Session, mailbox: Mailbox) -> bytes:
    """RFC 7162 section 3.1.7; whoever asks is a client that knows CONDSTORE."""
    session.use_condstore()
    return b"%d" % mailbox.highestmodseq if mailbox.keeps_modseqs else b"0"


ITEMS: dict[str, Item] = {
    "MESSAGES": lambda session, mailbox: b"%d" % mailbox.exists,
    "RECENT": lambda session, mailbox: b"%d" % mailbox.recent,
    "UNSEEN": lambda session, mailbox: b"%d" % mailbox.index.unseen,
    "DELETED": lambda session, mailbox: b"%d" % mailbox.index.deleted,
    "UIDNEXT": lambda session, mailbox: b"%d" % mailbox.uidnext,
    "UIDVALIDITY": lambda session, mailbox: b"%d" % mailbox.uidvalidity,
    "SIZE": lambda session, mailbox: b"%d" % sum(mailbox.sizes(mailbox.index.uids)),
    "HIGHESTMODSEQ": _highestmodseq,
}


def status_line(session: Session, mailbox: Mailbox, items: Sequence[str]) -> bytes:
    """`STATUS name (item value ...)`, items in the order asked for."""
    values = b" ".join(item.encode("ascii") + b" " + ITEMS[item](session, mailbox) for item in items)
    return b"STATUS %s (%s)" % (writer.mailbox_name(mailbox.full_path, session.utf8), values)
