"""A user's databases keep little of their files in memory: there may be thousands of users."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from coromail.stores.maildir.cache import Cache, key
from coromail.stores.maildir.text_index import TextIndex

MOST = 256 * 1024


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """Those that are made from now on."""
    made: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def note(*args: object, **settings: object) -> sqlite3.Connection:
        made.append(connect(*args, **settings))  # type: ignore[call-overload]
        return made[-1]

    monkeypatch.setattr(sqlite3, "connect", note)
    return made


def kept(database: sqlite3.Connection) -> int:
    """How many octets of its file a connection may keep; SQLite says it in KiB (below 0) or in pages."""
    size: int = database.execute("PRAGMA cache_size").fetchone()[0]
    page: int = database.execute("PRAGMA page_size").fetchone()[0]
    return -size * 1024 if size < 0 else size * page


def test_cache(tmp_path: Path, connections: list[sqlite3.Connection]) -> None:
    cache = Cache(bytes(tmp_path / "cache"), b"x" * 16)
    cache.put([(key(1, 1), b"e", b"b", b"s", "")])
    assert [kept(one) <= MOST for one in connections] == [True]
    cache.close()


def test_text_index(tmp_path: Path, connections: list[sqlite3.Connection]) -> None:
    index = TextIndex(bytes(tmp_path / "texts"), b"x" * 16)
    assert [kept(one) <= MOST for one in connections] == [True, True]  # who writes, who reads
    index.close()
