"""Columns as octets: what journal records and snapshots are made of.

All numbers are in the machine's byte order; the journal's header says which that is. Whoever unpacks may meet
damaged data: everything here raises `ValueError` then, and nothing else.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from coromail.model.flags import Flags

NO_DATE = -(2**63)
NO_SIZE = -1
SEPARATOR = b"\0"  # no file name, flag or user's mailbox name contains it
PIECE = 1 << 20  # octets that are taken apart before another thread may run: some milliseconds
ROWS = 1 << 17  # the same of entries of a column

Octets = bytes | memoryview


class Batch(NamedTuple):
    """Messages, one entry each in every column.

    `names` are base names, `infos` what follows them on disk, `dates` internal dates and `saved` save dates in
    seconds since 1970, `sizes` octets with CRLF line ends. `NO_DATE` and `NO_SIZE` mean: not looked up yet.
    """

    uids: array[int]
    flags: Sequence[Flags]
    names: Sequence[bytes]
    infos: Sequence[bytes]
    dates: array[int]
    sizes: array[int]
    saved: array[int]


def join(parts: Sequence[bytes]) -> bytes:
    """Parts with their lengths before them; `cut` takes them apart."""
    return struct.pack(f"={len(parts)}I", *map(len, parts)) + b"".join(parts)


def cut(data: bytes, number: int) -> list[bytes]:
    """The parts that `join` was given. ValueError when the lengths do not fit."""
    return [bytes(part) for part in views(data, number)]


def views(data: Octets, number: int) -> list[memoryview]:
    """The same of many octets, without copies."""
    head = 4 * number
    if len(data) < head:
        raise ValueError("record too short")
    places = list(accumulate(struct.unpack_from(f"={number}I", data), initial=head))
    if places[-1] != len(data):
        raise ValueError("record of the wrong length")
    whole = memoryview(data)
    return [whole[start:end] for start, end in pairwise(places)]


def unpack(layout: struct.Struct, data: Octets) -> tuple[int, ...]:
    """The numbers of a fixed layout. ValueError when the length is wrong."""
    if len(data) != layout.size:
        raise ValueError("record of the wrong length")
    return layout.unpack(data)


def numbers(typecode: str, data: Octets) -> array[int]:
    """The column that `data` is the memory of. ValueError when the length is wrong."""
    column: array[int] = array(typecode)
    column.frombytes(data)
    return column


def pack_names(names: Iterable[bytes]) -> bytes:
    """Names one after the other; a list of one empty name and an empty list look the same."""
    return SEPARATOR.join(names)


def unpack_names(data: Octets, number: int) -> list[bytes]:
    """As many names as there should be. ValueError when it is another number."""
    if not number:
        return []
    names: list[bytes] = []
    last = b""
    for start in range(0, len(data), PIECE):
        *whole, last = (last + data[start : start + PIECE]).split(SEPARATOR)
        names += whole
    names.append(last)
    if len(names) != number:
        raise ValueError("wrong number of names")
    return names


_ONE = struct.pack("=I", 1)


def pack_choices(values: Sequence[bytes]) -> bytes:
    """A column with few different values: a table, and for each entry its place there."""
    if len(values) == 1:  # what one new message or one change of flags has, by a short way
        return join([b"B", _ONE, values[0], b"\0"])
    pieces = [values[start : start + ROWS] for start in range(0, len(values), ROWS)]
    different = dict.fromkeys(chain.from_iterable(map(dict.fromkeys, pieces)))
    table = {value: place for place, value in enumerate(different)}
    places: array[int] = array("B" if len(table) <= 256 else "I")
    for piece in pieces:
        places.extend(map(table.__getitem__, piece))
    return join(
        [places.typecode.encode(), struct.pack("=I", len(table)), pack_names(table), places.tobytes()]
    )


def unpack_choices(data: bytes) -> tuple[list[bytes], array[int]]:
    """The table and the places of `pack_choices`. ValueError when a place is not in the table."""
    typecode, size, table, places = cut(data, 4)
    values = unpack_names(table, *unpack(struct.Struct("=I"), size))
    column = numbers("B" if typecode == b"B" else "I", places)
    if any(max(column[start : start + ROWS]) >= len(values) for start in range(0, len(column), ROWS)):
        raise ValueError("no such entry in the table")
    return values, column


def pack_flags(flags: Sequence[Flags]) -> bytes:
    """A column of flag sets."""
    return pack_choices([entry.wire for entry in flags])


def unpack_flags(data: bytes) -> list[Flags]:
    """The column that `pack_flags` was given."""
    table, places = unpack_choices(data)
    sets = [Flags.of(wire.decode("ascii").split(" ") if wire else ()) for wire in table]
    return [sets[place] for place in places]


def pack_batch(batch: Batch) -> bytes:
    """All columns of some messages."""
    return join(
        [
            batch.uids.tobytes(),
            batch.dates.tobytes(),
            batch.sizes.tobytes(),
            batch.saved.tobytes(),
            pack_flags(batch.flags),
            pack_choices(batch.infos),
            pack_names(batch.names),
        ]
    )


def unpack_batch(data: Octets) -> Batch:
    """The columns that `pack_batch` was given. ValueError when they are of different lengths."""
    uids, dates, sizes, saved, flags, infos, names = views(data, 7)
    table, places = unpack_choices(bytes(infos))
    column = numbers("I", uids)
    batch = Batch(
        column,
        unpack_flags(bytes(flags)),
        unpack_names(names, len(column)),
        [table[place] for place in places],
        numbers("q", dates),
        numbers("q", sizes),
        numbers("q", saved),
    )
    if any(len(values) != len(column) for values in batch):
        raise ValueError("columns of different lengths")
    return batch
