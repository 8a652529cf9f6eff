"""Closing databases writes and syncs what is in their logs: the event loop must not wait for that."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coromail.stores.maildir import indexing
from coromail.stores.maildir.cache import Cache
from coromail.stores.maildir.text_index import TextIndex
from tests.stores.maildir_home import Home, append


def test_an_account_that_is_closed_has_its_databases_written_in_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "WORTH", 2)
    home = Home(tmp_path)
    account, offload = home.model.account, home.model.account.offload
    append(home.inbox, *map(str, range(50)))
    home.inbox.envelopes(list(home.inbox.index.uids))
    home.inbox.may_hold("something", list(home.inbox.index.uids))
    while account.texts.step():
        pass
    log = home.path / "coromail.sqlite3-wal"
    assert log.stat().st_size > 0
    at_work: list[object] = []
    closed: list[str] = []

    def noting(function, *args):  # type: ignore[no-untyped-def]
        at_work.append(function)
        try:
            return offload(function, *args)
        finally:
            at_work.pop()

    def close_cache(cache: Cache) -> None:
        closed.append(f"cache, {os.path.getsize(log)} octets in its log")
        real_cache(cache)

    def close_texts(index: TextIndex) -> None:
        closed.append("texts in a thread" if at_work else "texts")
        real_texts(index)

    real_cache, real_texts = Cache.close, TextIndex.close
    monkeypatch.setattr(account, "offload", noting)
    monkeypatch.setattr(Cache, "close", close_cache)
    monkeypatch.setattr(TextIndex, "close", close_texts)
    home.model.close()
    assert closed == ["texts in a thread", "cache, 0 octets in its log"]
