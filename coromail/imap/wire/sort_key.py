"""The order that SORT is asked for: RFC 5256 section 5, RFC 5957 (display names), RFC 6203 (RELEVANCY)."""

from __future__ import annotations

from dataclasses import dataclass

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments

SORT_KEYS = frozenset(
    ("ARRIVAL", "CC", "DATE", "DISPLAYFROM", "DISPLAYTO", "FROM", "RELEVANCY", "SIZE", "SUBJECT", "TO")
)


@dataclass(frozen=True, slots=True)
class SortCriterion:
    """One of SORT_KEYS, ascending or in reverse: RFC 5256 section 3."""

    key: str
    reverse: bool


def parse_sort_criteria(args: Arguments) -> list[SortCriterion]:
    """`(REVERSE DATE SUBJECT)`: at least one criterion; the first counts most."""

    def criterion() -> SortCriterion:
        reverse = bool(args.try_keyword("REVERSE"))
        if reverse:
            args.space()
        key = args.known("sort key", args.keyword())
        if key not in SORT_KEYS:
            raise Bad("unknown sort key")
        return SortCriterion(key, reverse)

    criteria = args.parenthesised(criterion)
    if not criteria:
        raise Bad("sort key expected")
    return criteria
