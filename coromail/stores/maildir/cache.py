"""What can be worked out from the messages again: ENVELOPE, BODYSTRUCTURE, summaries, EMAILID.

An SQLite file beside the journal that may be thrown away at any time. It belongs to one journal, whose identity it
notes; rows are keyed by mailbox number and UID, both of which are never used again.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Container, Iterable, Sequence
from functools import wraps
from itertools import chain
from typing import Concatenate, ParamSpec, TypeVar

from coromail.native_lock import NativeLock

logger = logging.getLogger(__name__)

VERSION = 3
MAILBOXES = 2**31  # their numbers are below, so that keys fit into 64 bits
SIDE_FILES = (b"", b"-wal", b"-shm", b"-journal")
PAGES = 256  # KiB of a file that each connection keeps in memory: the system has the rest

Row = tuple[int, bytes, bytes, bytes, str]  # key, ENVELOPE, BODYSTRUCTURE, packed summary, EMAILID or nothing
_TYPES = [int, bytes, bytes, bytes, str]
StatusRow = tuple[
    int, ...
]  # mailbox, modification times of `cur` and `new`, what `Status` has; octets may be -1

_TABLES = """
CREATE TABLE IF NOT EXISTS message (
    key INTEGER PRIMARY KEY, envelope BLOB NOT NULL, bodystructure BLOB NOT NULL, summary BLOB NOT NULL,
    email_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS status (
    mailbox INTEGER PRIMARY KEY, cur INTEGER NOT NULL, new INTEGER NOT NULL, messages INTEGER NOT NULL,
    recent INTEGER NOT NULL, unseen INTEGER NOT NULL, deleted INTEGER NOT NULL, uidnext INTEGER NOT NULL,
    highestmodseq INTEGER NOT NULL, octets INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS journal (start INTEGER PRIMARY KEY, octets BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""
_ANEW = f"""
BEGIN; DROP TABLE IF EXISTS message; DROP TABLE IF EXISTS journal; DROP TABLE IF EXISTS meta;
PRAGMA user_version = {VERSION}; {_TABLES}
"""
_PIECE = "DELETE FROM message WHERE key IN (SELECT key FROM message WHERE key BETWEEN ? AND ? LIMIT 200)"
_NEXT = (
    "SELECT min(number) FROM (SELECT min(key) >> 32 AS number FROM message WHERE key >= ?"
    " UNION ALL SELECT min(mailbox) FROM status WHERE mailbox > ?)"
)
_STATUS = "SELECT * FROM status WHERE mailbox = ?"
_KEEP = "INSERT OR REPLACE INTO status VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_RANGE = "SELECT key, envelope, bodystructure, summary, email_id FROM message WHERE key BETWEEN ? AND ? ORDER BY key"
_LIST = (
    "SELECT key, envelope, bodystructure, summary, email_id FROM message"
    " WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key"
)
_SUMMARIES = "SELECT key - ?, summary FROM message WHERE key BETWEEN ? AND ?"
_SUMMARY_LIST = "SELECT key - ?, summary FROM message WHERE key IN (SELECT value FROM json_each(?))"

# What a damaged file may cause. A message of SQLite that quotes it need not be UTF-8, and then Python raises the latter.
FAULTS = (sqlite3.Error, UnicodeDecodeError)

P = ParamSpec("P")
T = TypeVar("T")


def _alone(method: Callable[Concatenate[Cache, P], T]) -> Callable[Concatenate[Cache, P], T]:
    """One thread at a time: a connection that is closed while another thread uses it brings the process down."""

    @wraps(method)
    def locked(self: Cache, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._lock:
            return method(self, *args, **kwargs)

    return locked


def key(mailbox: int, uid: int) -> int:
    """The key of a message."""
    return (mailbox << 32) | uid


def is_damage(error: Exception) -> bool:
    """Whether one of the `FAULTS` says that the file is damaged, and not that it cannot be used now."""
    if isinstance(error, sqlite3.OperationalError):  # a name or type in it is not what we put there
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return not isinstance(error, sqlite3.ProgrammingError)


def expect(condition: bool) -> None:
    """Columns of SQLite take values of any type. Raises sqlite3.DatabaseError where one is not ours."""
    if not condition:
        raise sqlite3.DatabaseError("a value of another type")


def _make_file(path: bytes) -> bool:
    """Make the file if it is not there; whether it is empty."""
    with contextlib.suppress(OSError):
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            return os.fstat(fd).st_size == 0
        finally:
            os.close(fd)
    return False


class Cache:
    """The file. Everything here blocks, may be called from any thread, and never raises: a cache that fails
    is thrown away, and one that cannot be made is not there."""

    def __init__(self, path: bytes, identity: bytes, durable: bool = True, closed: bytes = b"") -> None:
        """`closed` says where the journal ended when it was opened, empty if it was not closed properly."""
        self._durable = durable
        self._closed = closed
        self._path = path
        self._identity = identity
        self._database: sqlite3.Connection | None = None
        self._broken = False
        self._lock = NativeLock()

    @_alone
    def get(self, mailbox: int, uids: Sequence[int]) -> list[Row]:
        """The rows that are there for these UIDs (ascending), in that order."""
        database = self._open()
        if database is None or not uids:
            return []
        first, last = key(mailbox, uids[0]), key(mailbox, uids[-1])
        try:
            if last - first < 2 * len(uids):
                found = database.execute(_RANGE, (first, last)).fetchall()
            else:
                keys = json.dumps([key(mailbox, uid) for uid in uids])
                found = database.execute(_LIST, (keys,)).fetchall()
            expect(list(map(type, chain.from_iterable(found))) == _TYPES * len(found))
        except FAULTS as error:
            self._give_up(error)
            return []
        return found

    @_alone
    def summaries(self, mailbox: int, uids: Sequence[int]) -> dict[int, bytes]:
        """The packed summaries that are there for these UIDs (ascending), and perhaps for some between them."""
        database = self._open()
        if database is None or not uids:
            return {}
        first, last = key(mailbox, uids[0]), key(mailbox, uids[-1])
        try:
            if last - first < 2 * len(uids):
                rows = database.execute(_SUMMARIES, (key(mailbox, 0), first, last))
            else:
                wanted = json.dumps([key(mailbox, uid) for uid in uids])
                rows = database.execute(_SUMMARY_LIST, (key(mailbox, 0), wanted))
            found = dict(rows.fetchall())
            expect(set(map(type, found)) <= {int} and set(map(type, found.values())) <= {bytes})
        except FAULTS as error:
            self._give_up(error)
            return {}
        return found

    def put(self, rows: Iterable[Row]) -> None:
        """Keep rows."""
        self._change("INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?)", rows, make=True)

    def forget(self, mailbox: int, uids: Iterable[int]) -> None:
        """Drop rows of messages that are gone."""
        self._change("DELETE FROM message WHERE key = ?", [(key(mailbox, uid),) for uid in uids])

    def forget_mailbox(self, mailbox: int) -> None:
        """Drop everything about a mailbox."""
        while self._change(_PIECE, [(key(mailbox, 0), key(mailbox, 2**32 - 1))]):
            pass  # piece by piece, as others want to read rows meanwhile
        self._change("DELETE FROM status WHERE mailbox = ?", [(mailbox,)])

    def keep_only(self, mailboxes: Container[int]) -> None:
        """Drop everything about mailboxes that are not among these."""
        number = self._next_mailbox(0)
        while number:
            if number not in mailboxes:
                self.forget_mailbox(number)
            number = self._next_mailbox(number)

    @_alone
    def _next_mailbox(self, number: int) -> int:
        """The lowest number above this one of which there is something, or 0."""
        database = self._open()
        if database is None:
            return 0
        try:
            found = database.execute(_NEXT, (key(number + 1, 0), number)).fetchone()[0] or 0
            expect(type(found) is int and (found == 0 or number < found < MAILBOXES))
        except FAULTS as error:
            self._give_up(error)
            return 0
        return int(found)

    def quickly(
        self, offload: Callable[..., T], look: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `look`, a method that reads a row or two, returns: called here if that is quick, else by `offload`.

        It is not while the file has to be opened, and while another thread is at work on it, who may have to wait
        for the disk.
        """
        near = self._database is not None or not os.path.exists(self._path)
        if not near or not self._lock.acquire(blocking=False):
            return offload(look, *args, **kwargs)
        try:
            return look(*args, **kwargs)
        finally:
            self._lock.release()

    @_alone
    def status(self, mailbox: int) -> StatusRow | None:
        """What was kept of a mailbox that is not in memory; None when nothing is or it may not be true any more."""
        database = self._open()
        if database is None:
            return None
        try:
            found: StatusRow | None = database.execute(_STATUS, (mailbox,)).fetchone()
            expect(found is None or set(map(type, found)) == {int})
        except FAULTS as error:
            self._give_up(error)
            return None
        return found

    @_alone
    def keep_statuses(self, rows: Sequence[StatusRow], unknown: Sequence[int], closed: bytes = b"") -> None:
        """Keep what mailboxes say that leave memory, and nothing of those `unknown`; all of it at once.

        When the journal is opened next, the rows count only if it ends where `closed` says.
        """
        database = self._open(make=bool(rows))
        if database is None:
            return
        try:
            database.executemany("DELETE FROM status WHERE mailbox = ?", [(number,) for number in unknown])
            database.executemany(_KEEP, rows)
            database.execute("INSERT OR REPLACE INTO meta VALUES ('closed', ?)", (closed,))
            database.commit()
        except FAULTS as error:
            self._give_up(error)

    def keep_copy(self, start: int, octets: bytes) -> None:
        """Keep a piece of the journal."""
        self._change("INSERT OR REPLACE INTO journal VALUES (?, ?)", [(start, octets)], make=True)

    def forget_copy(self) -> None:
        """Drop the copy of the journal."""
        self._change("DELETE FROM journal", [()])

    @_alone
    def copied(self, header: bytes) -> int:
        """How much of the journal with this header is copied."""
        database = self._open()
        if database is None:
            return 0
        try:
            first = database.execute("SELECT octets FROM journal WHERE start = 0").fetchone()
            if first is None:
                return 0
            expect(type(first[0]) is bytes)
            if not first[0].startswith(header):
                return 0
            end: int = database.execute("SELECT max(start + length(octets)) FROM journal").fetchone()[0]
            expect(type(end) is int)
        except FAULTS as error:
            self._give_up(error)
            return 0
        return end

    @_alone
    def copy(self) -> bytes:
        """The copy of the journal, as far as it has no gaps."""
        database = self._open()
        pieces: list[bytes] = []
        size = 0
        if database is None:
            return b""
        try:
            for start, octets in database.execute("SELECT start, octets FROM journal ORDER BY start"):
                expect(type(octets) is bytes)
                if start != size:
                    break
                pieces.append(octets)
                size += len(octets)
        except FAULTS as error:
            self._give_up(error)
            return b""
        return b"".join(pieces)

    @_alone
    def sound(self) -> bool:
        """Whether the file is whole. One that is not is thrown away."""
        database = self._open()
        try:
            said = "ok" if database is None else database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise sqlite3.DatabaseError(said)
        except FAULTS as error:
            self._give_up(error)
            return False
        return True

    @_alone
    def _change(self, statement: str, rows: Iterable[tuple[object, ...]], make: bool = False) -> int:
        """How many rows were changed."""
        database = self._open(make)
        if database is None:
            return 0
        try:
            changed = database.executemany(statement, rows).rowcount
            database.commit()
        except FAULTS as error:
            self._give_up(error)
            return 0
        return changed

    def _open(self, make: bool = False) -> sqlite3.Connection | None:
        """The database, None if there can be none; a file that is not there is made only to put something into it."""
        if self._database is None and not self._broken and (make or os.path.exists(self._path)):
            try:
                self._database = self._connect()
            except FAULTS as error:
                self._give_up(error)
                # One more try with a new file; after that there is no cache until the account is opened again.
                if not self._broken:
                    self._broken = True
                    with contextlib.suppress(*FAULTS):
                        self._database = self._connect()
                        self._broken = False
        return self._database

    def _connect(self) -> sqlite3.Connection:
        is_new = _make_file(self._path)
        database = sqlite3.connect(os.fsdecode(self._path), check_same_thread=False, timeout=1.0)
        try:
            # One process has the file; a crash may cost the last rows, never the file, unless it was just being made.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            if is_new:
                database.execute("PRAGMA synchronous = OFF")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(f"PRAGMA cache_size = -{PAGES}")
            self._lay_out(database)
            database.execute(f"PRAGMA synchronous = {'NORMAL' if self._durable else 'OFF'}")
        except BaseException:
            database.close()
            raise
        return database

    def _lay_out(self, database: sqlite3.Connection) -> None:
        """Make the tables that are not there, and drop what is not true any more, all at once."""
        version = database.execute("PRAGMA user_version").fetchone()[0]
        database.executescript("BEGIN;" + _TABLES if version == VERSION else _ANEW)
        noted = database.execute("SELECT value FROM meta WHERE name = 'journal'").fetchone()
        if self._identity and (noted is None or noted[0] != self._identity):
            database.execute("DELETE FROM message")
            database.execute("INSERT OR REPLACE INTO meta VALUES ('journal', ?)", (self._identity,))
        ended = database.execute("SELECT value FROM meta WHERE name = 'closed'").fetchone()
        if self._identity and (ended is None or not self._closed or ended[0] != self._closed):
            database.execute("DELETE FROM status")
        database.commit()

    def _give_up(self, error: Exception) -> None:
        """Throw a damaged file away; leave one alone that only cannot be used now."""
        self._let_go()
        if not is_damage(error):
            logger.warning("no cache in %r: %s", self._path, error)
            self._broken = True
            return
        logger.warning("the cache %r is damaged and made anew: %s", self._path, error)
        for suffix in SIDE_FILES:
            with contextlib.suppress(OSError):
                os.unlink(self._path + suffix)

    @_alone
    def finish(self) -> None:
        """Write all that is in the log into the file itself: nothing of that is left to `close`, which is quick then."""
        if self._database is not None:
            try:
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except FAULTS as error:
                self._give_up(error)

    @_alone
    def close(self) -> None:
        """Close the file for good: who comes later finds nothing."""
        self._broken = True
        self._let_go()

    def _let_go(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            with contextlib.suppress(*FAULTS):
                database.close()
