"""Searches whose results are kept up to date: UPDATE of SEARCH and SORT (RFC 5267 section 4.3)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from coromail.errors import Bad
from coromail.imap.filters import expand
from coromail.imap.searching import Found, Search
from coromail.imap.sorting import sort
from coromail.imap.view import View
from coromail.imap.wire import writer
from coromail.imap.wire.fetch_item import FetchItem
from coromail.imap.wire.search_key import And, Fuzzy, Key, Not, Or, SearchProgram, SequenceKey, UidKey
from coromail.imap.wire.sequence_set import SequenceSet, compact
from coromail.imap.wire.sort_key import SortCriterion
from coromail.model.index import runs

if TYPE_CHECKING:
    from coromail.imap.command import Command
    from coromail.imap.session import Session

MOST = 10  # contexts of one client


class Context:
    """One search that its client follows.

    `members` are the UIDs that match, as far as the client was told, in the order asked for. `pending` are those
    of messages that came or changed and have to be looked at, `entered` those that have just become members.
    `items` are what to FETCH of members that are new messages (RFC 5465 section 7), `mailbox()` is what stands behind
    the tag in its ESEARCH responses.
    """

    __slots__ = (
        "by_uid",
        "charset",
        "criteria",
        "entered",
        "items",
        "key",
        "mailbox",
        "members",
        "pending",
        "tag",
    )

    def __init__(
        self,
        command: Command,
        program: SearchProgram,
        criteria: Sequence[SortCriterion] | None,
        mailbox: Callable[[], bytes],
    ) -> None:
        view = command.view
        self.tag = command.tag
        self.mailbox = mailbox
        self.by_uid = command.by_uid
        self.charset = program.charset
        self.key = freeze(program.key, view)
        self.criteria = criteria
        self.members = array("I")
        update = (program.return_options or {}).get("UPDATE")
        self.items: Sequence[FetchItem] = update if isinstance(update, list) else ()
        self.entered: list[int] = []
        self.pending = set(view.mailbox.index.uids).difference(view.uids[: view.known])

    def removed(self, view: View, leaving: set[int]) -> bytes:
        """REMOVEFROM of members that go; they are forgotten. Nothing when none was a member."""
        places = [place for place, uid in enumerate(self.members) if uid in leaving]
        if not places:
            return b""
        gone = [self.members[place] for place in places]
        self.members = array("I", [uid for uid in self.members if uid not in leaving])
        if self.criteria is None:
            return self._line(b"REMOVEFROM", [(0, self._numbers(view, gone))])
        pairs = [(place + 1, self._numbers(view, [uid])) for place, uid in zip(places, gone, strict=True)]
        return self._line(b"REMOVEFROM", reversed(pairs))

    def update(self, session: Session, view: View) -> list[bytes]:
        """The lines for what came and changed. May wait."""
        self.entered = []
        looked_at = sorted(uid for uid in self.pending if view.sequence(uid))
        self.pending.difference_update(looked_at)
        if not looked_at:
            return []
        search = Search(session, view, self.charset)
        found = set(search.uids(search.select(self.key, search.positions(looked_at))))
        members = set(self.members)
        lines = [self.removed(view, members.intersection(looked_at) - found)]
        new = self.entered = sorted(uid for uid in found - members if view.sequence(uid))
        if new:
            lines.append(self._added(search, new))
        return [line for line in lines if line]

    def _added(self, search: Search, new: list[int]) -> bytes:
        view = search.view
        if self.criteria is None:
            self.members = array("I", sorted([*self.members, *new]))
            return self._line(b"ADDTO", [(0, self._numbers(view, new))])
        self.members = array("I", sort(Found(search, sorted([*self.members, *new])), self.criteria).uids)
        wanted = set(new)
        places = [place for place, uid in enumerate(self.members, 1) if uid in wanted]
        pairs = []
        for _, group in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0]):
            side_by_side = [place for _, place in group]
            uids = [self.members[place - 1] for place in side_by_side]
            pairs.append((side_by_side[0], self._numbers(view, uids)))
        return self._line(b"ADDTO", pairs)

    def _numbers(self, view: View, uids: Sequence[int]) -> bytes:
        return compact(uids if self.by_uid else filter(None, view.numbers_of(uids)))

    def _line(self, name: bytes, pairs: Iterable[tuple[int, bytes]]) -> bytes:
        return b"* ESEARCH (TAG %s%s)%s %s (%s)\r\n" % (
            writer.quoted(self.tag),
            self.mailbox(),
            b" UID" if self.by_uid else b"",
            name,
            b" ".join(b"%d %s" % pair for pair in pairs),
        )


@contextmanager
def following(
    command: Command,
    program: SearchProgram,
    criteria: Sequence[SortCriterion] | None = None,
    mailbox: Callable[[], bytes] = bytes,
) -> Iterator[Callable[[Sequence[int]], None]]:
    """While a search is done that asks for UPDATE: what to call with its result, so that the client follows it.

    `mailbox()` is what stands behind the tag in its ESEARCH responses: the mailbox may be renamed meanwhile.
    Nothing that happens while mail is read is missed. Raises Bad when a search that is followed has the same tag.
    """
    contexts = command.view.contexts
    if "UPDATE" not in (program.return_options or ()):
        yield lambda uids: None
        return
    if any(context.tag == command.tag for context in contexts):
        raise Bad("The tag is that of another search that you follow")
    if len(contexts) >= MOST:  # section 4.3.1
        tag = writer.quoted(command.tag)
        command.untagged(
            b"NO " + command.session.say("You follow too many searches", f"NOUPDATE {tag.decode('ascii')}")
        )
        yield lambda uids: None
        return
    context = Context(command, expand(command.session, program), criteria, mailbox)
    contexts.append(context)
    try:
        yield context.members.extend
    except BaseException:
        contexts.remove(context)
        raise


def removals(view: View) -> list[bytes]:
    """What leaves because messages are gone; to be sent while their numbers still count (section 4.3.4)."""
    gone = view.gone
    return [line for context in view.contexts if gone and (line := context.removed(view, gone))]


def updates(session: Session, view: View) -> list[bytes]:
    """What enters and leaves because messages came or changed; to be sent after EXISTS. May wait."""
    return [line for context in list(view.contexts) for line in context.update(session, view)]


def freeze(key: Key, view: View) -> Key:
    """The key with message numbers and `$` as the UIDs that they mean now (section 4.3). Keys nest little."""
    if isinstance(key, SequenceKey):
        return UidKey(_uids(view, key.numbers, by_uid=False))
    if isinstance(key, UidKey) and key.uids.saved:
        return UidKey(_uids(view, key.uids, by_uid=True))
    if isinstance(key, And | Or):
        return type(key)(tuple(freeze(part, view) for part in key.keys))
    if isinstance(key, Not | Fuzzy):
        return type(key)(freeze(key.key, view))
    return key


def _uids(view: View, numbers: SequenceSet, by_uid: bool) -> SequenceSet:
    uids = view.uids_of(view.spans(numbers, by_uid))
    return SequenceSet(tuple((low, high - 1) for low, high in runs(uids)))
