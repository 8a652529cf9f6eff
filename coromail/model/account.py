"""What all sessions of one user share: the mailbox tree and the subscriptions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from coromail.context import Context
from coromail.model.properties import Properties

if TYPE_CHECKING:
    from coromail.model.mailbox import Mailbox


class Account(Properties):
    """One for each user who is (or was) logged in. `root` is the nameless top of the tree.

    News travels only through shared objects, so every `Model` of a user has the same account. `models` counts
    those that are open.
    """

    def __init__(self, user: str, context: Context) -> None:
        super().__init__()
        self.user = user
        self.context = context
        self.models = 0
        self.subscriptions: set[str] = set()
        self._last_uidvalidity = 0
        self.root: Mailbox

    def set_subscribed(self, path: str, subscribed: bool) -> None:
        """Subscribe to a name or unsubscribe; a store makes it durable first. Names need not exist."""
        if subscribed:
            self.subscriptions.add(path)
        else:
            self.subscriptions.discard(path)

    def next_uidvalidity(self) -> int:
        """A UIDVALIDITY that no mailbox of this account ever had (RFC 9051 section 2.3.1.1)."""
        self._last_uidvalidity = max(self._last_uidvalidity + 1, int(time.time()))
        return self._last_uidvalidity

    def released(self) -> bool:
        """The last model was closed. True drops the account from memory; what is only there stays."""
        return False

    def close(self) -> None:
        """The server stops: a store finishes what waits. May wait."""
