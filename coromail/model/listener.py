"""Who wants to hear what happens in a mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from coromail.model.flags import Flags


class Before(NamedTuple):
    """The flags of a message before a change, and the modification sequence they had."""

    flags: Flags
    modseq: int


class Listener:
    """Told of changes at the moment they happen; must only take notes: no waiting, no writing.

    `by` is the listener on whose behalf the change was made, or None. UIDs are ascending.
    """

    __slots__ = ()

    def added(self, uids: Sequence[int], by: Listener | None) -> None:
        """New messages are at the end of the mailbox."""

    def flagged(self, uids: Sequence[int], before: Sequence[Before], by: Listener | None) -> None:
        """Flags of these messages changed; `before` has what each of them was."""

    def expunged(self, uids: Sequence[int], by: Listener | None) -> None:
        """These messages are gone."""

    def renamed(self) -> None:
        """The mailbox has another name now."""

    def rights_changed(self) -> None:
        """Who may do what with the mailbox has changed."""

    def keys_changed(self) -> None:
        """URLs that were made of the mailbox hold no longer (RFC 4467)."""

    def deleted(self) -> None:
        """The mailbox itself is gone."""
