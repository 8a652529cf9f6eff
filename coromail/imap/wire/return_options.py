"""What SEARCH and SORT are to return: search-return-opts.

Source: RFC 4731 and RFC 9051 section 6.4.4, RFC 5182 (SAVE), RFC 5267 and RFC 9394 (PARTIAL, CONTEXT, UPDATE),
RFC 5465 section 7 (UPDATE with items), RFC 6203 (RELEVANCY). An extension adds its option to `RETURN_OPTIONS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.fetch_item import FetchItem, parse_item

_ITEMS = re.compile(rb"(?= \()")


def _partial(args: Arguments) -> tuple[int, int]:
    args.space()
    return args.partial_range()


def _update(args: Arguments) -> bool | list[FetchItem]:
    """UPDATE, and what to FETCH of messages that come and match: RFC 5465 section 7."""
    if "NOTIFY" in args.off or args.try_match(_ITEMS) is None:
        return True
    args.space()
    return args.parenthesised(lambda: parse_item(args)) or True


# Each name, and what reads its value, from the octet after the name.
RETURN_OPTIONS: dict[str, Callable[[Arguments], object]] = {
    "MIN": lambda _: True,
    "MAX": lambda _: True,
    "ALL": lambda _: True,
    "COUNT": lambda _: True,
    "SAVE": lambda _: True,
    "CONTEXT": lambda _: True,
    "UPDATE": _update,
    "RELEVANCY": lambda _: True,
    "PARTIAL": _partial,
}


def parse_return_options(args: Arguments) -> dict[str, object] | None:
    """`RETURN (MIN COUNT)` and the space after it, or None when it is not there; empty means ALL."""
    if not args.try_keyword("RETURN"):
        return None
    args.space()
    options = args.parameters(RETURN_OPTIONS, "return option")
    if "PARTIAL" in options and "ALL" in options:  # RFC 9394 section 3.1
        raise Bad("PARTIAL and ALL exclude each other")
    args.space()
    return options
