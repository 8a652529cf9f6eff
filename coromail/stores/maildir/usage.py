"""How much mail an account holds, kept as sums: asking costs what has changed since, not what is there."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount


class Usage:
    """Messages and octets of all mailboxes. `changed` has the numbers of those of which something was written down
    since they were counted; after a start these are all."""

    def __init__(self, account: MaildirAccount) -> None:
        self.changed: set[int] = set()
        self._account = account
        self._lock = account.context.make_lock()
        self._counted: dict[int, tuple[int, int]] = {}  # messages and octets by the number of the mailbox
        self._with_octets = False
        self._messages = self._octets = 0

    def of(self, resources: Container[str]) -> dict[str, int]:
        """What is used of these, by their names in RFC 9208 section 5. May wait: the first time for all sizes that
        are not known yet. Raises a storage error."""
        with self._lock:
            if "STORAGE" in resources and not self._with_octets:
                self._with_octets = True
                self.changed.update(self._counted)
            while self.changed:
                self._count(self.changed.pop())
        used = {"STORAGE": self._octets, "MESSAGE": self._messages, "MAILBOX": len(self._account.by_number)}
        return {name: value for name, value in used.items() if name in resources}

    def _count(self, number: int) -> None:
        mailbox = self._account.by_number.get(number)
        try:
            found = None if mailbox is None else mailbox.status(self._with_octets)
        except BaseException:
            self.changed.add(number)
            raise
        messages, octets = (0, 0) if found is None else (found.messages, found.octets or 0)
        old_messages, old_octets = self._counted.get(number, (0, 0))
        self._counted[number] = messages, octets
        self._messages += messages - old_messages
        self._octets += octets - old_octets
