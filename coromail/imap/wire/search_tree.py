"""All keys of a search program, whatever they are nested in."""

from __future__ import annotations

from collections.abc import Iterator

from coromail.imap.wire.search_key import And, Fuzzy, Key, Not, Or, SequenceKey


def walk(key: Key) -> Iterator[Key]:
    """The key and all keys within it."""
    waiting = [key]
    while waiting:
        key = waiting.pop()
        yield key
        if isinstance(key, And | Or):
            waiting.extend(key.keys)
        elif isinstance(key, Not | Fuzzy):
            waiting.append(key.key)


def has_numbers(key: Key) -> bool:
    """Whether message numbers are among the keys; `$` is none."""
    return any(isinstance(one, SequenceKey) and bool(one.numbers.ranges) for one in walk(key))
