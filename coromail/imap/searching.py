"""SEARCH: keys become a selection of messages (RFC 9051 section 6.4.4).

A key works on many messages at once: it takes ascending positions in the mailbox and gives those that match.
Keys that cost little are asked first, so that few messages are left for those that read mail.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from coromail.errors import Bad, Expunged, No
from coromail.imap.filters import expand
from coromail.imap.message_limit import note, refuse_page
from coromail.imap.progress import Progress
from coromail.imap.search_text import fuzzy, header_key, text_key, text_keys
from coromail.imap.view import Spans, View
from coromail.imap.wire import search_key as keys
from coromail.imap.wire.search_key import Key, SearchProgram
from coromail.imap.wire.search_tree import has_numbers, walk
from coromail.message.charsets import codec
from coromail.message.matching import Needle
from coromail.message.summary import NOTHING, Summary
from coromail.message.summary_page import Page
from coromail.model.flags import RECENT, SYSTEM_FLAGS
from coromail.model.headers import Headers
from coromail.model.message import Message

if TYPE_CHECKING:
    from coromail.imap.session import Session

T = TypeVar("T")
Positions = Sequence[int]
FOREVER = 2**63
DAY = 86400
CHUNK = 500  # messages that are looked at before others may run
WIDER = 4  # all headers are read for good that are missing, if they are not so many times what was asked for
EPOCH_DAY = datetime(1970, 1, 1, tzinfo=UTC).toordinal()


def find(
    session: Session, program: SearchProgram, relevancy: bool = False, view: View | None = None
) -> Found:
    """What matches, among the messages that the client knows and that are still there.

    `view` is the mailbox to be searched, the selected one if it is left out.
    Raises Bad when `relevancy` is asked for, here or in the program, and no key is FUZZY (RFC 6203 section 4).
    """
    program = expand(session, program)
    relevancy = relevancy or "RELEVANCY" in (program.return_options or ())
    if relevancy and not any(isinstance(key, keys.Fuzzy) for key in walk(program.key)):
        raise Bad("RELEVANCY goes with FUZZY")
    if session.uidonly and has_numbers(program.key):
        raise Bad("Message numbers are switched off", code="UIDREQUIRED")
    if session.running is not None and "PARTIAL" in (program.return_options or ()):
        refuse_page(session.running, cast("tuple[int, int]", (program.return_options or {})["PARTIAL"]))
    search = Search(session, view or session.view, program.charset)
    search.asks_modseq = any(isinstance(key, keys.ModseqKey) for key in walk(program.key))
    if search.asks_modseq:
        session.need_modseqs(search.view)
    positions = search.limited(program.key)
    return Found(search, search.uids(positions), positions if search.view.aligned else None)


class Found(NamedTuple):
    """A finished search: the UIDs that match, ascending (or sorted later), and the search with its scores.

    `places` are those of the UIDs in the client's numbering, from 0; None when they have to be looked up.
    """

    search: Search
    uids: Sequence[int]
    places: Positions | None = None


class Search:
    """One SEARCH at work."""

    def __init__(self, session: Session, view: View, charset: str | None) -> None:
        self.session = session
        self.view = view
        self.mailbox = view.mailbox
        self.index = self.mailbox.index
        self.comparator = session.comparator
        self.asks_modseq = False
        self.progress = Progress(session)
        self.scores: dict[int, int] = {}  # UID to relevancy, of what FUZZY found (RFC 6203 section 4)
        self.codec = codec((charset or "UTF-8").encode("ascii"))
        if self.codec is None:
            raise No("This charset is not known", code="BADCHARSET (UTF-8 US-ASCII)")

    def limited(self, key: Key) -> Positions:
        """What matches the key, among as many of the highest messages as one command may look at (RFC 9738).

        Only messages count that are not ruled out by their number or UID.
        """
        command, limit = self.session.running, self.session.host.limits.messages
        among = self.known()
        if not limit or command is None or len(among) <= limit:
            return self.select(key, among)
        for part in key.keys if isinstance(key, keys.And) else (key,):
            if isinstance(part, keys.SequenceKey | keys.UidKey):
                among = self.select(part, among)
        if len(among) > limit:
            among = among[-limit:]
            note(command, limit, self.index.uids[among[0]])
        return self.select(key, among)

    def known(self) -> Positions:
        """Positions of the messages that the client knows and that are still there."""
        view = self.view
        if view.aligned:
            return range(view.known)
        position = self.index.position
        return [here for uid in view.uids[: view.known] if (here := position(uid)) >= 0]

    def select(self, key: Key, among: Positions) -> Positions:
        """Those of the given positions that match the key."""
        if not among:
            return among
        handler = HANDLERS.get(type(key))
        if handler is None:
            raise Bad("This search key is not supported")
        return handler(self, key, among)

    def text(self, octets: bytes) -> str:
        """A string of the client, in the charset that it named."""
        assert self.codec is not None
        try:
            return octets.decode(self.codec)
        except ValueError:
            raise Bad("The search string is not in the charset named") from None

    def needle(self, octets: bytes) -> Needle:
        """A string of the client as what to look for."""
        return Needle(self.text(octets), self.comparator)

    def uids(self, among: Positions) -> Sequence[int]:
        """The UIDs at positions."""
        uids = self.index.uids
        if isinstance(among, range):
            return uids[among.start : among.stop]
        return [uids[position] for position in among]

    def positions(self, uids: Sequence[int]) -> list[int]:
        """The positions of UIDs that are still here."""
        position = self.index.position
        return [here for uid in uids if (here := position(uid)) >= 0]

    def moved(self, positions: Positions, uids: array[int]) -> Positions:
        """Positions in what the UIDs of the mailbox were, as positions now: while mail is read, others expunge."""
        if uids is self.index.uids:
            return positions
        return self.positions([uids[position] for position in positions])

    def summaries(self, uids: Sequence[int]) -> list[Summary]:
        """The summary of each message; lets others run in between."""
        return self.facts(self.mailbox.summaries, uids, NOTHING)

    def headers(self, uids: Sequence[int], places: Positions | None) -> tuple[Headers, Positions]:
        """Headers in which these messages (ascending) are, and in which rows: what is kept of the whole mailbox,
        unless much more would have to be read for that than was asked for so far.

        `places` are the positions in the mailbox, if they are known.
        """
        kept = self.session.host.shelf.headers(self.mailbox)
        kept.asked += len(uids)
        if kept.missing <= WIDER * kept.asked:
            kept.asked = 0
            rows = self.positions(uids) if places is None else places
            if len(rows) == len(uids):
                return kept, range(kept.count) if len(rows) == kept.count else rows
        return Headers(array("I", uids), len(uids)), range(len(uids))

    def by_page(self, among: Positions, test: Callable[[Page], Iterable[int]]) -> Positions:
        """The positions of messages whose row in a page passes a test; lets others run in between."""
        before = self.index.uids
        headers, rows = self.headers(self.uids(among), among)
        found: list[int] = []
        for first, page in headers.read(self.summaries):
            found += [first + row for row in test(page)]
            self.session.host.breathe()
        if headers.count != len(among):
            allowed = set(rows)
            found = [row for row in found if row in allowed]
        elif not isinstance(among, range):
            found = [among[row] for row in found]
        return self.moved(found, before)

    def facts(self, read: Callable[[Sequence[int]], Iterable[T]], uids: Sequence[int], gone: T) -> list[T]:
        """What `read` says of each message, `gone` for those that are; lets others run in between."""
        found: list[T] = []
        for start in range(0, len(uids), CHUNK):
            chunk = uids[start : start + CHUNK]
            try:
                found += read(chunk)
            except (Expunged, KeyError):
                del found[start:]
                found += [self._fact(read, uid, gone) for uid in chunk]
            self.progress.step(len(chunk))
            self.session.host.breathe()
        return found

    def _fact(self, read: Callable[[Sequence[int]], Iterable[T]], uid: int, gone: T) -> T:
        try:
            return next(iter(read([uid]))) if self.mailbox.has_uid(uid) else gone
        except (Expunged, KeyError):
            return gone

    def by_fact(
        self,
        among: Positions,
        read: Callable[[Sequence[int]], Iterable[T]],
        test: Callable[[T], bool],
        gone: T,
    ) -> Positions:
        """The positions of messages of which `read` says what passes a test, which `gone` must not."""
        before = self.index.uids
        passed = self.facts(lambda uids: map(test, read(uids)), self.uids(among), test(gone))
        return self.moved(list(compress(among, passed)), before)

    def each(self, among: Positions, test: Callable[[Message], bool]) -> list[int]:
        """The positions whose message passes a test that reads it; lets others run in between."""
        found = []
        for uid in self.uids(among):
            try:
                if self.mailbox.has_uid(uid) and test(self.mailbox.message(uid)):
                    found.append(uid)
            except Expunged:
                continue
            self.progress.step()
            self.session.host.breathe()
        return self.positions(found)


def _all(search: Search, key: Any, among: Positions) -> Positions:
    return among


def _and(search: Search, key: keys.And, among: Positions) -> Positions:
    texts = [part for part in key.keys if isinstance(part, keys.TextKey)]
    for part in sorted(key.keys, key=cost):
        if not isinstance(part, keys.TextKey):
            among = search.select(part, among)
        elif texts:
            among, texts = text_keys(search, texts, among), []
    return among


def _or(search: Search, key: keys.Or, among: Positions) -> Positions:
    found: set[int] = set()
    for part in sorted(key.keys, key=cost):
        uids = search.index.uids
        more = search.select(part, [position for position in among if position not in found])
        among, found = search.moved(among, uids), set(search.moved(sorted(found), uids))
        found.update(more)
    return sorted(found)


def _not(search: Search, key: keys.Not, among: Positions) -> Positions:
    uids = search.index.uids
    matching = set(search.select(key.key, among))
    return [position for position in search.moved(among, uids) if position not in matching]


def _flag(search: Search, key: keys.Flag, among: Positions) -> Positions:
    flags, present = search.index.flags, key.present
    if key.name == RECENT:
        uids, recent = search.index.uids, search.view.recent or ()
        return [position for position in among if (uids[position] in recent) is present]
    if key.name in SYSTEM_FLAGS:
        attribute = key.name[1:].lower()
        if among == range(len(flags)):
            return search.index.marked(attribute, present)
        test = attrgetter(attribute)
        return [position for position in among if test(flags[position]) is present]
    name = search.mailbox.keywords.get(key.name.lower(), key.name)
    return [position for position in among if (name in flags[position].names) is present]


def _spans(search: Search, spans: Spans, among: Positions) -> Positions:
    """Those of the positions that lie in spans of the client's numbering."""
    if search.view.aligned:
        wanted = [position for first, last in spans for position in range(first, last)]
    else:
        position = search.index.position
        wanted = [position(uid) for uid in search.view.uids_of(spans)]
    if isinstance(among, range):
        return [position for position in wanted if position in among]
    allowed = set(among)
    return [position for position in wanted if position in allowed]


def _sequence(search: Search, key: keys.SequenceKey, among: Positions) -> Positions:
    """Numbers beyond the last message find nothing: they MUST NOT be an error in SEARCH (RFC 7377 section 2)."""
    return _spans(search, search.view.spans(key.numbers, by_uid=False), among)


def _uid(search: Search, key: keys.UidKey, among: Positions) -> Positions:
    return _spans(search, search.view.spans(key.uids, by_uid=True), among)


def _date(search: Search, key: keys.DateKey, among: Positions) -> Positions:
    day = key.day.toordinal()
    if key.which == "SENT":
        first, last = {"<": (1, day), "=": (day, day + 1), ">=": (day, FOREVER)}[key.op]
        return search.by_page(
            among, lambda page: [r for r, day in enumerate(page.days) if first <= day < last]
        )
    start = (day - EPOCH_DAY) * DAY
    low, high = {"<": (-FOREVER, start), "=": (start, start + DAY), ">=": (start, FOREVER)}[key.op]
    saved = key.which == "SAVED" and search.mailbox.keeps_savedates  # else RFC 8514 section 4.3
    read = search.mailbox.savedates if saved else search.mailbox.internaldates
    return search.by_fact(among, read, lambda date: low <= date < high, FOREVER)


def _age(search: Search, key: keys.AgeKey, among: Positions) -> Positions:
    """RFC 5032 section 2."""
    limit = int(time.time()) - key.seconds
    read = search.mailbox.internaldates
    if key.op == "YOUNGER":
        return search.by_fact(among, read, lambda date: date >= limit, -FOREVER)
    return search.by_fact(among, read, lambda date: date <= limit, FOREVER)


def _size(search: Search, key: keys.SizeKey, among: Positions) -> Positions:
    limit = key.octets
    if key.op == ">":
        return search.by_fact(among, search.mailbox.sizes, lambda size: size > limit, -1)
    return search.by_fact(among, search.mailbox.sizes, lambda size: size < limit, FOREVER)


def _modseq(search: Search, key: keys.ModseqKey, among: Positions) -> Positions:
    modseqs = search.index.modseqs
    return [position for position in among if modseqs[position] >= key.modseq]


def _savedate_supported(search: Search, key: keys.SaveDateSupported, among: Positions) -> Positions:
    return among if search.mailbox.keeps_savedates else ()


def _emailid(search: Search, key: keys.EmailIdKey, among: Positions) -> Positions:
    return _identified(search, among, search.mailbox.email_ids, key.value)


def _threadid(search: Search, key: keys.ThreadIdKey, among: Positions) -> Positions:
    return _identified(search, among, search.mailbox.thread_ids, key.value)


def _identified(
    search: Search, among: Positions, read: Callable[[Sequence[int]], Iterable[str]], wanted: str
) -> Positions:
    return search.by_fact(among, read, wanted.__eq__, "")


READS = 10  # the cost from which on a key reads messages

HANDLERS: dict[type[Key], Callable[[Search, Any, Positions], Positions]] = {
    keys.All: _all,
    keys.And: _and,
    keys.Or: _or,
    keys.Not: _not,
    keys.Flag: _flag,
    keys.SequenceKey: _sequence,
    keys.UidKey: _uid,
    keys.DateKey: _date,
    keys.AgeKey: _age,
    keys.SizeKey: _size,
    keys.HeaderKey: header_key,
    keys.TextKey: text_key,
    keys.Fuzzy: fuzzy,
    keys.ModseqKey: _modseq,
    keys.EmailIdKey: _emailid,
    keys.ThreadIdKey: _threadid,
    keys.SaveDateSupported: _savedate_supported,
}


def cost(key: Key) -> int:
    """How dear a key is for each message: 0 for columns, `READS` and more for what reads mail."""
    if isinstance(key, keys.TextKey | keys.EmailIdKey):
        return 3 * READS
    if isinstance(key, keys.HeaderKey | keys.ThreadIdKey) or (
        isinstance(key, keys.DateKey) and key.which == "SENT"
    ):
        return READS
    if isinstance(key, keys.SizeKey | keys.DateKey | keys.AgeKey):
        return 1
    if isinstance(key, keys.Not | keys.Fuzzy):
        return cost(key.key)
    if isinstance(key, keys.And | keys.Or):
        return max(map(cost, key.keys))
    return 0
