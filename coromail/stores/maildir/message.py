"""A message of a Maildir: made when somebody asks for it, holding nothing but its UID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.model.message import Message

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox


class MaildirMessage(Message):
    """What the mailbox knows about one UID, as a message."""

    __slots__ = ("_home",)

    near = True  # one file to read

    def __init__(
        self, home: MaildirMailbox, uid: int
    ) -> None:  # the base's attributes are all looked up instead
        self._home = self.mailbox = home
        self.uid = uid

    def octets(self) -> bytes:
        """The whole message, line ends CRLF. May wait. Raises Expunged when it is gone."""
        return self._home.read(self.uid)

    @property
    def size(self) -> int:
        """RFC822.SIZE: exactly `len(self.octets())`."""
        return self._home.size_of(self.uid)

    @property
    def internaldate(self) -> int:  # type: ignore[override]
        """Seconds since 1970, from APPEND or from the file."""
        return self._home.internaldate_of(self.uid)

    @property
    def savedate(self) -> int:  # type: ignore[override]
        """When the message came into this mailbox, in seconds since 1970 (RFC 8514)."""
        return self._home.savedate_of(self.uid)
