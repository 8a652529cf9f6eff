"""A mailbox whose messages are files and whose numbers are in the journal."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from coromail.errors import Expunged, NoSuchMailbox
from coromail.message.lines import to_crlf
from coromail.message.summary import Summary
from coromail.model.contents import Status
from coromail.model.flags import Flags
from coromail.model.listener import Listener
from coromail.model.mailbox import Mailbox, NewMessage
from coromail.model.message import Message
from coromail.model.object_ids import mailbox_id
from coromail.stores.maildir import appending, facts, folders, loading, reading, status, takeover, transfer
from coromail.stores.maildir.admitting import Leaving
from coromail.stores.maildir.catalogue import pack_property
from coromail.stores.maildir.details import Details, details, summaries
from coromail.stores.maildir.message import MaildirMessage
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.outside import Outside
from coromail.stores.maildir.records import (
    UID,
    Kind,
    pack_changes,
    pack_uids,
)
from coromail.stores.maildir.reserve import Reserve
from coromail.stores.maildir.state import State
from coromail.stores.maildir.tidy import Tidy

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount

LAZY = frozenset(["highestmodseq", "index", "keywords", "recent_from", "reserve", "state", "uidnext"])


class MaildirMailbox(Mailbox):
    """One folder of a Maildir, or a name without messages (`number` 0).

    Columns and numbers are read from the journal when something asks for them, and may leave memory again
    (`unload`). `pending` has paths where files of copies are until their own names are made, by base name;
    `unpublished` has UIDs of new messages whose files are still in `tmp`.
    """

    account: MaildirAccount
    state: State
    reserve: Reserve

    def init(self) -> None:
        """Called by the base class, before there is a number."""
        self.number = 0
        self.folder = b""
        self.pending: dict[bytes, bytes] = {}
        self.unpublished: list[int] = []
        self.seen: list[tuple[int, int, int]] = []  # UIDs, sizes and dates that are not written down yet
        self.last_details: Details | None = None
        self.outside = Outside(self)
        self.tidy = Tidy(self)
        self.separator = self.account.separator
        self.used = self.appended = time.monotonic()

    def place(self, number: int, folder: bytes, uidvalidity: int) -> None:
        """Become the mailbox of that number, whose messages are in that folder."""
        self.number, self.folder, self.uidvalidity = number, folder, uidvalidity
        self.is_selectable = number > 0
        self.unload()

    # In memory and out of it

    def __getattr__(self, name: str) -> object:
        if name in LAZY and "account" in self.__dict__:
            self.load()
            return self.__dict__[name]
        raise AttributeError(name)

    @property
    def path(self) -> bytes:
        """The folder with `cur`, `new` and `tmp`."""
        directory = self.account.directory
        return directory + b"/" + self.folder if self.folder else directory

    @property
    def loaded(self) -> bool:
        """Whether the columns are in memory."""
        return "state" in self.__dict__

    def load(self) -> None:
        """Make the columns from the journal, without a switch. Raises a storage error if it cannot be read."""
        with storage_errors():
            columns = loading.make(self.account.journal, loading.entries_of(self))
        loading.fill(self, columns)

    def bring(self) -> None:
        """Have the messages in memory before they are asked for. May wait."""
        loading.bring(self)

    def may_unload(self) -> bool:
        """Whether nobody is here and nothing waits."""
        busy = self.listeners or self.pending or self.unpublished or self.outside.lock.locked()
        return not busy and self.tidy.idle and not (self.loaded and self.state.unstored)

    def unload(self) -> None:
        """Let the columns go; they come back when something asks for them."""
        for name in LAZY:
            self.__dict__.pop(name, None)
        self.last_details = None
        self.seen = []
        self.prepared.clear()

    def columns(self) -> State:
        """A copy of everything, which another thread may make a SNAPSHOT record of."""
        state = self.state
        state.uidnext, state.modseq, state.recent_from = self.uidnext, self.highestmodseq, self.recent_from
        return state.copy()

    def write(self, kind: Kind, payload: bytes) -> None:
        """Write a record about this mailbox down. Raises a storage error if it cannot be."""
        if not self.number:
            raise NoSuchMailbox("The mailbox is gone")
        self.account.write(kind, self.number, payload)

    # News from outside, and who is there

    def poll(self) -> None:
        """See what others did to the files. Nearly free when they did nothing. May wait."""
        if self.number:
            self.outside.poll()

    def update_tree(self) -> None:
        """See folders that others made or removed. May wait."""
        self.account.tree.refresh()

    def selected_by(self, listener: Listener, read_only: bool) -> None:
        """A session is here: watch the folder."""
        self.outside.watch()
        self.tidy.selected()

    def closed_by(self, listener: Listener) -> None:
        """A session left. The last one lets the files be tidied."""
        self.used = time.monotonic()
        if not self.listeners or self.listeners == [listener]:
            facts.write_seen(self)
            self.outside.left()
            self.account.left(self)
            self.tidy.run()

    def claim_recent(self) -> int:
        """Give the recent messages to the session that asks; the lowest UID that is recent."""
        if self.recent_from != self.uidnext and self.number:
            self.write(Kind.RECENT, UID.pack(self.uidnext))
        return super().claim_recent()

    # The tree: see `folders`

    def create(self, name: str) -> Mailbox:
        """CREATE of a child. Durable on return."""
        return folders.create(self, name)

    def delete(self) -> None:
        """DELETE. Durable on return."""
        folders.delete(self)

    def reparent(self, parent: Mailbox, name: str) -> None:
        """RENAME. Durable on return."""
        folders.rename(self, parent, name)

    def add_child(self, name: str, class_: type[Mailbox] | None = None) -> Mailbox:
        """The child of that name, created when it is not there; `class_` may be of another kind altogether."""
        child = self.children.get(name)
        if child is None:
            child = self.create(name) if class_ is None else super().add_child(name, class_)
        return child

    # Reading

    @property
    def object_id(self) -> str:
        """MAILBOXID: with the number in the journal, as UIDVALIDITYs that were taken over may be the same."""
        return mailbox_id(self.account.user, self.uidvalidity, self.number)

    def message(self, uid: int) -> Message:
        """The message of that UID. KeyError when it is not here."""
        if self.index.position(uid) < 0:
            raise KeyError(uid)
        return MaildirMessage(self, uid)

    def read(self, uid: int) -> bytes:
        """The octets of a message, line ends CRLF. May wait. Raises Expunged."""
        return reading.read(self, uid)

    def size_of(self, uid: int) -> int:
        """RFC822.SIZE. May wait where the size was never asked for. Raises Expunged."""
        return facts.sizes(self, [uid])[0]

    def internaldate_of(self, uid: int) -> int:
        """The internal date. May wait where it was never asked for. Raises Expunged."""
        return facts.dates(self, [uid])[0]

    def status(self, with_octets: bool = False) -> Status:
        """The numbers of this mailbox, if possible without bringing it into memory. May wait."""
        if not self.loaded:
            row = status.recall(self)
            if row is not None and not self.loaded and (row[-1] >= 0 or not with_octets):
                return Status._make((*row[3:9], row[9] if with_octets else None))
        self.bring()
        return super().status(with_octets)

    def pop3_uidl(self, uid: int) -> str:
        """The POP3 unique-id (RFC 1939 section 7): what another server said before us, or one of our own."""
        return takeover.uidl(self, uid)

    def pop3_uidls(self, uids: Iterable[int]) -> Iterable[str]:
        return takeover.uidls(self, uids)

    def savedate_of(self, uid: int) -> int:
        """When the message came here, in seconds since 1970. Raises Expunged."""
        position = self.index.position(uid)
        if position < 0:
            raise Expunged("This message is gone")
        return self.state.saved[position]

    def sizes(self, uids: Iterable[int]) -> Iterable[int]:
        """RFC822.SIZE of each message."""
        return facts.sizes(self, uids)

    def internaldates(self, uids: Iterable[int]) -> Iterable[int]:
        """Internal dates of each message, in seconds since 1970."""
        return facts.dates(self, uids)

    def savedates(self, uids: Iterable[int]) -> Iterable[int]:
        """When each message came here, in seconds since 1970."""
        return facts.column(self, self.state.saved, list(uids))

    def envelopes(self, uids: Iterable[int]) -> Iterable[bytes]:
        """ENVELOPE of each message, UIDs ascending. May wait."""
        return details(self, uids).envelopes

    def bodystructures(self, uids: Iterable[int]) -> Iterable[bytes]:
        """BODYSTRUCTURE of each message, UIDs ascending. May wait."""
        return details(self, uids).bodystructures

    def email_ids(self, uids: Iterable[int]) -> Iterable[str]:
        """EMAILID of each message, UIDs ascending. May wait."""
        return details(self, uids, identified=True).email_ids

    def summaries(self, uids: Iterable[int]) -> list[Summary]:
        """What SORT, THREAD and SEARCH need of each header, UIDs ascending. May wait."""
        return summaries(self, uids)

    def may_hold(self, text: str, uids: Sequence[int]) -> Sequence[int]:
        """Those whose message may hold a text, by the index of texts where there is one. May wait."""
        return self.account.texts.narrow(self, text, uids)

    def learn(
        self, uids: Sequence[int], sizes: Sequence[int], dates: Sequence[int], now: bool = True
    ) -> None:
        """Keep sizes and internal dates that were looked up, and write them down `now` or some time later."""
        facts.learn(self, uids, sizes, dates, now)

    # Adding

    def append_all(self, news: Sequence[NewMessage], by: Listener | None = None) -> list[Message]:
        """APPEND of several messages, all or none. Durable on return."""
        self.account.need_room(MESSAGE=len(news), STORAGE=sum(len(new.octets) for new in news))
        self.bring()
        flags = [Flags.of(self.spell(new.flags)) for new in news]
        contents = [(to_crlf(new.octets), seconds(new.internaldate)) for new in news]
        batch = appending.append(self, contents, flags, by)
        self.settle()
        return [MaildirMessage(self, uid) for uid in batch.uids]

    def exchange(self, uid: int, message: Message, target: Mailbox, by: Listener | None = None) -> None:
        """One record says both, if both mailboxes are in one journal. May wait; durable after `settle`."""
        if isinstance(target, MaildirMailbox) and target.account is self.account:
            target.admit([message], by, Leaving(self, uid))
        else:
            super().exchange(uid, message, target, by)

    def admit(
        self,
        messages: Sequence[Message],
        by: Listener | None = None,
        leaving: Leaving | None = None,
    ) -> None:
        """Take in messages that came otherwise than by APPEND. May wait; durable after `settle`."""
        self.bring()
        flags = [Flags.of(self.spell(message.flags.names)) for message in messages]
        contents = [(message.octets(), message.internaldate) for message in messages]
        batch = appending.append(self, contents, flags, by, [message.uid for message in messages], leaving)
        for message, uid in zip(messages, batch.uids, strict=True):
            message.uid, message.mailbox = uid, self

    def settle(self) -> None:
        """Wait until all that was recorded is durable, then move new files from `tmp` to `cur`."""
        uids, self.unpublished = self.unpublished, []
        try:
            self.account.journal.settle()
        except BaseException:
            self.unpublished = uids + self.unpublished
            raise
        if uids:
            appending.publish(self, uids)

    def record_properties(self, changes: Mapping[str, bytes | None]) -> None:
        """Write changed properties down. A name without messages keeps them only while it is in memory."""
        if self.number:
            self.reserve.note(self.highestmodseq + 1)
            for name, value in changes.items():
                self.write(Kind.PROPERTY, pack_property(name, value))

    # Changing and removing

    def record_flags(self, uids: Sequence[int], flags: Sequence[Flags], modseq: int) -> None:
        """Write down new flags. The files get their new names later."""
        self.reserve.ensure(self.uidnext, modseq)
        self.write(Kind.FLAGS, pack_changes(modseq, uids, flags))
        self.tidy.flags_changed(uids)

    def dismiss(self, uids: Sequence[int], by: Listener | None = None) -> None:
        """Record, forget and announce messages that are going, without a switch. The files go later."""
        modseq = self.highestmodseq + 1
        self.reserve.ensure(self.uidnext, modseq)
        self.write(Kind.EXPUNGED, pack_uids(modseq, uids))
        self.forget(uids, modseq, by)

    def forget(self, uids: Sequence[int], modseq: int, by: Listener | None, moved: bool = False) -> None:
        """What `dismiss` does when the record is written; files of moved messages are still needed."""
        self.highestmodseq = modseq
        facts.leave(self, uids)
        files = self.state.remove(uids, modseq)
        if not moved:
            self.tidy.expunged(files)
        self.tidy.stale.update(uids)
        self.account.texts.expunged(self.number, uids)
        self.prepared.forget(uids)
        for listener in self.listeners:
            listener.expunged(uids, by)

    # Copying and moving: see `transfer`

    def copy(self, uids: Sequence[int], target: Mailbox, by: Listener | None = None) -> list[tuple[int, int]]:
        """COPY, all or none. Durable on return."""
        if isinstance(target, MaildirMailbox) and target.account is self.account:
            return transfer.copy(self, uids, target, by, move=False)
        return super().copy(uids, target, by)

    def move(self, uids: Sequence[int], target: Mailbox, by: Listener | None = None) -> list[tuple[int, int]]:
        """MOVE, all or none. Durable on return."""
        if isinstance(target, MaildirMailbox) and target.account is self.account:
            return transfer.copy(self, uids, target, by, move=True)
        return super().move(uids, target, by)


def seconds(date: datetime | int | None) -> int:
    """An internal date in seconds since 1970; now when there is none."""
    if date is None:
        return int(time.time())
    return int(date.timestamp()) if isinstance(date, datetime) else date
