"""Harnesses for the SQLite files beside a journal: octets changed anywhere; what is read stays of its type."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from coromail.stores.maildir.cache import FAULTS, Cache, key
from coromail.stores.maildir.details import describe, unpack_summary
from coromail.stores.maildir.text_index import TextIndex

IDENTITY, CLOSED, HEADER = b"journal", b"closed", b"header"
PLACE = 3  # octets of a change: where, and the new octet
FOLDER = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(dir=FOLDER)  # to the end of the process: making one costs as much as all else


@contextlib.contextmanager
def _file(octets: bytes = b"") -> Iterator[bytes]:
    path = Path(_folder().name, "database")
    if octets:
        path.write_bytes(octets)
    try:
        yield os.fsencode(path)
    finally:
        for name in os.listdir(path.parent):
            path.with_name(name).unlink()


def _made(fill: Callable[[bytes], None]) -> bytes:
    """The octets of a database with small pages, so that changes meet what matters."""
    with _file() as path:
        fill(path)
        database = sqlite3.connect(os.fsdecode(path))
        database.executescript("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM;")
        database.close()
        return Path(os.fsdecode(path)).read_bytes()


def _changed(octets: bytes, changes: bytes) -> bytes:
    result = bytearray(octets)
    for place in range(0, len(changes) - PLACE + 1, PLACE):
        where, new = int.from_bytes(changes[place : place + 2], "big"), changes[place + 2]
        result[where % len(result)] = new
    return bytes(result)


@cache
def _a_cache() -> bytes:
    def fill(path: bytes) -> None:
        made = Cache(path, IDENTITY, closed=CLOSED)
        made.put([describe(key(1, uid), b"Subject: x\r\n\r\n", True) for uid in (1, 2, 3)])
        made.keep_statuses([(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)], [], CLOSED)
        made.keep_copy(0, HEADER + b"0123")
        made.keep_copy(10, b"4567")
        made.close()

    return _made(fill)


def cache_files(data: bytes) -> None:
    """A cache that somebody has changed: it gives nothing, or what has the types that are expected."""
    with _file(_changed(_a_cache(), data)) as path:
        found = Cache(path, IDENTITY, closed=CLOSED)
        for row in found.get(1, [1, 2, 3]) + found.get(1, [1, 3, 9]):
            assert [type(value) for value in row] == [int, bytes, bytes, bytes, str]
        for uid, summary in found.summaries(1, [1, 2, 9]).items():
            assert isinstance(uid, int)
            with contextlib.suppress(ValueError):
                unpack_summary(summary)
        status = found.status(1)
        assert status is None or {type(value) for value in status} == {int}
        assert isinstance(found.copied(HEADER), int)
        assert isinstance(found.copy(), bytes)
        found.put([describe(key(1, 4), b"", True)])
        found.keep_copy(14, b"x")
        found.keep_statuses([(2, *range(9))], [1], CLOSED)
        found.forget(1, [1])
        found.forget_mailbox(1)
        found.keep_only([2])
        found.forget_copy()
        found.sound()
        found.close()


@cache
def _an_index() -> bytes:
    def fill(path: bytes) -> None:
        made = TextIndex(path, IDENTITY)
        made.add(1, [(1, "HELLO WORLD"), (2, "GOOD BYE"), (3, None)], 3)
        made.close()

    return _made(fill)


def text_indexes(data: bytes) -> None:
    """An index of texts that somebody has changed: only `FAULTS` come out of it."""
    with _file(_changed(_an_index(), data)) as path, contextlib.suppress(*FAULTS):
        index = TextIndex(path, IDENTITY)
        try:
            for mailbox, upto in index.progress().items():
                assert (type(mailbox), type(upto)) == (int, int)
            for text in ("HELLO", "HE"):
                assert {type(uid) for uid in index.query(1, text) or ()} <= {int}
            index.add(1, [(4, "NEW TEXT")], 4)
            index.forget(1, [1])
            index.keep_only(1, [2])
            index.forget_mailbox(1)
        finally:
            index.close()
