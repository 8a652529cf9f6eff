"""What happens to mailboxes themselves: the changes that no listener of a mailbox hears of (RFC 5465 section 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from coromail.model.acl import Acl

if TYPE_CHECKING:
    from coromail.model.account import Account
    from coromail.model.mailbox import Mailbox
    from coromail.model.model import Model


class Event(NamedTuple):
    """Something has happened in `account`; `by` is the model through which somebody did it, if it is known.

    `kind` is created, deleted, renamed, subscribed (or unsubscribed: see the subscriptions), rights or annotated.
    `path` is the name in the tree of the account, for subscriptions the name that its user gave, and the name from
    before when it was renamed. `entries` were annotated by `user`; `before` is the access control list as it was.
    """

    kind: str
    account: Account
    by: Model | None
    mailbox: Mailbox | None = None
    path: str = ""
    entries: tuple[str, ...] = ()
    before: Acl | None = None


class Events:
    """One for all models of a class."""

    def __init__(self) -> None:
        self.watchers: list[Callable[[Event], None]] = []

    def tell(self, event: Event) -> None:
        """Call all watchers; they only take notes."""
        for watcher in self.watchers:
            watcher(event)
