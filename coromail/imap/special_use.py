"""What mailboxes are for: special-use attributes (RFC 6154, RFC 8457)."""

from __future__ import annotations

from collections.abc import Iterable

from coromail.errors import No
from coromail.imap.wire.arguments import Arguments
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model

# \All and \Flagged are views of other mailboxes, which there are not.
USES = ("\\Archive", "\\Drafts", "\\Important", "\\Junk", "\\Sent", "\\Trash")

_CANONICAL = {use.lower(): use for use in USES}


def use_attributes(args: Arguments) -> list[str]:
    """The value of USE: attributes in parentheses, perhaps none (RFC 6154 section 6)."""
    args.space()
    return args.flag_list()


def checked(names: Iterable[str]) -> list[str]:
    """The attributes as they are spelled, each once. Raises No for one that mailboxes cannot have here."""
    uses = dict.fromkeys(_CANONICAL.get(name.lower(), "") for name in names)
    if "" in uses:
        raise No("No mailbox can have this use", code="USEATTR")
    return list(uses)


def assign(model: Model, mailbox: Mailbox, uses: list[str]) -> None:
    """Give a mailbox these uses and take them from others: each is that of one mailbox."""
    for other in model.mailboxes():
        before = (other.special_use or "").split()
        kept = [use for use in before if use not in uses]
        if other is not mailbox and kept != before:
            other.special_use = " ".join(kept) or None
    mailbox.special_use = " ".join(uses) or None
    mailbox.settle()
