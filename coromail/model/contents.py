"""The messages of a mailbox, as far as they are read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.errors import Expunged
from coromail.message.summary import NOTHING, Summary
from coromail.model.flags import Flags
from coromail.model.index import Index
from coromail.model.node import Node
from coromail.model.object_ids import email_id, mailbox_id, thread_id
from coromail.model.prepared import Prepared

if TYPE_CHECKING:
    from coromail.model.account import Account
    from coromail.model.mailbox import Mailbox
    from coromail.model.message import Message

ATTEMPTS = 10


class Status(NamedTuple):
    """What STATUS tells of a mailbox (RFC 9051 section 7.3.4); `octets` is None when nobody asked for it."""

    messages: int
    recent: int
    unseen: int
    deleted: int
    uidnext: int
    highestmodseq: int
    octets: int | None


class Contents(Node):
    """What is in a mailbox: the part of `Mailbox` that answers and changes nothing.

    What is asked of many messages at once takes UIDs and gives one value for each; a store that keeps such
    columns overrides them.

    `keeps_modseqs` says that modification sequences outlive the process, or that the UIDVALIDITY does not
    (RFC 7162 section 3.1.2.2); `keeps_savedates` that save dates are known (RFC 8514 section 4).
    """

    keeps_modseqs = True
    keeps_savedates = True

    def __init__(self, account: Account, name: str, parent: Mailbox | None) -> None:
        super().__init__(account, name, parent)
        self.index = Index()
        self.uidnext = 1
        self.uidvalidity = account.next_uidvalidity()
        self.highestmodseq = 1
        self.recent_from = 1
        self.prepared = Prepared()
        self._messages: dict[int, Message] = {}
        self._octets = (1, 0, 0)  # what `octets` found last: UIDNEXT, number of messages, sum
        self._summaries: dict[int, Summary] = {}
        self.summaries_made = 0  # changes when they are to be read anew
        self._email_ids: dict[int, str] = {}

    @property
    def messages(self) -> list[Message]:
        """The messages in order."""
        return [self.message(uid) for uid in self.index.uids]

    @property
    def uids(self) -> Mapping[int, Message]:
        """UID to message."""
        return {uid: self.message(uid) for uid in self.index.uids}

    @property
    def exists(self) -> int:
        """How many messages there are."""
        return len(self.index)

    def status(self, with_octets: bool = False) -> Status:
        """The numbers of this mailbox. A store may know them without its messages; with `octets` it may wait."""
        octets = self.octets if with_octets else None
        index = self.index
        numbers = len(index), self.recent, index.unseen, index.deleted, self.uidnext, self.highestmodseq
        return Status(*numbers, octets)

    @property
    def octets(self) -> int:
        """The sizes of all messages together. May wait where a size was never asked for."""
        for _ in range(ATTEMPTS):
            try:
                return self._sum_up()
            except (Expunged, KeyError):  # some went while the others were measured
                continue
        return self._sum_up()

    @property
    def known_octets(self) -> int | None:
        """What `octets` would say, None if it had to look."""
        uidnext, count, total = self._octets
        return total if (uidnext, count) == (self.uidnext, len(self.index)) else None

    def _sum_up(self) -> int:
        uids = self.index.uids
        uidnext, count, total = self._octets
        now = self.uidnext, len(uids)
        if (uidnext, count) != now:
            old = bisect_left(uids, uidnext)
            if old != count:  # some are gone, nobody knows how big they were
                old, total = 0, 0
            total += sum(self.sizes(uids[old:]))
            self._octets = (*now, total)
        return total

    def note_octets(self, count: int, octets: int) -> None:
        """When there will be so many messages, with no new ones, they will have so many octets."""
        self._octets = self.uidnext, count, octets

    @property
    def last_uid(self) -> int:
        """The highest UID ever given, 0 at first."""
        return self.uidnext - 1

    @property
    def recent(self) -> int:
        """How many messages no session was told of yet (RFC 3501 section 2.3.2)."""
        return len(self.index) - bisect_left(self.index.uids, self.recent_from)

    def claim_recent(self) -> int:
        """Give the recent messages to the session that asks; the lowest UID that is recent."""
        claimed, self.recent_from = self.recent_from, self.uidnext
        return claimed

    def has_uid(self, uid: int) -> bool:
        """Whether the message is here."""
        return self.index.position(uid) >= 0

    def message(self, uid: int) -> Message:
        """The message of that UID. KeyError when it is not here."""
        return self._messages[uid]

    def flags_of(self, uid: int) -> Flags:
        """The flags of a message, none for one that is gone."""
        position = self.index.position(uid)
        return Flags.of() if position < 0 else self.index.flags[position]

    def modseq_of(self, uid: int) -> int:
        """The modification sequence of a message, 0 for one that is gone."""
        position = self.index.position(uid)
        return 0 if position < 0 else self.index.modseqs[position]

    def sizes(self, uids: Iterable[int]) -> Iterable[int]:
        """RFC822.SIZE of each message."""
        return (self.message(uid).size for uid in uids)

    def internaldates(self, uids: Iterable[int]) -> Iterable[int]:
        """Internal dates of each message, in seconds since 1970."""
        return (self.message(uid).internaldate for uid in uids)

    def savedates(self, uids: Iterable[int]) -> Iterable[int]:
        """When each message came into this mailbox (RFC 8514), in seconds since 1970."""
        return (self.message(uid).savedate for uid in uids)

    def envelopes(self, uids: Iterable[int]) -> Iterable[bytes]:
        """ENVELOPE of each message in wire form. A store with a cache answers from it."""
        return (self.message(uid).envelope() for uid in uids)

    def bodystructures(self, uids: Iterable[int]) -> Iterable[bytes]:
        """BODYSTRUCTURE of each message in wire form."""
        return (self.message(uid).bodystructure() for uid in uids)

    def may_hold(self, text: str, uids: Sequence[int]) -> Sequence[int]:
        """Those of the ascending UIDs whose message may hold a text somewhere, whatever the case of its letters.

        For stores with an index of texts; what is given back is looked into. May wait.
        """
        return uids

    def summaries(self, uids: Iterable[int]) -> list[Summary]:
        """What SORT, THREAD and SEARCH need of each header; `NOTHING` for messages that are gone.

        Read once, then kept in memory as long as the message is here. A store with a cache answers from it.
        """
        known = self._summaries
        found = []
        for uid in uids:
            summary = known.get(uid)
            if summary is None:
                summary = self._summarize(uid)
            found.append(summary)
        return found

    def _summarize(self, uid: int) -> Summary:
        try:
            summary = self.message(uid).summary()
        except (KeyError, Expunged):
            return NOTHING
        if self.has_uid(uid):
            self._summaries[uid] = summary
        return summary

    # Object identifiers (RFC 8474)

    @property
    def object_id(self) -> str:
        """MAILBOXID: stays when the mailbox gets another name, and is never given to another one."""
        return mailbox_id(self.account.user, self.uidvalidity)

    def email_ids(self, uids: Iterable[int]) -> Iterable[str]:
        """EMAILID of each message: the same for all copies. May read the messages; a store may keep them."""
        known = self._email_ids
        for uid in uids:
            value = known.get(uid)
            if value is None:
                value = email_id(self.message(uid).octets())
                if self.has_uid(uid):
                    known[uid] = value
            yield value

    def thread_ids(self, uids: Sequence[int]) -> Iterable[str]:
        """THREADID of each message: the same for the messages of a conversation, wherever they are."""
        found = list(map(thread_id, self.summaries(uids)))
        lone = iter(self.email_ids([uid for uid, one in zip(uids, found, strict=True) if one is None]))
        return [one or "T" + next(lone) for one in found]

    # What POP3 asks

    def pop3_uids(self) -> Sequence[int]:
        """The UIDs in the order of POP3's message numbers; a store that took mail over may keep another."""
        return self.index.uids

    def pop3_uidl(self, uid: int) -> str:
        """The unique-id of a message (RFC 1939 section 7): 1 to 70 of "!" to "~", never used again."""
        return f"{self.uidvalidity}.{uid}"

    def pop3_uidls(self, uids: Iterable[int]) -> Iterable[str]:
        """The unique-id of each message."""
        if type(self).pop3_uidl is not Contents.pop3_uidl:
            return map(self.pop3_uidl, uids)
        prefix = f"{self.uidvalidity}."
        return [prefix + str(uid) for uid in uids]
