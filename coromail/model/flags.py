"""Flags and keywords of a message (RFC 9051 section 2.3.2), interned so that a mailbox holds one object a combination."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from weakref import WeakValueDictionary

SYSTEM_FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
RECENT = "\\Recent"

_CANONICAL = {name.lower(): name for name in SYSTEM_FLAGS}


def canonical(name: str) -> str:
    """System flags in the RFC's spelling whatever the case; keywords as they are."""
    return _CANONICAL.get(name.lower(), name)


class Flags:
    """An immutable set of flags. Equal sets are the same object: make them with `Flags.of`, compare with `is`.

    `names` holds the flags, `wire` the bytes between the parentheses of `FLAGS (...)`; `seen`, `deleted`,
    `answered`, `flagged` and `draft` say whether a system flag is set. Keywords differ in case only if the
    mailbox let that happen (it does not: see `Mailbox.spell`).
    """

    __slots__ = ("__weakref__", "answered", "deleted", "draft", "flagged", "names", "seen", "wire")

    names: frozenset[str]
    wire: bytes
    seen: bool
    deleted: bool
    answered: bool
    flagged: bool
    draft: bool

    _interned: ClassVar[WeakValueDictionary[frozenset[str], Flags]] = WeakValueDictionary()

    @classmethod
    def of(cls, names: Iterable[str] = ()) -> Flags:
        """The one object for this combination."""
        key = frozenset(names)
        found = cls._interned.get(key)
        if found is None:
            found = cls._make(key)
            cls._interned[key] = found
        return found

    @classmethod
    def _make(cls, names: frozenset[str]) -> Flags:
        flags = cls.__new__(cls)
        flags.names = names
        ordered = [name for name in SYSTEM_FLAGS if name in names]
        ordered += sorted(names.difference(SYSTEM_FLAGS))
        flags.wire = " ".join(ordered).encode("ascii")
        flags.answered, flags.flagged, flags.deleted, flags.seen, flags.draft = (
            name in names for name in SYSTEM_FLAGS
        )
        return flags

    def with_(self, names: Iterable[str]) -> Flags:
        """These flags and the given ones."""
        return Flags.of(self.names.union(names))

    def without(self, names: Iterable[str]) -> Flags:
        """These flags less the given ones."""
        return Flags.of(self.names.difference(names))

    def has(self, name: str) -> bool:
        """Whether the flag is set; case does not matter."""
        if canonical(name) in self.names:
            return True
        folded = name.lower()
        return any(own.lower() == folded for own in self.names)

    def keywords(self) -> list[str]:
        """The flags that are not system flags, sorted."""
        return sorted(self.names.difference(SYSTEM_FLAGS))

    def __repr__(self) -> str:
        return f"Flags({self.wire.decode('ascii')})"
