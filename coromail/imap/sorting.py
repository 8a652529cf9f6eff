"""SORT: criteria become columns of keys (RFC 5256 section 3, RFC 5957, RFC 6203 section 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from coromail.imap.searching import Search
from coromail.imap.wire.sort_key import SortCriterion
from coromail.message.summary import Summary, first_display, first_mailbox

Keys = Sequence[Any]
CHUNK = 4000  # messages that are sorted at once, before others may run


def sort(search: Search, criteria: Sequence[SortCriterion], uids: Sequence[int]) -> list[int]:
    """The UIDs (given in mailbox order, which decides where the criteria do not) in the order asked for."""
    summaries = (
        [] if _NO_SUMMARY.issuperset(criterion.key for criterion in criteria) else search.summaries(uids)
    )
    columns = [COLUMNS[criterion.key](search, uids, summaries) for criterion in criteria]
    order = list(range(len(uids)))
    for criterion, column in zip(reversed(criteria), reversed(columns), strict=True):
        sort_stably(order, column.__getitem__, criterion.reverse, search.session.host.breathe)
    return [uids[place] for place in order]


def sort_stably(
    order: list[int], key: Callable[[int], Any], reverse: bool, breathe: Callable[[], None]
) -> None:
    """`order.sort`, in steps: others may run between chunks, and to merge some that are sorted is quick."""
    size = CHUNK
    while size < len(order):
        for start in range(0, len(order), size):
            chunk = order[start : start + size]
            chunk.sort(key=key, reverse=reverse)
            order[start : start + size] = chunk
            breathe()
        size *= 8
    order.sort(key=key, reverse=reverse)
    breathe()


def sent_dates(search: Search, uids: Sequence[int], summaries: Sequence[Summary]) -> list[int]:
    """The sent date of each message, the internal date where there is none (RFC 5256 section 2.2)."""
    dates: list[int] = [0 if summary.sent is None else summary.sent for summary in summaries]
    missing = [place for place, summary in enumerate(summaries) if summary.sent is None]
    internal = search.facts(search.mailbox.internaldates, [uids[place] for place in missing], 0)
    for place, date in zip(missing, internal, strict=True):
        dates[place] = date
    return dates


def _arrival(search: Search, uids: Sequence[int], summaries: Sequence[Summary]) -> Keys:
    return search.facts(search.mailbox.internaldates, uids, 0)


def _size(search: Search, uids: Sequence[int], summaries: Sequence[Summary]) -> Keys:
    return search.facts(search.mailbox.sizes, uids, 0)


def _subject(search: Search, uids: Sequence[int], summaries: Sequence[Summary]) -> Keys:
    return search.spread(lambda summary: search.comparator.order(summary.base_subject), summaries)


def _address(field: str, show: Callable[[bytes], str]) -> Callable[..., Keys]:
    """A column of keys made of the first address of a field; the same field is read once."""

    def column(search: Search, uids: Sequence[int], summaries: Sequence[Summary]) -> Keys:
        known: dict[bytes, str] = {}
        place = Summary._fields.index(field)

        def key(summary: Summary) -> str:
            value: Any = summary[place]
            found = known.get(value)
            if found is None:
                found = known[value] = search.comparator.order(show(value))
            return found

        return search.spread(key, summaries)

    return column


def _relevancy(search: Search, uids: Sequence[int], summaries: Sequence[Summary]) -> Keys:
    """The highest score first."""
    return [-search.scores.get(uid, 0) for uid in uids]


COLUMNS: dict[str, Callable[[Search, Sequence[int], Sequence[Summary]], Keys]] = {
    "ARRIVAL": _arrival,
    "CC": _address("cc", first_mailbox),
    "DATE": sent_dates,
    "DISPLAYFROM": _address("from_", first_display),
    "DISPLAYTO": _address("to", first_display),
    "FROM": _address("from_", first_mailbox),
    "RELEVANCY": _relevancy,
    "SIZE": _size,
    "SUBJECT": _subject,
    "TO": _address("to", first_mailbox),
}
_NO_SUMMARY = frozenset(("ARRIVAL", "RELEVANCY", "SIZE"))
