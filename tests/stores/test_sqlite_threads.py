"""Threads that use the cache or the index of texts while another closes it: nothing but an answer or an error."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from coromail.native_lock import NativeLock
from coromail.stores.maildir.cache import Cache, Row, key
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


def test_a_quick_look_does_not_wait_for_another_thread(tmp_path: Path) -> None:
    """It is made by the event loop: while another thread writes, it is left to a third."""
    cache = Cache(bytes(tmp_path / "cache"), b"x" * 16)
    cache.put([(key(1, 1), b"e", b"b", b"s", "")])
    busy, done = threading.Event(), threading.Event()
    left: list[object] = []

    def rows() -> Iterator[Row]:
        busy.set()
        done.wait(60)
        yield key(1, 2), b"e", b"b", b"s", ""

    def offload(look: Callable[..., dict[int, bytes]], *args: Any) -> dict[int, bytes]:
        left.append(look)
        done.set()
        return look(*args)

    assert cache.quickly(offload, cache.summaries, 1, [1]) == {1: b"s"}
    assert not left
    writer = threading.Thread(target=lambda: cache.put(rows()))
    writer.start()
    assert busy.wait(60)
    assert cache.quickly(offload, cache.summaries, 1, [1]) == {1: b"s"}
    writer.join()
    assert left == [cache.summaries]
    cache.close()


def test_a_quick_look_does_not_open_the_file(tmp_path: Path) -> None:
    path = bytes(tmp_path / "cache")
    first = Cache(path, b"x" * 16)
    first.put([(key(1, 1), b"e", b"b", b"s", "")])
    first.close()
    left: list[object] = []

    def offload(look: Callable[..., dict[int, bytes]], *args: Any) -> dict[int, bytes]:
        left.append(look)
        return look(*args)

    cache = Cache(path, b"x" * 16)
    for _ in range(2):
        assert cache.quickly(offload, cache.summaries, 1, [1]) == {1: b"s"}
    assert left == [cache.summaries]
    cache.close()
