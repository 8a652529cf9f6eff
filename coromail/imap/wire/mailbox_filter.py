"""Which mailboxes are meant, in NOTIFY and ESEARCH: filter-mailboxes (RFC 5465 section 8, RFC 7377 section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments

MAX_NAMES = 1_000
WITHOUT_NAMES = frozenset(("SELECTED", "SELECTED-DELAYED", "INBOXES", "PERSONAL", "SUBSCRIBED"))
WITH_NAMES = frozenset(("SUBTREE", "SUBTREE-ONE", "MAILBOXES"))


@dataclass(frozen=True, slots=True)
class MailboxFilter:
    """One of WITHOUT_NAMES, or one of WITH_NAMES and the mailboxes that it begins with."""

    kind: str
    names: tuple[str, ...] = ()


def parse_mailbox_filter(args: Arguments) -> MailboxFilter:
    """Raises Bad for an unknown kind and for more than MAX_NAMES mailboxes."""
    kind = args.keyword()
    if kind in WITHOUT_NAMES:
        return MailboxFilter(kind)
    if kind not in WITH_NAMES:
        raise Bad("unknown mailbox specifier")
    args.space()
    names = args.parenthesised(args.mailbox) if args.peek() == b"(" else [args.mailbox()]
    if not 1 <= len(names) <= MAX_NAMES:
        raise Bad(f"1 to {MAX_NAMES} mailboxes expected")
    return MailboxFilter(kind, tuple(names))
