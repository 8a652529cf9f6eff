"""File names of a Maildir: `<base>:2,<letters>`, where the base never changes and the letters are flags."""

from __future__ import annotations

import heapq
import os
import socket
import time
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import count

from coromail.model.flags import Flags

LETTERS = {
    "D": "\\Draft",
    "F": "\\Flagged",
    "P": "$Forwarded",
    "R": "\\Answered",
    "S": "\\Seen",
    "T": "\\Deleted",
}
_LETTER_OF = {flag.lower(): letter for letter, flag in LETTERS.items()}


def split_name(name: bytes) -> tuple[bytes, bytes]:
    """Base and info of a file name; the info begins with its colon or is empty."""
    base, colon, info = name.partition(b":")
    return base, colon + info


def split_names(names: Iterable[bytes]) -> dict[bytes, bytes]:
    """Bases and infos of many file names; infos that are equal are one object."""
    found: dict[bytes, bytes] = {}
    infos: dict[bytes, bytes] = {}
    for name in names:
        base, colon, letters = name.partition(b":")
        info = colon + letters
        found[base] = infos.setdefault(info, info)
    return found


@lru_cache(4096)
def flags_in(info: bytes) -> Flags:
    """The flags that the letters of an info stand for; unknown letters stand for nothing."""
    if not info.startswith(b":2,"):
        return Flags.of()
    letters = info[3:].partition(b",")[0].decode("latin-1")
    return Flags.of(LETTERS[letter] for letter in letters if letter in LETTERS)


@lru_cache(4096)
def keyword_letters(info: bytes) -> str:
    """The letters a to z of an info: keywords of other servers."""
    if not info.startswith(b":2,"):
        return ""
    letters = info[3:].partition(b",")[0].decode("latin-1")
    return "".join(letter for letter in letters if "a" <= letter <= "z")


@lru_cache(4096)
def info_for(flags: Flags, old: bytes) -> bytes:
    """The info that shows `flags`. Letters of `old` that are not ours to know stay, and a strange info stays whole."""
    if old and not old.startswith(b":2,"):
        return old
    letters, comma, rest = old[3:].partition(b",")
    kept = {letter for letter in letters.decode("latin-1") if letter not in LETTERS}
    kept.update(_LETTER_OF[name.lower()] for name in flags.names if name.lower() in _LETTER_OF)
    return b":2," + "".join(sorted(kept)).encode("latin-1") + comma + rest


def merged(flags: Flags, old: bytes, new: bytes) -> Flags:
    """`flags` after somebody else changed the info of the file from `old` to `new`: only what differs changes."""
    before, after = flags_in(old).names, flags_in(new).names
    gone = {name.lower() for name in before - after}
    kept = [name for name in flags.names if name.lower() not in gone]
    here = {name.lower() for name in kept}
    return Flags.of(kept + [name for name in after - before if name.lower() not in here])


def size_in(base: bytes) -> int:
    """The size with CRLF line ends that the name tells (`,W=`), or -1."""
    digits = base.rpartition(b",W=")[2].partition(b",")[0]
    return int(digits) if len(digits) < 16 and digits.isdigit() and b",W=" in base else -1


def sizes_in(bases: Sequence[bytes]) -> array[int]:
    """`size_in` of each."""
    if b",W=" not in b"".join(bases):
        return array("q", [-1]) * len(bases)
    return array("q", map(size_in, bases))


def delivery_order(names: Collection[bytes]) -> list[bytes]:
    """Names in the order of the delivery times that they begin with."""
    digits = {name.find(b".") for name in names}
    if len(digits) == 1 and -1 not in digits:  # times of one length are in order as they are written
        return sorted(names)
    return sorted(names, key=_delivery)


def _delivery(name: bytes) -> bytes:
    return name.partition(b".")[0].rjust(15) + name


def in_order(files: Mapping[bytes, bytes]) -> tuple[list[bytes], list[bytes]]:
    """Base names and infos in the order of delivery; sorted in pieces, as no other thread runs while Python sorts."""
    names = list(files)
    pieces = [delivery_order(names[start : start + PIECE]) for start in range(0, len(names), PIECE)]
    ordered = list(heapq.merge(*pieces, key=_delivery)) if len(pieces) > 1 else delivery_order(names)
    return ordered, [files[name] for name in ordered]


_counter = count(1)
PIECE = 10_000  # names that are sorted in some milliseconds


def _host() -> str:
    """The host's name as Maildir names have it: slash, colon and comma escaped."""
    escapes = {"/": "\\057", ":": "\\072", ",": "\\054", "\0": ""}
    name = socket.gethostname().encode("ascii", "replace").decode("ascii")
    return "".join(escapes.get(character, character) for character in name)[:100] or "localhost"


_HOST = _host()


def new_base(size: int) -> bytes:
    """A base name that nobody has had, for a file of `size` octets whose lines end in CRLF."""
    now = time.time_ns()
    seconds, micro = divmod(now // 1000, 1_000_000)
    return (f"{seconds}.M{micro:06}P{os.getpid()}Q{next(_counter)}.{_HOST},S={size},W={size}").encode("ascii")


def another_base(base: bytes) -> bytes:
    """A base name that nobody has had, which keeps what `base` says of sizes."""
    now = time.time_ns()
    seconds, micro = divmod(now // 1000, 1_000_000)
    sizes = base[base.find(b",") :] if b"," in base else b""
    return f"{seconds}.M{micro:06}P{os.getpid()}Q{next(_counter)}.{_HOST}".encode("ascii") + sizes
