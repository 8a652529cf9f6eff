"""NOTIFY: what a client wants to hear of without asking (RFC 5465).

`Notify` is one successful NOTIFY command at work: it has a `Watch` on every mailbox whose messages matter, hears of
changes to mailboxes themselves, and keeps what is to be told until it can be sent. It sends nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.imap.status import status_line
from coromail.imap.wire import writer
from coromail.imap.wire.fetch_item import FetchItem
from coromail.imap.wire.mailbox_filter import MailboxFilter
from coromail.model import acl
from coromail.model.events import Event
from coromail.model.listener import Before, Listener
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.imap.session import Session

MESSAGE_EVENTS = ("MESSAGENEW", "MESSAGEEXPUNGE", "FLAGCHANGE")
EVENTS = {
    "MESSAGENEW": "MessageNew",
    "MESSAGEEXPUNGE": "MessageExpunge",
    "FLAGCHANGE": "FlagChange",
    "MAILBOXNAME": "MailboxName",
    "SUBSCRIPTIONCHANGE": "SubscriptionChange",
    "MAILBOXMETADATACHANGE": "MailboxMetadataChange",
    "SERVERMETADATACHANGE": "ServerMetadataChange",
}
MOST = 1000  # lines that may wait for a client

# What STATUS says of another mailbox after each event, for all, and for clients that use CONDSTORE (section 5).
ITEMS = {
    "MESSAGENEW": ("MESSAGES", "UIDNEXT", "UIDVALIDITY"),
    "MESSAGEEXPUNGE": ("MESSAGES", "UIDNEXT", "UIDVALIDITY"),
    "FLAGCHANGE": ("UIDVALIDITY", "UNSEEN"),
}


class Group(NamedTuple):
    """One event-group: which mailboxes, which events (in upper case)."""

    mailboxes: MailboxFilter
    events: frozenset[str]


class Selected(NamedTuple):
    """What is wanted of the selected mailbox: events, and items to FETCH of new messages."""

    events: frozenset[str] = frozenset()
    items: Sequence[FetchItem] = ()
    delayed: bool = False


class Watch(Listener):
    """Ears on one mailbox that is not selected."""

    __slots__ = ("events", "happened", "mailbox", "notify")

    def __init__(self, notify: Notify, mailbox: Mailbox, events: frozenset[str]) -> None:
        self.notify = notify
        self.mailbox = mailbox
        self.events = events
        self.happened: set[str] = set()
        mailbox.listeners.append(self)
        mailbox.selected_by(self, True)

    def close(self) -> None:
        """Listen no more."""
        if self in self.mailbox.listeners:
            self.mailbox.listeners.remove(self)
            self.mailbox.closed_by(self)

    def added(self, uids: Sequence[int], by: Listener | None) -> None:
        self._note("MESSAGENEW", by)

    def expunged(self, uids: Sequence[int], by: Listener | None) -> None:
        self._note("MESSAGEEXPUNGE", by)

    def flagged(self, uids: Sequence[int], before: Sequence[Before], by: Listener | None) -> None:
        self._note("FLAGCHANGE", by)

    def _note(self, event: str, by: Listener | None) -> None:
        session = self.notify.session
        if event in self.events and session.selected is not self.mailbox and not session.made_by(by):
            self.happened.add(event)
            self.notify.dirty[id(self.mailbox)] = self
            session.transport.wake()


class Notify:
    """What one client asked for. `selected` is None when the selected mailbox shall be silent."""

    def __init__(self, session: Session, groups: Sequence[Group], selected: Selected | None) -> None:
        self.session = session
        self.model = session.model
        self.groups = groups
        self._names = [frozenset(map(self.model.canonical, mailboxes.names)) for mailboxes, _ in groups]
        self.selected = selected
        self.watches: dict[int, Watch] = {}
        self.dirty: dict[int, Watch] = {}
        self.lines: dict[object, bytes] = {}
        self.overflow = False
        self.denied: set[str] = set()  # names of which the client was told \\NoAccess
        if groups:
            self.model.events.watchers.append(self.hear)

    def close(self) -> None:
        """Hear no more."""
        if self.hear in self.model.events.watchers:
            self.model.events.watchers.remove(self.hear)
        for watch in self.watches.values():
            watch.close()
        self.watches.clear()
        self.dirty.clear()
        self.lines.clear()

    # Which mailboxes

    def events_for(self, name: str, own: bool) -> frozenset[str]:
        """What the client wants to know of a mailbox of that name."""
        found: frozenset[str] = frozenset()
        for (mailboxes, events), names in zip(self.groups, self._names, strict=True):
            if not events <= found and self._covers(mailboxes.kind, names, name, own):
                found |= events
        return found

    def _covers(self, kind: str, names: frozenset[str], name: str, own: bool) -> bool:
        if kind in ("PERSONAL", "INBOXES"):  # delivery may go to all of them
            return own
        if kind == "SUBSCRIBED":
            return name in self.model.subscriptions
        if kind == "SUBTREE":
            separator = self.model.separator or "/"
            above = name
            while above not in names and separator in above:
                above = above.rpartition(separator)[0]
            return above in names
        return name in names

    def start(self) -> Iterator[tuple[Mailbox, frozenset[str]]]:
        """Watch everything; the mailboxes that are watched, with their events. Notes those without access."""
        for name, mailbox in self.model.listed():
            self.session.host.breathe()
            if mailbox is None:
                continue
            events = self._watch(mailbox, name)
            if events:
                yield mailbox, events
            elif "r" not in self.model.rights(mailbox) and self.events_for(name, self._own(mailbox)):
                self._deny(name, mailbox)

    def _deny(self, name: str, mailbox: Mailbox | None) -> None:
        """Tell that nothing will be told of a mailbox, for want of rights (sections 3.1 and 5.9)."""
        self.denied.add(name)
        self._line(self.list_line(name, mailbox, ["\\NoAccess"]), name)

    def _own(self, mailbox: Mailbox) -> bool:
        return mailbox.account is self.model.account

    def _watch(self, mailbox: Mailbox, name: str) -> frozenset[str]:
        """Begin or end to watch a mailbox, as groups and rights have it now; the events of its messages."""
        wanted = self.events_for(name, self._own(mailbox)).intersection(MESSAGE_EVENTS)
        if not mailbox.is_selectable or not self.model.rights(mailbox).issuperset("lr"):
            wanted = frozenset()
        watch = self.watches.get(id(mailbox))
        if watch is not None:
            watch.events = wanted
        if wanted and watch is None:
            self.watches[id(mailbox)] = Watch(self, mailbox, wanted)
        elif not wanted and watch is not None:
            self._forget(mailbox)
        return wanted

    def _forget(self, mailbox: Mailbox) -> None:
        watch = self.watches.pop(id(mailbox), None)
        self.dirty.pop(id(mailbox), None)
        if watch is not None:
            watch.close()

    # What happens to mailboxes

    def hear(self, event: Event) -> None:
        """Note an event, unless it is none of the client's business or its own doing."""
        path = event.path or (event.mailbox.full_path if event.mailbox is not None else "")
        if not self.model.in_reach(event.account, path):
            return
        if event.kind == "subscribed":
            if event.account is self.model.account:
                self._subscribed(event)
            return
        mailbox = event.mailbox
        if event.kind == "annotated":
            self._annotated(event)
        elif mailbox is not None and event.kind == "deleted":
            self._forget(mailbox)
            if "l" in self._rights_before(event):
                self._named(event, self._name(event, event.path), None)
        elif mailbox is not None and event.kind == "renamed":
            for moved in (mailbox, *mailbox.walk()):
                self._watch(moved, self.model.name_of(moved))
            if "l" in self.model.rights(mailbox):
                old = self._name(event, event.path)
                self._named(event, self.model.name_of(mailbox), mailbox, old)
        elif mailbox is not None:
            self._appeared(event, mailbox)

    def _appeared(self, event: Event, mailbox: Mailbox) -> None:
        """A mailbox was created, or its rights are others now (sections 5.4 and 5.9)."""
        name = self.model.name_of(mailbox)
        before = self._rights_before(event) if event.kind == "rights" else acl.NONE
        now = self.model.rights(mailbox)
        watched = id(mailbox) in self.watches
        wanted = self._watch(mailbox, name)
        if ("l" in before) != ("l" in now):
            self._named(event, name, mailbox if "l" in now else None)
        if "MAILBOXNAME" in self.events_for(name, self._own(mailbox)):
            return
        if watched and not wanted:
            self._deny(name, mailbox if "l" in now else None)
        elif wanted and name in self.denied:
            self.denied.discard(name)
            self._line(self.list_line(name, mailbox), name)

    def _rights_before(self, event: Event) -> frozenset[str]:
        return acl.rights_in(event.before or {}, event.account.user, self.model.user, self.model.groups)

    def _name(self, event: Event, path: str) -> str:
        if event.account is self.model.account:
            return path
        assert event.mailbox is not None
        return self.model.foreign_name(event.account, path)

    def _named(self, event: Event, name: str, mailbox: Mailbox | None, old: str | None = None) -> None:
        """LIST for a name that came, went or changed, and for the one above it (section 5.4)."""
        if event.by is self.model:
            return
        own = event.account is self.model.account
        covered = self.events_for(name, own) | (self.events_for(old, own) if old else frozenset())
        if "MAILBOXNAME" in covered:
            self._line(self.list_line(name, mailbox, (), old), None if old else name)
        above, separator, _ = name.rpartition(self.model.separator or "/")
        if separator and old is None and "MAILBOXNAME" in self.events_for(above, own):
            parent = event.mailbox.parent if event.mailbox is not None else None
            visible = parent is not None and parent.parent is not None and "l" in self.model.rights(parent)
            self._line(self.list_line(above, parent if visible else None), above)

    def _subscribed(self, event: Event) -> None:
        name = event.path
        mailbox = self.model.lookup(name)
        if mailbox is not None and "l" not in self.model.rights(mailbox):
            mailbox = None
        if mailbox is not None:
            self._watch(mailbox, name)
        own = self.model.owns(name)
        if event.by is not self.model and "SUBSCRIPTIONCHANGE" in self.events_for(name, own):
            self._line(self.list_line(name, mailbox), name)

    def _annotated(self, event: Event) -> None:
        if event.by is self.model:
            return
        mailbox = event.mailbox
        by = "" if event.by is None else event.by.user
        entries = [name for name in event.entries if name.startswith("/shared/") or by == self.model.user]
        if mailbox is None:
            wanted = event.account is self.model.account and any(
                "SERVERMETADATACHANGE" in group.events for group in self.groups
            )
            word = b'""'
        else:
            name = self.model.name_of(mailbox)
            wanted = "MAILBOXMETADATACHANGE" in self.events_for(name, self._own(mailbox))
            wanted = wanted and self.model.rights(mailbox).issuperset("lr")
            word = writer.mailbox_name(name, self.session.utf8)
        if wanted and entries:
            names = b" ".join(writer.astring(entry.encode()) for entry in entries)
            self._line(b"* METADATA %s %s\r\n" % (word, names))

    # What is told

    def list_line(
        self, name: str, mailbox: Mailbox | None, attributes: Iterable[str] = (), old: str | None = None
    ) -> bytes:
        """LIST with the attributes of a name, and OLDNAME (section 5.4)."""
        flags = list(attributes)
        if mailbox is None or not mailbox.is_selectable:
            flags.append("\\NonExistent")
        elif not flags and "r" not in self.model.rights(mailbox):
            flags.append("\\Noselect")
        if mailbox is not None:
            if self._own(mailbox) and "SPECIAL-USE" not in self.session.off:
                flags += (mailbox.special_use or "").split()
            children = any("l" in self.model.rights(child) for child in mailbox.children.values())
            flags.append("\\HasChildren" if children else "\\HasNoChildren")
        elif not self.model.owns(name) and self._has_children(name):
            flags.append("\\HasChildren")
        if name in self.model.subscriptions:
            flags.append("\\Subscribed")
        separator, utf8 = self.model.separator, self.session.utf8
        return b"* LIST (%s) %s %s%s\r\n" % (
            " ".join(flags).encode("ascii"),
            writer.quoted(separator.encode()) if separator else b"NIL",
            writer.mailbox_name(name, utf8),
            b' ("OLDNAME" (%s))' % writer.mailbox_name(old, utf8) if old is not None else b"",
        )

    def _has_children(self, name: str) -> bool:
        """Whether there is a mailbox to be listed below a name that is none: those of another user are below one."""
        below = name + (self.model.separator or "/")
        return any(other.startswith(below) for other, _ in self.model.listed())

    def status_line(self, mailbox: Mailbox, events: Iterable[str]) -> bytes:
        """STATUS of a mailbox with what belongs to these events."""
        items = dict.fromkeys(item for event in events for item in ITEMS[event])
        if self.session.condstore:
            items["HIGHESTMODSEQ"] = None
        return b"* %s\r\n" % status_line(self.session, mailbox, list(items))

    def _line(self, line: bytes, about: object = None) -> None:
        """Keep a line until it is sent; the last one `about` something counts."""
        if about is not None:
            self.lines.pop(about, None)
        if len(self.lines) < MOST:
            self.lines[line if about is None else about] = line
        else:
            self.overflow = True
        self.session.transport.wake()

    @property
    def waiting(self) -> bool:
        """Whether there is something to tell of mailboxes that are not selected."""
        return bool(self.lines or self.dirty)

    def take(self) -> list[bytes]:
        """The lines for all that happened in other mailboxes; they count as told."""
        lines = list(self.lines.values())
        self.lines.clear()
        dirty, self.dirty = self.dirty, {}
        for watch in dirty.values():
            happened, watch.happened = sorted(watch.happened), set()
            lines.append(self.status_line(watch.mailbox, happened))
        return lines
