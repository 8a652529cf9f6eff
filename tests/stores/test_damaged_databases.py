"""SQLite files whose contents are not ours: SQLite reads them, and what it gives has other types, or no end.

C18. Found by the harnesses `cache_files` and `text_indexes` of fuzz/, whose corpus has octets that do the same.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from coromail.stores.maildir import indexing
from coromail.stores.maildir.indexing import FILE
from tests.stores.maildir_home import Home, append, subjects, uids
from tests.stores.test_text_index import ask, build, fill

NAMES = ["one", "two", "three"]
RENAMED = (
    "PRAGMA writable_schema = ON;"
    " UPDATE sqlite_schema SET sql = replace(sql, 'summary', CAST(x'73ff' AS TEXT)) WHERE name = 'message'"
)


def change(path: Path, script: str) -> None:
    database = sqlite3.connect(path)
    database.executescript(script)
    database.close()


def lived_in(home: Home) -> None:
    append(home.inbox, *NAMES)
    home.inbox.envelopes(uids(home.inbox))
    home.model.close()


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE message SET envelope = 5",
        "UPDATE message SET bodystructure = 'text'",
        "UPDATE message SET summary = x'00'",
        "UPDATE message SET summary = x'ffffffff' || summary WHERE key & 1",
        "UPDATE status SET messages = 'many', uidnext = 1.5",
        "UPDATE status SET mailbox = 1 << 40; UPDATE message SET key = -key",
        "UPDATE journal SET octets = 7; UPDATE meta SET value = 'text'",
        "DROP TABLE message; CREATE TABLE message (key TEXT)",
        RENAMED,
    ],
    ids=lambda script: script[:40],
)
def test_a_cache_with_other_contents_is_made_again(home: Home, script: str) -> None:
    lived_in(home)
    change(home.path / "coromail.sqlite3", script)
    for _ in range(2):
        home.model = home.login()
        assert home.inbox.status().messages == len(NAMES)
        assert subjects(home.inbox) == NAMES
        assert all(type(one) is bytes for one in home.inbox.envelopes(uids(home.inbox)))
        assert all(type(one) is bytes for one in home.inbox.bodystructures(uids(home.inbox)))
        assert [one.base_subject for one in home.inbox.summaries(uids(home.inbox))] == NAMES
        home.model.close()


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE progress SET upto = 'text'",
        "UPDATE content SET text = x'00'",
        "UPDATE content SET text = 5",
        RENAMED.replace("summary", "upto").replace("message", "progress"),
    ],
    ids=lambda script: script[:40],
)
def test_an_index_of_texts_with_other_contents_is_made_again(
    home: Home, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "WORTH", 3)
    fill(home)
    ask(home, "number7")
    build(home)
    home.model.close()
    change(home.path / FILE.decode()[1:], script)
    home.model = home.login()
    assert 8 in ask(home, "number7")
    home.inbox.expunge({3})
    build(home)
    assert 8 in ask(home, "number7")
    home.restart()
    ask(home, "number7")
    build(home)
    assert ask(home, "number7") == [8]
