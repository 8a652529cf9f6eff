"""Named search criteria that users keep on the server (RFC 5466)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from coromail.errors import Bad, No
from coromail.imap import annotating
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.receiver import Continue, Line, Receiver
from coromail.imap.wire.search_key import And, FilterKey, Fuzzy, Key, Not, Or, SearchProgram, parse_keys
from coromail.imap.wire.search_tree import walk

if TYPE_CHECKING:
    from coromail.imap.session import Session

PASSES = 5  # filters within each other
MAX_SUBSTITUTIONS = 50  # in one command
MAX_DEPTH = 120  # of keys within each other, filters put in
_NAME = re.compile(r"/(?:private|shared)/filters/values/([^/]++)")


def expand(session: Session, program: SearchProgram) -> SearchProgram:
    """The program with the criteria in place of each FILTER; their strings are UTF-8 (section 3.1).

    Raises No (UNDEFINED-FILTER) for a filter that there is not or that needs itself, Bad (BADCHARSET) where
    the program is in another charset.
    """
    if not any(isinstance(key, FilterKey) for key in walk(program.key)):
        return program
    if program.charset not in (None, "UTF-8", "US-ASCII"):
        raise Bad("Filters are in UTF-8", code="BADCHARSET (UTF-8 US-ASCII)")
    return replace(program, charset="UTF-8", key=_Expansion(session).expand(program.key, 0, ()))


def check(entry: str, value: bytes) -> None:
    """Refuse an annotation of the server that should be a filter and is not (section 3.2)."""
    found = _NAME.fullmatch(entry)
    if found is None:
        return
    try:
        Arguments([found[1].encode("ascii")]).atom()
        parse(value)
    except Bad as error:
        raise No(f"This is no filter: {error.text}", code="CANNOT") from None


def parse(value: bytes, off: frozenset[str] = frozenset()) -> Key:
    """The key that the text of a filter stands for. Raises Bad."""
    receiver = Receiver(lambda segments, size, synchronizing: size <= len(value), len(value) + 2)
    receiver.receive(value + b"\r\n")
    event = receiver.next_event()
    while isinstance(event, Continue):
        event = receiver.next_event()
    if not isinstance(event, Line) or receiver.buffered:
        raise Bad("search keys on one line expected")
    return parse_keys(Arguments(event.segments, off=off))


class _Expansion:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.left = MAX_SUBSTITUTIONS

    def expand(self, key: Key, depth: int, within: tuple[str, ...]) -> Key:
        """The key with filters put in; `within` are those that it is part of."""
        if depth > MAX_DEPTH:
            raise Bad("search keys are nested too deep")
        if isinstance(key, And | Or):
            return replace(key, keys=tuple(self.expand(part, depth + 1, within) for part in key.keys))
        if isinstance(key, Not | Fuzzy):
            return replace(key, key=self.expand(key.key, depth + 1, within))
        if not isinstance(key, FilterKey):
            return key
        name = key.name.lower()
        self.left -= 1
        if name in within or len(within) == PASSES or self.left < 0:
            raise _undefined(key)
        try:
            found = parse(self._value(key), self.session.off)
        except Bad:
            raise _undefined(key) from None
        return self.expand(found, depth + 1, (*within, name))

    def _value(self, key: FilterKey) -> bytes:
        """The user's own filter of that name, else the one that is for all."""
        for scope in ("private", "shared"):
            entry = f"/{scope}/filters/values/{key.name.lower()}"
            value = annotating.read(self.session, None, [entry])[entry]
            if value is not None:
                return value
        raise _undefined(key)


def _undefined(key: FilterKey) -> No:
    return No("There is no such filter, or it is of no use", code=f"UNDEFINED-FILTER {key.name}")
