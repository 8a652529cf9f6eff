"""FETCH: items become a plan, and the plan makes bytes (RFC 9051 sections 6.4.5 and 7.5.2).

Items that every message has ready (UID, FLAGS, ENVELOPE, ...) are *columns*: a whole chunk of messages is
formatted by one template. Items that need the message itself are *bodies*, read one message at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from coromail.errors import Bad, Expunged
from coromail.imap.bodies import BODIES, Body, sets_seen
from coromail.imap.news import tell_keywords
from coromail.imap.view import Spans, View
from coromail.imap.wire.dates import format_internaldate
from coromail.imap.wire.fetch_item import FetchItem
from coromail.message.bodystructure import bodystructure
from coromail.message.structure import scan

if TYPE_CHECKING:
    from coromail.imap.session import Session

CHUNK = 500  # messages that are formatted at once
BODY_CHUNK = 20  # the same where every message has to be read
# In structures that are others for IMAP4rev1: of a message/global, and with a parameter in a charset.
DIFFERENT = (b' "global', b'*" ')


class Rows(NamedTuple):
    """A chunk of messages that are here: the client's numbers, UIDs, positions in the mailbox."""

    numbers: Sequence[int]
    uids: Sequence[int]
    positions: Sequence[int]


Column = Callable[["Session", View, Rows], Iterable[object]]


def _uid(session: Session, view: View, rows: Rows) -> Iterable[int]:
    return rows.uids


def flags_column(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
    """What stands between the parentheses of FLAGS."""
    flags = view.mailbox.index.flags
    positions = rows.positions
    if isinstance(positions, range):
        column = [entry.wire for entry in flags[positions.start : positions.stop]]
    else:
        column = [flags[position].wire for position in positions]
    if view.recent and not session.rev2:
        recent = view.recent
        return [
            (wire + b" \\Recent" if wire else b"\\Recent") if uid in recent else wire
            for uid, wire in zip(rows.uids, column, strict=True)
        ]
    return column


def _modseq(session: Session, view: View, rows: Rows) -> Iterable[int]:
    modseqs = view.mailbox.index.modseqs
    return [modseqs[position] for position in rows.positions]


def _internaldate(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
    return map(format_internaldate, view.mailbox.internaldates(rows.uids))


def _size(session: Session, view: View, rows: Rows) -> Iterable[int]:
    return view.mailbox.sizes(rows.uids)


def _envelope(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
    return view.mailbox.envelopes(rows.uids)


def _bodystructure(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
    structures = view.mailbox.bodystructures(rows.uids)
    return structures if session.rev2 else _as_rev1(view, rows.uids, structures, extended=True)


def _body(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
    bodies = (view.mailbox.message(uid).bodystructure(extended=False) for uid in rows.uids)
    return bodies if session.rev2 else _as_rev1(view, rows.uids, bodies, extended=False)


def _as_rev1(view: View, uids: Sequence[int], structures: Iterable[bytes], extended: bool) -> Iterable[bytes]:
    """The structures as RFC 3501 has them."""
    known = list(structures)
    together = b"".join(known)
    if not any(mark in together for mark in DIFFERENT):  # one search through all of them: this is rare
        return known
    for place, structure in enumerate(known):
        if any(mark in structure for mark in DIFFERENT):
            octets = view.mailbox.message(uids[place]).octets()
            known[place] = bodystructure(octets, scan(octets), extended, rev2=False)
    return known


def _emailid(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
    return map(str.encode, view.mailbox.email_ids(rows.uids))


def _threadid(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
    return map(str.encode, view.mailbox.thread_ids(rows.uids))


def _savedate(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
    if not view.mailbox.keeps_savedates:
        return [b"NIL"] * len(rows.uids)
    return map(format_internaldate, view.mailbox.savedates(rows.uids))


COLUMNS: dict[str, tuple[bytes, Column]] = {
    "UID": (b"UID %d", _uid),
    "FLAGS": (b"FLAGS (%b)", flags_column),
    "MODSEQ": (b"MODSEQ (%d)", _modseq),
    "INTERNALDATE": (b"INTERNALDATE %b", _internaldate),
    "RFC822.SIZE": (b"RFC822.SIZE %d", _size),
    "ENVELOPE": (b"ENVELOPE %b", _envelope),
    "BODYSTRUCTURE": (b"BODYSTRUCTURE %b", _bodystructure),
    "BODY": (b"BODY %b", _body),
    "EMAILID": (b"EMAILID (%b)", _emailid),
    "THREADID": (b"THREADID (%b)", _threadid),
    "SAVEDATE": (b"SAVEDATE %b", _savedate),
}


AT_ONCE = frozenset(("FLAGS", "MODSEQ"))  # columns that need positions in the mailbox
COSTLY = frozenset(("ENVELOPE", "BODYSTRUCTURE", "BODY"))  # columns that are worth being kept ready,
LASTING = COSTLY | {"INTERNALDATE", "RFC822.SIZE"}  # with those beside them that never change either


@lru_cache(256)
def _grouped(names: tuple[str, ...]) -> tuple[bytes, list[tuple[str, Column]]]:
    """The template of a line, and its columns; those that are kept ready together are one."""
    groups: list[tuple[str, tuple[bytes, Column]]] = []
    for lasting, found in groupby(names, LASTING.__contains__):
        run = tuple(found)
        if lasting and not COSTLY.isdisjoint(run):
            groups.append((" ".join(run), (b"%b", _lasting(run))))
        else:
            groups += [(name, COLUMNS[name]) for name in run]
    return b" ".join(template for _, (template, _) in groups), [
        (name, column) for name, (_, column) in groups
    ]


def _lasting(names: tuple[str, ...]) -> Column:
    """Columns that never change as one, which the mailbox keeps ready."""
    template = b" ".join(COLUMNS[name][0] for name in names)
    # To make what is costly the message is read, which tells the rest as well: so that comes first.
    order = sorted(names, key=lambda name: name not in COSTLY)

    def column(session: Session, view: View, rows: Rows) -> Iterable[bytes]:
        mailbox = view.mailbox
        kind = (names, session.rev2, mailbox.uidvalidity)
        ready = mailbox.prepared.table(kind)
        try:
            return list(map(ready.__getitem__, rows.uids))
        except KeyError:
            known = {uid: ready[uid] for uid in rows.uids if uid in ready}
        missing = Rows((), [uid for uid in rows.uids if uid not in known], ())
        values = {name: list(COLUMNS[name][1](session, view, missing)) for name in order}
        lines = map(template.__mod__, zip(*(values[name] for name in names), strict=True))
        made = dict(zip(missing.uids, lines, strict=True))
        places = zip(missing.uids, mailbox.index.positions(missing.uids), strict=True)
        mailbox.prepared.keep(kind, {uid: made[uid] for uid, place in places if place >= 0})
        known |= made
        return [known[uid] for uid in rows.uids]

    return column


class Plan:
    """One FETCH: what to send of each message. Items are sent in the order asked for, UID first if unasked."""

    def __init__(self, session: Session, items: Sequence[FetchItem], with_uid: bool) -> None:
        self.session = session
        self.view = session.view
        self.columns: list[str] = []
        self.bodies: list[tuple[FetchItem, Body]] = []
        if with_uid and not session.uidonly:
            self.columns.append("UID")
        for item in items:
            if item.name in COLUMNS:
                self._column(item.name)
            elif item.name in BODIES:
                self.bodies.append((item, BODIES[item.name]))
            else:
                raise Bad("Unknown FETCH item")
        self.seen_now = False
        self.partial = any(item.partial for item, _ in self.bodies)
        self.sets_seen = (
            not self.view.read_only
            and "s" in session.model.rights(self.view.mailbox)
            and self.view.mailbox.can_set_flag("\\Seen")
            and any(sets_seen(item) for item, _ in self.bodies)
        )
        if self.sets_seen and session.tells_uids and not session.uidonly and "UID" not in self.columns:
            self.columns.insert(0, "UID")
        if self.sets_seen and session.condstore and self.view.mailbox.keeps_modseqs:
            self._column("MODSEQ")

    def _column(self, name: str) -> None:
        if name not in self.columns:
            self.columns.append(name)

    def run(self, spans: Spans) -> bool:
        """Send the responses; whether some of the messages were gone."""
        chunk = BODY_CHUNK if self.bodies else CHUNK
        missing = False
        for places in chunks(spans, chunk):
            missing = self._chunk(places) or missing
            self.session.host.breathe()
        return missing

    def _chunk(self, places: Sequence[int]) -> bool:
        if self.sets_seen or "FLAGS" in self.columns:
            tell_keywords(self.session, self.view)
        if self.sets_seen:
            self._set_seen(self._rows(places))
        rows = self._rows(places)
        missing = len(rows.uids) < len(places)
        try:
            return self._send(rows) or missing
        except (Expunged, KeyError):  # somebody expunged while a column was looked up
            for place in places:
                missing = self._one(place) or missing
            return missing

    def _one(self, place: int) -> bool:
        rows = self._rows([place])
        try:
            return not rows.uids or self._send(rows)
        except (Expunged, KeyError):
            if self.view.mailbox.has_uid(rows.uids[0]):
                raise
            return True

    def _rows(self, places: Sequence[int]) -> Rows:
        """The messages at those positions in the view, as far as they are still here."""
        view = self.view
        if isinstance(places, range):
            uids: Sequence[int] = view.uids[places.start : places.stop]
            numbers: Sequence[int] = range(places.start + 1, places.stop + 1)
        else:
            uids = [view.uids[place] for place in places]
            numbers = [place + 1 for place in places]
        if view.aligned:
            return Rows(numbers, uids, places)
        position_of = view.mailbox.index.position
        here = [
            (number, uid, position)
            for number, uid in zip(numbers, uids, strict=True)
            if (position := position_of(uid)) >= 0
        ]
        return Rows(*zip(*here, strict=True)) if here else Rows((), (), ())

    def _send(self, rows: Rows) -> bool:
        """Send the responses; whether a message went away before its turn came."""
        columns = self.columns
        if self.seen_now and "FLAGS" not in columns:
            columns = [*columns, "FLAGS"]
        # Positions hold until something waits: what needs them is looked up first.
        template, found = _grouped(tuple(columns))
        ready = {name: column(self.session, self.view, rows) for name, column in found if name in AT_ONCE}
        tells = "FLAGS" in columns and ("MODSEQ" in columns or not self.session.condstore)
        told = self.view.flags_told(rows.uids) if tells else {}
        try:
            data = [ready.get(name) or column(self.session, self.view, rows) for name, column in found]
            return self._write(rows, template, data)
        except BaseException:
            self.view.flags_not_told(told)
            raise

    def _write(self, rows: Rows, template: bytes, data: Sequence[Iterable[object]]) -> bool:
        numbers = rows.uids if self.session.uidonly else rows.numbers
        verb = b"UIDFETCH" if self.session.uidonly else b"FETCH"
        if not self.bodies:
            line = b"* %d " + verb + b" (" + template + b")\r\n"
            self.session.write(b"".join(map(line.__mod__, zip(numbers, *data, strict=True))))
            return False
        start = b"* %d " + verb + b" (" + template
        heads = list(map(start.__mod__, zip(numbers, *data, strict=True)))
        missing = False
        for uid, head in zip(rows.uids, heads, strict=True):
            try:
                self._send_bodies(uid, head, separated=bool(template))
            except (Expunged, KeyError):
                if self.view.mailbox.has_uid(uid):
                    raise
                missing = True
        return missing

    def _send_bodies(self, uid: int, head: bytes, separated: bool) -> None:
        message = self.view.open_message(uid, keep=self.partial)
        parts = [head]
        for item, body in self.bodies:
            if separated:
                parts.append(b" ")
            separated = True
            body(parts, item, message)
        parts.append(b")\r\n")
        write = self.session.write
        for part in parts:
            write(part)

    def _set_seen(self, rows: Rows) -> None:
        """Set \\Seen where it is not; the others are told, this client by FLAGS in the response."""
        flags = self.view.mailbox.index.flags
        unseen = [
            uid for uid, position in zip(rows.uids, rows.positions, strict=True) if not flags[position].seen
        ]
        if unseen:
            self.view.mailbox.store(unseen, "+", ["\\Seen"], by=self.view)
        self.seen_now = bool(unseen)


def chunks(spans: Spans, size: int) -> Iterator[Sequence[int]]:
    """The positions of spans, at most `size` at a time: ranges of long spans, lists of short ones together."""
    short: list[int] = []
    for first, last in spans:
        if last - first < size // 4:
            short += range(first, last)
            if len(short) >= size:
                yield short
                short = []
            continue
        if short:
            yield short
            short = []
        for start in range(first, last, size):
            yield range(start, min(start + size, last))
    if short:
        yield short
