"""What all sessions of one user share: the mailbox tree and the subscriptions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from coromail.context import Context
from coromail.errors import NotPossible
from coromail.model import quota
from coromail.model.properties import Properties

if TYPE_CHECKING:
    from coromail.model.events import Events
    from coromail.model.mailbox import Mailbox


TASKS = ("check", "repair", "reindex")


class Step(NamedTuple):
    """How far a task has come: messages of a mailbox done, and in all; `text` says what was found or mended."""

    mailbox: str
    done: int
    total: int
    text: str = ""


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
        self.events: Events | None = None  # what happens to mailboxes, of all users (RFC 5465 section 5)
        self.limits: dict[
            str, int
        ] = {}  # in octets and numbers, by the name of the resource (RFC 9208 section 5)
        self._last_uidvalidity = 0
        self.root: Mailbox

    def set_subscribed(self, path: str, subscribed: bool) -> None:
        """Subscribe to a name or unsubscribe; a store makes it durable first. Names need not exist."""
        if subscribed:
            self.subscriptions.add(path)
        else:
            self.subscriptions.discard(path)

    def usage(self) -> dict[str, int]:
        """What is used of each resource that is limited, in octets and numbers."""
        used: dict[str, int] = {}
        mailboxes = [mailbox for mailbox in self.root.walk() if mailbox.is_selectable] if self.limits else []
        if "STORAGE" in self.limits:
            used["STORAGE"] = sum(mailbox.status(with_octets=True).octets or 0 for mailbox in mailboxes)
        if "MESSAGE" in self.limits:
            used["MESSAGE"] = sum(mailbox.status().messages for mailbox in mailboxes)
        if "MAILBOX" in self.limits:
            used["MAILBOX"] = len(mailboxes)
        return used

    def need_room(self, **more: int) -> None:
        """Raise OverQuota when so much more (`STORAGE` in octets, `MESSAGE`, `MAILBOX`) is not allowed."""
        if self.limits:
            quota.refuse_beyond(self.limits, self.usage(), more)

    def next_uidvalidity(self) -> int:
        """A UIDVALIDITY that no mailbox of this account ever had (RFC 9051 section 2.3.1.1)."""
        self._last_uidvalidity = max(self._last_uidvalidity + 1, int(time.time()))
        return self._last_uidvalidity

    def released(self) -> bool:
        """The last model was closed. True drops the account from memory; what is only there stays."""
        return False

    def examine(self, task: str) -> Iterator[Step]:
        """Look at everything that is stored: `check` only tells, `repair` mends, `reindex` also works out again what
        can be. For stores; may wait. Raises NotPossible where there is nothing to examine."""
        raise NotPossible("This store cannot be examined")

    def close(self) -> None:
        """The server stops: a store finishes what waits. May wait."""
