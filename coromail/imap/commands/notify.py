"""NOTIFY."""

from __future__ import annotations

import re

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.notifying import EVENTS, MESSAGE_EVENTS, Group, Notify, Selected
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.fetch_item import FetchItem, parse_item
from coromail.imap.wire.mailbox_filter import parse_mailbox_filter

MAX_GROUPS = 100

_ITEMS = re.compile(rb"(?= \()")


class NotifyCommand(Command):
    """NOTIFY: say what happens, here and in other mailboxes, without being asked. RFC 5465 section 3.1."""

    name = "NOTIFY"
    state = State.LOGGED_IN
    capability = "NOTIFY"

    def parse(self, args: Arguments) -> None:
        args.space()
        self.groups: list[Group] = []
        self.selected: Selected | None = None
        self.unknown = False
        self.status = False
        word = args.keyword()
        if word == "NONE":
            args.end()
            return
        if word != "SET":
            raise Bad("SET or NONE expected")
        args.space()
        if args.try_keyword("STATUS"):
            self.status = True
            args.space()
        self._group(args)
        while args.try_byte(b" "):
            self._group(args)
        args.end()

    def _group(self, args: Arguments) -> None:
        """`(filter-mailboxes SP events)` (section 8)."""
        args.expect(b"(")
        mailboxes = parse_mailbox_filter(args)
        args.space()
        self.items: list[FetchItem] = []
        names = ["NONE"] if args.try_keyword("NONE") else args.parenthesised(lambda: self._event(args))
        args.expect(b")")
        if not names:
            raise Bad("Event expected")
        events = frozenset(names) - {"NONE"}
        if mailboxes.kind == "SUBTREE-ONE" or len(self.groups) >= MAX_GROUPS:
            raise Bad("Unknown mailboxes, or too many groups")
        if len(events & {"MESSAGENEW", "MESSAGEEXPUNGE"}) == 1 or (
            "FLAGCHANGE" in events and "MESSAGENEW" not in events
        ):
            raise Bad("MessageNew, MessageExpunge and FlagChange go together")
        if mailboxes.kind not in ("SELECTED", "SELECTED-DELAYED"):
            if self.items:
                raise Bad("FETCH items are for the selected mailbox")
            self.groups.append(Group(mailboxes, events))
            return
        if self.selected is not None or not events.issubset((*MESSAGE_EVENTS, "")):
            raise Bad("The selected mailbox takes events of messages, once")
        self.selected = Selected(events, tuple(self.items), mailboxes.kind == "SELECTED-DELAYED")

    def _event(self, args: Arguments) -> str:
        name = args.label()
        if name not in EVENTS:
            self.unknown = True
            return ""
        if name == "MESSAGENEW" and args.try_match(_ITEMS) is not None:
            args.space()
            self.items = args.parenthesised(lambda: parse_item(args))
            if not self.items:
                raise Bad("FETCH item expected")
        return name

    def run(self) -> None:
        if self.unknown:
            raise No(
                "Some of these events are not known here", code=f"BADEVENT ({' '.join(EVENTS.values())})"
            )
        session = self.session
        session.stop_notify()
        notify = Notify(session, self.groups, self.selected)
        session.notify = notify
        for mailbox, events in notify.start():
            if self.status and mailbox is not session.selected:
                mailbox.poll()
                session.write(notify.status_line(mailbox, sorted(events)))
        session.begin_notify()
