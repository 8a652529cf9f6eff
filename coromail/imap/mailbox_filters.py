"""The mailboxes that a filter of NOTIFY or ESEARCH means (RFC 5465 section 6, RFC 7377 section 2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coromail.imap.wire.mailbox_filter import MailboxFilter
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model


def mailboxes_of(model: Model, filters: Iterable[MailboxFilter]) -> list[Mailbox]:
    """The selectable mailboxes, each once, but for SELECTED, which is the session's to know.

    What the user may not read, or not even see where it is not named, is left out without a word.
    """
    found: dict[int, Mailbox] = {}
    for wanted in filters:
        rights = "r" if wanted.kind == "MAILBOXES" else "lr"
        for mailbox in _meant(model, wanted):
            if mailbox.is_selectable and model.rights(mailbox).issuperset(rights):
                found.setdefault(id(mailbox), mailbox)
    return list(found.values())


def _meant(model: Model, wanted: MailboxFilter) -> Iterator[Mailbox]:
    if wanted.kind in ("PERSONAL", "INBOXES"):  # delivery may go to all of them
        yield from model.mailboxes()
        return
    names = sorted(model.subscriptions) if wanted.kind == "SUBSCRIBED" else wanted.names
    for name in names:
        mailbox = model.lookup(name)
        if mailbox is None:
            continue
        yield mailbox
        if wanted.kind.startswith("SUBTREE"):
            mailbox.update_tree()
            yield from mailbox.walk() if wanted.kind == "SUBTREE" else list(mailbox.children.values())
