"""Threads that use the cache or the index of texts while another closes it: nothing but an answer or an error."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from coromail.native_lock import NativeLock
from coromail.stores.maildir.cache import Cache, key
from coromail.stores.maildir.text_index import TextIndex


def hammer(use: object, close: object) -> list[BaseException]:
    """Call `use` from four threads while `close` is called; what was raised but sqlite3.Error."""
    raised: list[BaseException] = []
    begun = threading.Barrier(5)

    def work() -> None:
        begun.wait()
        for _ in range(100):
            try:
                use()  # type: ignore[operator]
            except sqlite3.Error:
                return
            except BaseException as error:
                raised.append(error)
                return

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.wait()
    close()  # type: ignore[operator]
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.parametrize("attempt", range(10))
def test_cache(tmp_path: Path, attempt: int) -> None:
    cache = Cache(bytes(tmp_path / "cache"), b"x" * 16)
    cache.put([(key(1, uid), b"e" * 100, b"b" * 100, b"s" * 100, "") for uid in range(1, 500)])

    def use() -> None:
        cache.get(1, range(1, 500))
        cache.put([(key(1, 501), b"e", b"b", b"s", "")])

    assert hammer(use, cache.close) == []
    assert cache.get(1, [1]) == []  # closed for good: nobody opens the file again behind the owner's back


@pytest.mark.parametrize("attempt", range(10))
def test_text_index(tmp_path: Path, attempt: int) -> None:
    index = TextIndex(bytes(tmp_path / "texts"), b"x" * 16)
    index.add(1, [(uid, f"MESSAGE {uid} OF MANY") for uid in range(1, 200)], 199)

    def use() -> None:
        index.query(1, "OF MANY")
        index.forget(1, [5])

    assert hammer(use, index.close) == []


def test_the_lock_is_native_also_where_gevent_has_patched() -> None:
    import _thread

    assert NativeLock is _thread.RLock
