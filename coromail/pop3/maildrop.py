"""A maildrop: INBOX as it was at login, numbered, with marks (RFC 1939 sections 4 to 6)."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator

from coromail.errors import Err, Expunged, Unavailable
from coromail.message.surrogate import is_internationalized, surrogate
from coromail.model.listener import Listener
from coromail.model.mailbox import Mailbox
from coromail.pop3 import wire
from coromail.pop3_policy import Pop3Policy

DAY = 24 * 3600
ATTEMPTS = 10


class Maildrop(Listener):
    """A snapshot: message `index + 1` is `uids[index]`, whatever others do to the mailbox meanwhile.

    `octets` and `count` tell the size of the maildrop without the marked messages. Marks become deletions in
    `update` only; `close` forgets them.
    """

    __slots__ = (
        "_retrieved",
        "_unique_ids",
        "count",
        "mailbox",
        "marks",
        "octets",
        "policy",
        "sizes",
        "uids",
    )

    def __init__(self, mailbox: Mailbox, policy: Pop3Policy) -> None:
        self.mailbox = mailbox
        self.policy = policy
        self.marks: set[int] = set()
        self._retrieved: set[int] = set()
        self._unique_ids: list[str] | None = None
        mailbox.listeners.append(self)
        try:
            mailbox.selected_by(self, mailbox.read_only)
            mailbox.poll()
            mailbox.bring()
            self._number()
        except BaseException:
            self.close()
            raise
        self.count = len(self.uids)
        self.octets = sum(self.sizes)

    def _number(self) -> None:
        """Take UIDs and sizes down. A store may wait for sizes, and messages may go meanwhile."""
        mailbox, flag = self.mailbox, self.policy.deleted_flag
        for _ in range(ATTEMPTS):
            self.uids = array("I", mailbox.pop3_uids())
            if flag is not None:
                self.uids = array("I", [uid for uid in self.uids if not mailbox.flags_of(uid).has(flag)])
            try:
                self.sizes = list(mailbox.sizes(self.uids))
            except (Expunged, KeyError):
                continue
            return
        raise Unavailable("Messages go too fast to be counted")

    def close(self) -> None:
        """Leave the mailbox; nothing is deleted. May be called more than once."""
        if self in self.mailbox.listeners:
            self.mailbox.listeners.remove(self)
            self.mailbox.closed_by(self)

    # Message numbers

    def index(self, argument: bytes) -> int:
        """Where the message of that number stands, from 0.

        Raises Bad for what is no number, Err for a message that is not there or is marked as deleted.
        """
        index = wire.number(argument) - 1
        if not 0 <= index < len(self.uids):
            raise Err("There is no such message")
        if index in self.marks:
            raise Err("This message is marked as deleted")
        return index

    def _listed(self) -> Iterator[int]:
        return (index for index in range(len(self.uids)) if index not in self.marks)

    # What the commands ask

    def scan_listing(self) -> bytes:
        """The lines of LIST: number and size (RFC 1939 section 5)."""
        sizes = self.sizes
        if self.marks:
            return wire.listing(f"{index + 1} {sizes[index]}" for index in self._listed())
        return wire.listing([f"{number} {size}" for number, size in enumerate(sizes, 1)])

    def unique_id_listing(self) -> bytes:
        """The lines of UIDL: number and unique-id (RFC 1939 section 7)."""
        ids = self._ids()
        if self.marks:
            return wire.listing(f"{index + 1} {ids[index]}" for index in self._listed())
        return wire.listing([f"{number} {unique_id}" for number, unique_id in enumerate(ids, 1)])

    def unique_id(self, index: int) -> str:
        """The unique-id of one message."""
        return self._ids()[index]

    def _ids(self) -> list[str]:
        if self._unique_ids is None:
            self._unique_ids = list(self.mailbox.pop3_uidls(self.uids))
        return self._unique_ids

    def message(self, index: int, utf8: bool) -> bytes:
        """The octets of a message as they are sent, before byte-stuffing. Raises Err when they are gone.

        Without `utf8` an internationalized message is sent as a surrogate (RFC 6856 section 2.1). Its size
        differs from what LIST says; RFC 6858 section 4 permits that.
        """
        try:
            octets = self.mailbox.message(self.uids[index]).octets()
        except (KeyError, Expunged):
            raise Err("Somebody else has removed this message") from None
        if not utf8 and is_internationalized(octets):
            octets = surrogate(octets)
        workarounds = self.policy.workarounds
        if workarounds:
            if "outlook-no-nuls" in workarounds:
                octets = octets.replace(b"\0", b"\x80")
            if "oe-ns-eoh" in workarounds and b"\r\n\r\n" not in octets and not octets.startswith(b"\r\n"):
                octets = octets.removesuffix(b"\r\n") + b"\r\n\r\n"
        return octets

    def retrieved(self, index: int) -> None:
        """Note that the client has all of a message (EXPIRE 0 of RFC 2449 section 6.7)."""
        self._retrieved.add(index)

    # Marks

    def mark(self, index: int) -> None:
        """DELE: the message is as good as gone, until `reset`."""
        if self.mailbox.read_only:
            raise Err("This maildrop cannot be changed", "SYS/PERM")
        self.marks.add(index)
        self.count -= 1
        self.octets -= self.sizes[index]

    def reset(self) -> None:
        """RSET: no message is marked."""
        self.marks.clear()
        self.count = len(self.uids)
        self.octets = sum(self.sizes)

    def update(self) -> None:
        """Remove what is marked, and what the site does not keep (RFC 1939 section 6). Durable on return.

        Raises:
            Unavailable: some messages are still there; nothing else was removed.
        """
        marked = {self.uids[index] for index in self.marks}
        expired = set() if self.mailbox.read_only else self._expired()
        flag = self.policy.deleted_flag
        if flag is not None and marked:
            self.mailbox.store(sorted(marked), "+", [flag], by=self)
            marked = set()
        self._remove(marked | expired)

    def _remove(self, uids: set[int]) -> None:
        if uids:
            self.mailbox.expunge(uids, by=self)
            if any(map(self.mailbox.has_uid, uids)):
                raise Unavailable("Some messages were not removed")

    def _expired(self) -> set[int]:
        days = self.policy.expire
        if days is None:
            return set()
        if days == 0:
            return {self.uids[index] for index in self._retrieved}
        oldest = time.time() - days * DAY
        here = [uid for uid in self.uids if self.mailbox.has_uid(uid)]
        old = [uid for uid, date in zip(here, self.mailbox.internaldates(here), strict=True) if date < oldest]
        # An old message that was filed here lately stays as long as a new one.
        return {uid for uid in old if self.mailbox.message(uid).savedate < oldest}
