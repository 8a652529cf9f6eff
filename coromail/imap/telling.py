"""When a client is told what: the news of its mailbox, and of others (RFC 5465)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.imap import contexts, news
from coromail.imap.fetching import Plan
from coromail.imap.notifying import Notify
from coromail.imap.view import View
from coromail.imap.wire.fetch_item import FetchItem

if TYPE_CHECKING:
    from coromail.imap.session import Session


def tell_selected(session: Session, view: View, expunges_allowed: bool) -> None:
    """Tell what happened in the selected mailbox, as far as the client wants to hear it. May wait."""
    if "r" not in view.rights:  # what came since the user lost it may not be told
        view.news = False
        return
    items: Sequence[FetchItem] = ()
    if session.notify is not None:
        selected = session.notify.selected
        if selected is None or not selected.events:
            view.news = False
            return
        items = selected.items
        if "FLAGCHANGE" not in selected.events:
            view.changed = None
    last = view.uids[view.known - 1] if view.known else 0
    for line in contexts.removals(view) + news.collect(session, view, expunges_allowed):
        session.write(line)
    updates = contexts.updates(session, view)
    own, view.own = view.own or (), None
    start = bisect_right(view.uids, last, 0, view.known)
    for context in view.contexts:  # before ESEARCH, where section 7 wants it
        _fetch(session, context.items, [uid for uid in context.entered if uid > last])
    for line in updates:
        session.write(line)
    _fetch(session, items, [uid for uid in view.uids[start : view.known] if uid not in own])


def _fetch(session: Session, items: Sequence[FetchItem], uids: Sequence[int]) -> None:
    """FETCH of new messages."""
    if items and uids:
        places = [session.view.sequence(uid) - 1 for uid in uids]
        Plan(session, items, with_uid=False).run([(place, place + 1) for place in places])


def tell_others(session: Session, notify: Notify) -> None:
    """Tell what happened in other mailboxes (RFC 5465 section 5)."""
    if notify.overflow:
        session.stop_notify()
        session.notify = Notify(session, [], None)
        session.write(session.noted("NOTIFICATIONOVERFLOW", "Too much happens to tell all of it"))
    elif notify.waiting:
        for line in notify.take():
            session.write(line)
