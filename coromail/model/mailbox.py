"""A mailbox: its place in the tree, its messages, and everyone who watches it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from coromail.errors import LimitReached, NotAllowed, NotPossible
from coromail.model.contents import Contents
from coromail.model.flags import SYSTEM_FLAGS, Flags, canonical
from coromail.model.listener import Before, Listener
from coromail.model.message import Message

if TYPE_CHECKING:
    from coromail.model.account import Account

LAST_UID = 2**32 - 2  # UIDNEXT, which clients are told, shall be a number of 32 bits too (RFC 9051 section 9)
MAX_KEYWORDS = 1000
MAX_KEYWORD = 255  # octets: all of them are sent whenever one is new


class NewMessage(NamedTuple):
    """A message on its way in: APPEND's arguments, or a delivery."""

    octets: bytes
    flags: Iterable[str] = ()
    internaldate: datetime | int | None = None


class Mailbox(Contents):
    """A mailbox, shared by all sessions of the account. Subclass it to serve your own data.

    Override `init`, `load_data` and `poll` to bring messages in, with `add_message`. The base class keeps
    everything in memory; every change of messages goes through `record_added`, `record_flags` or
    `record_expunged`, which are there to write it down; for mailboxes override `create`, `delete` and
    `reparent`, and call the base method for the part in memory.

    UIDs only grow. Every change raises `highestmodseq`. Changes to memory and their announcement to
    `listeners` happen without a switch to another greenlet in between.
    """

    message_class: type[Message] = Message

    def __init__(self, account: Account, name: str, parent: Mailbox | None) -> None:
        super().__init__(account, name, parent)
        self.keywords: dict[str, str] = {}
        self.listeners: list[Listener] = []
        self.init()
        self.load_data()

    # What subclasses override

    def init(self) -> None:
        """Set attributes; called once, before `load_data`."""

    def load_data(self) -> None:
        """Add the messages that are there already; called once, when the mailbox appears."""

    def poll(self) -> None:
        """Look for news in the world outside. Called between commands, for every session that has it open."""

    def bring(self) -> None:
        """Have the messages in memory before they are asked for: a session is about to do that. May wait."""

    def update_tree(self) -> None:
        """Bring `children` up to date before the tree is walked or searched."""

    def selected_by(self, listener: Listener, read_only: bool) -> None:
        """A session selected this mailbox."""

    def closed_by(self, listener: Listener) -> None:
        """A session left this mailbox, in whatever way."""

    @property
    def read_only(self) -> bool:
        """Whether nobody may change this mailbox."""
        return False

    def can_set_flag(self, name: str) -> bool:
        """Whether the flag may be stored: the five system flags, and any keyword."""
        return name in SYSTEM_FLAGS or not name.startswith("\\") or canonical(name) in SYSTEM_FLAGS

    # The tree

    def delete(self) -> None:
        """DELETE (RFC 9051 section 6.3.5): the messages go; a mailbox with children stays as \\Noselect."""
        if self.is_inbox:
            raise NotPossible("INBOX cannot be deleted")
        self.expunge(list(self.index.uids))
        self.unlink()
        for listener in list(self.listeners):
            listener.deleted()

    def reparent(self, parent: Mailbox, name: str) -> None:
        """RENAME (RFC 9051 section 6.3.6): take this mailbox and all below it elsewhere. UIDs stay."""
        self.relink(parent, name)
        for mailbox in (self, *self.walk()):
            for listener in list(mailbox.listeners):
                listener.renamed()

    def set_properties(self, changes: Mapping[str, bytes | None]) -> None:
        """Set some, or remove those that become None: a change of the mailbox (RFC 7162 section 3.2)."""
        super().set_properties(changes)
        self.highestmodseq += 1

    # Adding

    def add_message(self, message: Message, by: Listener | None = None) -> Message:
        """Put a message in at the end and tell everyone. Keeps the UID it brings if that is free."""
        self.admit([message], by)
        return message

    def append(self, new: NewMessage, by: Listener | None = None) -> Message:
        """APPEND of one message (RFC 9051 section 6.3.12). Durable on return."""
        return self.append_all([new], by)[0]

    def append_all(self, news: Sequence[NewMessage], by: Listener | None = None) -> list[Message]:
        """APPEND of several messages, all or none (RFC 3502). Durable on return.

        Raises:
            LimitReached: the UIDs are used up, or too many keywords.
            OverQuota, Unavailable: from a store; nothing was added.
        """
        self.account.need_room(MESSAGE=len(news), STORAGE=sum(len(new.octets) for new in news))
        messages = [self.make_message(new) for new in news]
        self.admit(messages, by)
        self.settle()
        return messages

    def make_message(self, new: NewMessage) -> Message:
        """The message object for something on its way in. A store writes the octets down here; may wait."""
        return self.message_class(new.octets, flags=self.spell(new.flags), internaldate=new.internaldate)

    def admit(self, messages: Sequence[Message], by: Listener | None = None) -> None:
        """Give UIDs, record, put in memory and announce, all without a switch."""
        uidnext = self.uidnext
        for message in messages:
            if message.uid < uidnext:
                message.uid = uidnext
            uidnext = message.uid + 1
            if message.uid > LAST_UID:
                raise LimitReached("This mailbox has used up its UIDs")
        modseq = self.highestmodseq + 1
        self.record_added(messages, modseq)
        self.uidnext = uidnext
        self.highestmodseq = modseq
        for message in messages:
            flags = message.flags
            message.mailbox = self
            self._messages[message.uid] = message
            self.index.add(message.uid, flags, modseq)
        self.announce_added([message.uid for message in messages], by)

    def announce_added(self, uids: Sequence[int], by: Listener | None) -> None:
        """Tell all listeners of new messages."""
        for listener in self.listeners:
            listener.added(uids, by)

    def spell(self, names: Iterable[str]) -> list[str]:
        """Flags as this mailbox writes them: keywords differ by more than case (RFC 9051 section 2.3.2).

        Raises:
            LimitReached: more than 1,000 different keywords, or one of more than 255 octets.
        """
        spelled = []
        for name in names:
            own = canonical(name)
            if not own.startswith("\\"):
                own = self.keywords.get(name.lower()) or self._new_keyword(name)
            spelled.append(own)
        return spelled

    def _new_keyword(self, name: str) -> str:
        if len(name) > MAX_KEYWORD:
            raise LimitReached("This keyword is too long")
        if len(self.keywords) >= MAX_KEYWORDS:
            raise LimitReached("Too many keywords in this mailbox")
        self.keywords[name.lower()] = name
        return name

    # Changing flags

    def store(
        self,
        uids: Iterable[int],
        operation: str,
        names: Iterable[str],
        by: Listener | None = None,
        kept: Callable[[str], bool] | None = None,
    ) -> list[int]:
        """STORE (RFC 9051 section 6.4.6): set (`""`), add (`"+"`) or remove (`"-"`) flags. Durable on return.

        UIDs that are not here are passed over; the others are returned, whether their flags were others before
        or not. Flags for which `kept` is true stay when others are set in their place.
        """
        if operation == "-":  # a keyword that no message has is not made for that
            names = [name for name in names if name.startswith("\\") or name.lower() in self.keywords]
        names = self.spell(names)
        index = self.index
        positions: list[int] = []
        values: list[Flags] = []
        touched: list[int] = []
        for uid in uids:
            position = index.position(uid)
            if position < 0:
                continue
            touched.append(uid)
            old = index.flags[position]
            stay = filter(kept, old.names) if kept is not None and not operation else ()
            new = changed_flags(old, operation, [*names, *stay])
            if new is not old:
                positions.append(position)
                values.append(new)
        if positions:
            self.set_flags(positions, values, by)
            self.settle()
        return touched

    def set_flags(
        self, positions: Sequence[int], values: Sequence[Flags], by: Listener | None = None
    ) -> None:
        """Record new flags, put them in memory and announce, all without a switch."""
        index = self.index
        modseq = self.highestmodseq + 1
        uids = [index.uids[position] for position in positions]
        self.record_flags(uids, values, modseq)
        self.highestmodseq = modseq
        before = [Before(index.flags[position], index.modseqs[position]) for position in positions]
        for position, value in zip(positions, values, strict=True):
            index.set(position, value, modseq)
        for listener in self.listeners:
            listener.flagged(uids, before, by)

    # Removing

    def expunge(self, uids: Iterable[int] | None = None, by: Listener | None = None) -> list[int]:
        """Remove messages and tell everyone: those of `uids`, or all with \\Deleted. Durable on return."""
        index = self.index
        if uids is None:
            gone = list(index.deleted_uids())
        else:
            gone = sorted(uid for uid in set(uids) if index.position(uid) >= 0)
        if gone:
            self.dismiss(gone, by)
            self.settle()
        return gone

    def dismiss(self, uids: Sequence[int], by: Listener | None = None) -> None:
        """Record, forget and announce messages that are going (ascending, all here), without a switch."""
        modseq = self.highestmodseq + 1
        self.record_expunged(uids, modseq)
        self.highestmodseq = modseq
        self.index.remove(uids, modseq)
        for uid in uids:
            self._messages.pop(uid, None)
            self._summaries.pop(uid, None)
            self._email_ids.pop(uid, None)
        self.prepared.forget(uids)
        for listener in self.listeners:
            listener.expunged(uids, by)

    def vanished_since(self, modseq: int) -> list[int] | None:
        """UIDs expunged after that modification sequence, ascending (RFC 7162 section 3.2.5).

        None when the mailbox does not remember back so far.
        """
        return self.index.gone_since(modseq)

    # Copying and moving

    def copy(self, uids: Sequence[int], target: Mailbox, by: Listener | None = None) -> list[tuple[int, int]]:
        """COPY (RFC 9051 section 6.4.7): all or none; pairs of UID here and UID there. Durable on return."""
        self.need_room_in(target, uids)
        return self._copy(uids, target, by)

    def move(self, uids: Sequence[int], target: Mailbox, by: Listener | None = None) -> list[tuple[int, int]]:
        """MOVE (RFC 6851 section 3): like copy and expunge, but never half of it. Durable on return."""
        if target.account is not self.account:
            self.need_room_in(target, uids)
        pairs = self._copy(uids, target, by)
        self.expunge([old for old, _ in pairs], by)
        return pairs

    def need_room_in(self, target: Mailbox, uids: Iterable[int]) -> None:
        """Raise OverQuota when copies of these messages do not fit into the account of `target`."""
        account = target.account
        if account.limits:
            here = [uid for uid in uids if self.has_uid(uid)]
            account.need_room(MESSAGE=len(here), STORAGE=sum(self.sizes(here)))

    def _copy(self, uids: Sequence[int], target: Mailbox, by: Listener | None) -> list[tuple[int, int]]:
        originals = [self.message(uid) for uid in uids if self.has_uid(uid)]
        for message in originals:
            if not message.copy_allowed(target):
                raise NotAllowed("A message may not be copied there")
        copies = [message.copy(target) for message in originals]
        for copied in copies:
            target.spell(copied.flags.names)
        target.admit(copies, by)
        target.settle()
        return [(old.uid, new.uid) for old, new in zip(originals, copies, strict=True)]

    def replace(self, uid: int, new: NewMessage, target: Mailbox, by: Listener | None = None) -> Message:
        """REPLACE (RFC 8508 section 3.4): add to `target` and remove from here, in one step. Durable on return.

        What goes makes room for what comes.

        Raises:
            OverQuota, Unavailable: from a store; nothing was changed.
        """
        if target.account is not self.account:
            target.account.need_room(MESSAGE=1, STORAGE=len(new.octets))
        elif (more := len(new.octets) - sum(self.sizes([uid]))) > 0:
            target.account.need_room(STORAGE=more)
        message = target.make_message(new)
        self.exchange(uid, message, target, by)
        target.settle()
        if self is not target:
            self.settle()
        return message

    def exchange(self, uid: int, message: Message, target: Mailbox, by: Listener | None = None) -> None:
        """Admit a message to `target`, and dismiss one here if it is here. A store may make that one record."""
        target.admit([message], by)
        if self.has_uid(uid):
            self.dismiss([uid], by)

    # What a store overrides: write down first, then memory changes

    def record_added(self, messages: Sequence[Message], modseq: int) -> None:
        """Write down new messages (with their UIDs); raising means that nothing happens. No waiting."""

    def record_flags(self, uids: Sequence[int], flags: Sequence[Flags], modseq: int) -> None:
        """Write down new flags; raising means that nothing happens. No waiting."""

    def record_expunged(self, uids: Sequence[int], modseq: int) -> None:
        """Write down that messages are gone; raising means that nothing happens. No waiting."""

    def settle(self) -> None:
        """Wait until all that was recorded is durable."""


def changed_flags(old: Flags, operation: str, names: Sequence[str]) -> Flags:
    """The flags after a STORE of `names`: `""` replaces, `"+"` adds, `"-"` removes."""
    if operation == "+":
        return old.with_(names)
    if operation == "-":
        return old.without(names)
    return Flags.of(names)
