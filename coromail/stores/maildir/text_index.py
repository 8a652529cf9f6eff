"""Which messages may hold a string: three neighbouring characters each, in an SQLite file (FTS5, `trigram`).

A file of its own beside the cache, so that nobody waits for one to be written who reads the other. It may be thrown
away at any time. It belongs to one journal, whose identity it notes. The table of trigrams keeps no texts, so they
are kept beside, packed: SQLite asks for them when they are to leave.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain

from coromail.native_lock import NativeLock
from coromail.stores.maildir.cache import FAULTS, PAGES, SIDE_FILES, expect, is_damage, key

logger = logging.getLogger(__name__)

VERSION = 4
SHORTEST = 2  # characters of a string that can be looked up
GRAM = 3  # characters
MOST = 30  # trigrams that are asked for: more of them leave fewer messages to look into
LAST = 2**32 - 1
LARGE = 1 << 20  # characters; longer texts are always candidates
END = "\n"  # stands behind each text, so that its last two characters begin a trigram as well
MANY = 1000  # trigrams that begin with the same two characters; if there are so many, these are not looked up
LAST_CHARACTER = "\U0010ffff"
CHECKPOINT = 8000  # pages, 32 MB: what changes often is copied, and synced, less often
AT_ONCE = 200  # rows that are removed in one go

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS progress (
    mailbox INTEGER PRIMARY KEY, upto INTEGER NOT NULL, messages INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS content (key INTEGER PRIMARY KEY, text BLOB);
CREATE INDEX IF NOT EXISTS always ON content (key) WHERE text IS NULL;
CREATE VIRTUAL TABLE IF NOT EXISTS grams USING fts5(
    text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1');
"""
# Pieces are merged sixteen at a time, not four: a quarter less CPU, and a word is looked up in some more of them.
_MERGES = "INSERT INTO grams (grams, rank) VALUES ('automerge', 16);"
# Of the connection that reads: which trigrams there are.
_TERMS = "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, grams, row)"
_BEGIN = "SELECT term FROM temp.terms WHERE term BETWEEN ? AND ? LIMIT ?"
_QUERY = "SELECT rowid FROM grams WHERE grams MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid"
_KEYS = "SELECT key FROM content WHERE key > ? AND key <= ? ORDER BY key LIMIT ?"
_ALWAYS = "SELECT key FROM content WHERE text IS NULL AND key BETWEEN ? AND ?"


class TextIndex:
    """The file. Everything here blocks and raises nothing but `FAULTS`.

    One connection writes, another reads, each for one thread at a time: who searches does not wait for the writer.
    """

    def __init__(self, path: bytes, identity: bytes) -> None:
        """Open the file or make it; one that belongs to another journal is emptied. Raises `FAULTS`."""
        self._path = path
        self._reading, self._writing = NativeLock(), NativeLock()
        try:
            self._writer = self._connect(identity)
        except FAULTS as error:
            if not is_damage(error):
                raise
            logger.warning("the index of texts %r is damaged and is made anew: %s", path, error)
            remove(path)
            self._writer = self._connect(identity)
        self._reader = sqlite3.connect(os.fsdecode(path), check_same_thread=False, timeout=1.0)
        self._reader.execute(_TERMS)
        self._reader.execute(f"PRAGMA cache_size = -{PAGES}")

    def _connect(self, identity: bytes) -> sqlite3.Connection:
        with contextlib.suppress(OSError):
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        database = sqlite3.connect(os.fsdecode(self._path), check_same_thread=False, timeout=1.0)
        try:
            # Losing the last rows does no harm, as what is known to be in it is lost with them.
            database.executescript(
                f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -{PAGES};"
                f"PRAGMA wal_autocheckpoint = {CHECKPOINT}"
            )
            mine = identity + bytes([VERSION])
            database.executescript(_TABLES)
            noted = database.execute("SELECT value FROM meta WHERE name = 'journal'").fetchone()
            if noted is None or noted[0] != mine:
                database.executescript(
                    "DROP TABLE grams; DROP TABLE content; DROP TABLE progress;" + _TABLES + _MERGES
                )
                database.execute("INSERT OR REPLACE INTO meta VALUES ('journal', ?)", (mine,))
                database.commit()
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Close the file."""
        with self._reading, self._writing, contextlib.suppress(*FAULTS):
            self._reader.close()
            self._writer.close()

    def progress(self) -> dict[int, int]:
        """The mailboxes that are in it, and up to which UID."""
        with self._reading:
            found = self._reader.execute("SELECT mailbox, upto FROM progress").fetchall()
        expect(set(map(type, chain.from_iterable(found))) <= {int})
        return dict(found)

    def query(self, mailbox: int, text: str) -> list[int] | None:
        """UIDs of messages, ascending, that may hold a folded text of `SHORTEST` characters or more; None when it is in
        too many trigrams."""
        first, last = key(mailbox, 0), key(mailbox, LAST)
        with self._reading:
            expression = _match(_grams(text)) if len(text) >= GRAM else self._beginning(text)
            if expression is None:
                return None
            found = self._reader.execute(_QUERY, (expression, first, last)).fetchall() if expression else []
            found += self._reader.execute(_ALWAYS, (first, last)).fetchall()
        expect(set(map(type, chain.from_iterable(found))) <= {int})
        return sorted([number - first for (number,) in found])

    def _beginning(self, text: str) -> str | None:
        """The trigrams that begin with two characters as an FTS5 expression; None when there are too many."""
        found = self._reader.execute(_BEGIN, (text, text + LAST_CHARACTER, MANY)).fetchall()
        expect(set(map(type, chain.from_iterable(found))) <= {str})
        return None if len(found) == MANY else " OR ".join([_quoted(gram) for (gram,) in found])

    def add(self, mailbox: int, texts: Sequence[tuple[int, str | None]], upto: int) -> None:
        """Take in messages (UID and folded text; None: cannot be known), and note that all up to `upto` are in it."""
        with self._writing, self._writer as database:
            count = sum(self._put(database, key(mailbox, uid), text) for uid, text in texts)
            database.execute("INSERT OR IGNORE INTO progress VALUES (?, 0, 0)", (mailbox,))
            database.execute(
                "UPDATE progress SET upto = ?, messages = messages + ? WHERE mailbox = ?",
                (upto, count, mailbox),
            )

    @staticmethod
    def _put(database: sqlite3.Connection, number: int, text: str | None) -> bool:
        """Take a message in; whether it was not there."""
        known = None if text is None or len(text) > LARGE else text + END
        packed = None if known is None else zlib.compress(known.encode(), 1)
        new = database.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (number, packed)).rowcount
        if packed is not None and new:
            database.execute("INSERT INTO grams (rowid, text) VALUES (?, ?)", (number, known))
        return new > 0

    def forget(self, mailbox: int, uids: Iterable[int]) -> None:
        """Drop messages, best some `AT_ONCE`: they are one transaction."""
        with self._writing, self._writer as database:
            count = sum(self._drop(database, key(mailbox, uid)) for uid in uids)
            database.execute(
                "UPDATE progress SET messages = messages - ? WHERE mailbox = ?", (count, mailbox)
            )

    @staticmethod
    def _drop(database: sqlite3.Connection, number: int) -> bool:
        """Drop a message; whether it was there."""
        row = database.execute("SELECT text FROM content WHERE key = ?", (number,)).fetchone()
        if row is None:
            return False
        if row[0] is not None:
            try:
                text = zlib.decompress(row[0]).decode()
            except (TypeError, ValueError, zlib.error) as error:
                raise sqlite3.DatabaseError("a text is damaged") from error
            database.execute("INSERT INTO grams (grams, rowid, text) VALUES ('delete', ?, ?)", (number, text))
        database.execute("DELETE FROM content WHERE key = ?", (number,))
        return True

    def forget_mailbox(self, mailbox: int) -> bool:
        """Drop some messages of a mailbox, of which nothing is known from now on; whether there are more."""
        with self._writing, self._writer as database:
            database.execute("UPDATE progress SET upto = 0 WHERE mailbox = ?", (mailbox,))
        uids = self._uids(mailbox, 0)
        self.forget(mailbox, uids)
        if len(uids) == AT_ONCE:
            return True
        with self._writing, self._writer as database:
            database.execute("DELETE FROM progress WHERE mailbox = ?", (mailbox,))
        return False

    def keep_only(self, mailbox: int, uids: Sequence[int], after: int = 0) -> int | None:
        """Drop some messages of a mailbox that are not among these (ascending), with UIDs above `after`; how far it has
        come, None when the rest is right."""
        with self._writing:
            row = self._writer.execute(
                "SELECT upto, messages FROM progress WHERE mailbox = ?", (mailbox,)
            ).fetchone()
        expect(row is None or set(map(type, row)) == {int})
        if row is None or row[1] == bisect_right(
            uids, row[0]
        ):  # all that should be in it are, so there are no others
            return None
        found = self._uids(mailbox, after)
        here = set(uids[bisect_right(uids, after) : bisect_right(uids, found[-1])]) if found else set()
        self.forget(mailbox, [uid for uid in found if uid not in here])
        return found[-1] if len(found) == AT_ONCE else None

    def _uids(self, mailbox: int, after: int) -> list[int]:
        """The next messages of a mailbox that are in it."""
        first = key(mailbox, 0)
        with self._writing:
            rows = self._writer.execute(_KEYS, (first + after, key(mailbox, LAST), AT_ONCE)).fetchall()
        expect(set(map(type, chain.from_iterable(rows))) <= {int})
        return [number - first for (number,) in rows]


def _grams(text: str) -> list[str]:
    return list(dict.fromkeys(text[place : place + GRAM] for place in range(len(text) - GRAM + 1)))


# What nearly every message has rules nothing out, and its lists are long.
_EVERYWHERE = frozenset(
    _grams(
        "FROM: TO: SUBJECT: DATE: MESSAGE-ID: RECEIVED: MIME-VERSION: 1.0 CONTENT-TYPE: TEXT/PLAIN; CHARSET=UTF-8"
    )
)


def _match(grams: list[str]) -> str:
    """Those trigrams that tell something, or `MOST` of them from all over the text, as an FTS5 expression."""
    telling = [gram for gram in grams if gram not in _EVERYWHERE] or grams
    grams = telling[:: -(-len(telling) // MOST)]
    return " AND ".join(map(_quoted, grams))


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'


def remove(path: bytes) -> None:
    """Remove the file and what SQLite keeps beside it. Blocks."""
    for suffix in SIDE_FILES:
        with contextlib.suppress(OSError):
            os.unlink(path + suffix)
