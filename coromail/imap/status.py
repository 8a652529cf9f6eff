"""STATUS items (RFC 9051 section 7.3.4) and the line they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coromail.errors import Bad
from coromail.imap.rights import mailbox_word
from coromail.imap.wire.arguments import Arguments
from coromail.model.contents import Status
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.imap.session import Session

Item = Callable[["Session", Mailbox, Status], bytes]


def _highestmodseq(session: Session, mailbox: Mailbox, status: Status) -> bytes:
    """RFC 7162 section 3.1.7; whoever asks is a client that knows CONDSTORE."""
    session.use_condstore()
    return b"%d" % status.highestmodseq if mailbox.keeps_modseqs else b"0"


def _recent(session: Session, mailbox: Mailbox, status: Status) -> bytes:
    """RFC 3501 section 6.3.10; in the selected mailbox also those that are \\Recent in this session."""
    return b"%d" % (status.recent + (session.view.recents_claimed() if session.selected is mailbox else 0))


def _appendlimit(session: Session, mailbox: Mailbox, status: Status) -> bytes:
    """RFC 7889 section 3: one limit for all mailboxes."""
    return b"%d" % session.host.limits.append


def _deleted_storage(session: Session, mailbox: Mailbox, status: Status) -> bytes:
    """What EXPUNGE would free (RFC 9208 section 4.1.4)."""
    return b"%d" % (sum(mailbox.sizes(list(mailbox.index.deleted_uids()))) if status.deleted else 0)


ITEMS: dict[str, Item] = {
    "MESSAGES": lambda session, mailbox, status: b"%d" % status.messages,
    "RECENT": _recent,
    "UNSEEN": lambda session, mailbox, status: b"%d" % status.unseen,
    "DELETED": lambda session, mailbox, status: b"%d" % status.deleted,
    "UIDNEXT": lambda session, mailbox, status: b"%d" % status.uidnext,
    "UIDVALIDITY": lambda session, mailbox, status: b"%d" % mailbox.uidvalidity,
    "SIZE": lambda session, mailbox, status: b"%d" % (status.octets or 0),
    "MAILBOXID": lambda session, mailbox, status: b"(%s)" % mailbox.object_id.encode(),
    "APPENDLIMIT": _appendlimit,
    "DELETED-STORAGE": _deleted_storage,
    "HIGHESTMODSEQ": _highestmodseq,
}


def parse_items(args: Arguments) -> list[str]:
    """The parenthesised list of status-att."""
    items = args.parenthesised(lambda: args.known("STATUS item", args.keyword()))
    for item in items:
        if item not in ITEMS:
            raise Bad("Unknown STATUS item")
    if not items:
        raise Bad("STATUS takes at least one item")
    return list(dict.fromkeys(items))


def status_line(session: Session, mailbox: Mailbox, items: Sequence[str]) -> bytes:
    """`STATUS name (item value ...)`."""
    return b"STATUS %s %s" % (mailbox_word(session, mailbox), status_values(session, mailbox, items))


def status_values(session: Session, mailbox: Mailbox, items: Sequence[str]) -> bytes:
    """`(item value ...)`, items in the order asked for."""
    status = mailbox.status(with_octets="SIZE" in items)
    return b"(%s)" % b" ".join(
        [b"%s %s" % (item.encode("ascii"), ITEMS[item](session, mailbox, status)) for item in items]
    )
