"""Search keys that look into text: header fields, TEXT, BODY, and FUZZY (RFC 9051 section 6.4.4, RFC 6203)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from coromail.imap.wire import search_key as keys
from coromail.message.fuzzy import FuzzyNeedle
from coromail.message.summary import FIELDS
from coromail.model.message import Message

if TYPE_CHECKING:
    from coromail.imap.searching import Search

T = TypeVar("T")

FEW = 20  # messages that are read sooner than an index is asked for a frequent word
CHUNK = 1000  # messages
LARGE = 100_000  # octets from which on a message is searched in another thread


def header_key(search: Search, key: keys.HeaderKey, among: Sequence[int]) -> Sequence[int]:
    """Messages with a field that holds a string; the fields that summaries have are read from there."""
    needle = search.needle(key.octets)
    field = FIELDS.get(key.field)
    if field is None or not key.octets:
        among = _candidates(search, key.octets, among)
        return search.each(among, lambda message: message.header_holds(key.field, needle))
    if not search.session.host.shelf.fits(len(search.index)):
        among = _candidates(search, key.octets, among)
    return search.by_page(among, lambda page: needle.rows(page.lines(field, search.comparator)))


def text_key(search: Search, key: keys.TextKey, among: Sequence[int]) -> Sequence[int]:
    """Messages that hold a string in the body, or (TEXT) in the header or body."""
    return text_keys(search, [key], among)


def text_keys(search: Search, texts: Sequence[keys.TextKey], among: Sequence[int]) -> Sequence[int]:
    """Messages that match several such keys. An index of texts is asked for all before a message is read."""
    needles = [(search.needle(key.octets), key.scope == "TEXT") for key in texts if key.octets]
    for key in sorted(texts, key=lambda key: -len(key.octets)):  # what is long is rare
        among = _candidates(search, key.octets, among)

    def holds(octets: bytes) -> bool:
        return all(needle.in_message(octets, with_header) for needle, with_header in needles)

    return search.each(among, lambda message: read(search, message, holds)) if needles else among


def _candidates(search: Search, octets: bytes, among: Sequence[int]) -> Sequence[int]:
    """Those that an index of texts, where the store has one, does not rule out."""
    if len(among) <= FEW:
        return among
    before, uids = search.index.uids, search.uids(among)
    left = search.mailbox.may_hold(search.text(octets), uids)
    return search.moved(among if left is uids else _positions(search, before, left), before)


def _positions(search: Search, column: Sequence[int], uids: Sequence[int]) -> list[int]:
    """Where in a column the UIDs are that it has, all ascending; lets others run in between."""
    found: list[int] = []
    for start in range(0, len(uids), CHUNK):
        found += [bisect_left(column, uid) for uid in uids[start : start + CHUNK]]
        search.session.host.breathe()
    return found


def read(search: Search, message: Message, test: Callable[[bytes], T]) -> T:
    """Test the octets of a message; a large one where it stops nobody."""
    octets = message.octets()
    if len(octets) < LARGE:
        return test(octets)
    result: T = search.session.host.offload(test, octets)
    return result


def fuzzy(search: Search, key: keys.Fuzzy, among: Sequence[int]) -> Sequence[int]:
    """Messages that match more or less; the relevancy of each goes into `search.scores`.

    Strings are looked for word by word, without accents, and may be misspelled. All other keys are exact:
    each message that they find has the score 100 (RFC 6203 section 5 leaves that to the server).
    """
    inner = key.key
    if isinstance(inner, keys.And):
        for part in inner.keys:
            among = fuzzy(search, keys.Fuzzy(part), among)
        return among
    if isinstance(inner, keys.Or):
        found: set[int] = set()
        for part in inner.keys:
            before = search.index.uids
            found.update(search.uids(fuzzy(search, keys.Fuzzy(part), among)))
            among = search.moved(among, before)
        return search.positions(sorted(found))
    if isinstance(inner, keys.Fuzzy):
        return fuzzy(search, inner, among)
    if isinstance(inner, keys.HeaderKey | keys.TextKey) and inner.octets:
        return search.each(among, _scorer(search, inner))
    found_exactly = search.select(inner, among)
    for uid in search.uids(found_exactly):
        search.scores.setdefault(uid, 100)
    return found_exactly


def _scorer(search: Search, key: keys.HeaderKey | keys.TextKey) -> Callable[[Message], bool]:
    needle = FuzzyNeedle(search.text(key.octets))

    def scores(message: Message) -> bool:
        if isinstance(key, keys.HeaderKey):
            score = needle.in_field(message.header(), key.field)
        else:
            score = read(search, message, lambda octets: needle.in_message(octets, key.scope == "TEXT"))
        if score:
            known = search.scores.get(message.uid)
            search.scores[message.uid] = score if known is None else (known + score + 1) // 2
        return score > 0

    return scores
