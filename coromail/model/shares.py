"""Who shares mailboxes with whom, so that the mail of other users can be found without opening everybody's."""

from __future__ import annotations

from collections.abc import Iterable

from coromail.model.acl import ANYONE


class Shares:
    """Owner to the identifiers that some mailbox of the owner grants rights to. In memory; a store keeps it."""

    def __init__(self) -> None:
        self._grantees: dict[str, frozenset[str]] = {}

    def owners(self, user: str, groups: Iterable[str] = ()) -> list[str]:
        """Those who share something with `user`, or with one of the identifiers `groups`, in order."""
        wanted = {user, ANYONE, *groups}
        return sorted(owner for owner, names in self._grantees.items() if owner != user and names & wanted)

    def share(self, owner: str, identifiers: Iterable[str]) -> None:
        """Note all to whom `owner` grants something now. A store makes it durable."""
        granted = frozenset(identifiers)
        if granted:
            self._grantees[owner] = granted
        else:
            self._grantees.pop(owner, None)
