"""STATUS items (RFC 9051 section 7.3.4) and the line they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coromail.imap.wire import writer
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.imap.session import Session

ITEMS: dict[str, Callable[[Mailbox], bytes]] = {
    "MESSAGES": lambda mailbox: b"%d" % mailbox.exists,
    "RECENT": lambda mailbox: b"%d" % mailbox.recent,
    "UNSEEN": lambda mailbox: b"%d" % mailbox.index.unseen,
    "DELETED": lambda mailbox: b"%d" % mailbox.index.deleted,
    "UIDNEXT": lambda mailbox: b"%d" % mailbox.uidnext,
    "UIDVALIDITY": lambda mailbox: b"%d" % mailbox.uidvalidity,
    "SIZE": lambda mailbox: b"%d" % sum(mailbox.sizes(mailbox.index.uids)),
    "HIGHESTMODSEQ": lambda mailbox: b"%d" % mailbox.highestmodseq,
}


def status_line(session: Session, mailbox: Mailbox, items: Sequence[str]) -> bytes:
    """`STATUS name (item value ...)`, items in the order asked for."""
    values = b" ".join(item.encode("ascii") + b" " + ITEMS[item](mailbox) for item in items)
    return b"STATUS %s (%s)" % (writer.mailbox_name(mailbox.full_path, session.utf8), values)
