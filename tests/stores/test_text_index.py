"""The index of texts: a search gives the same before, while and after it is there, and when it is lost."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.collation import COMPARATORS
from coromail.message.matching import Needle
from coromail.message.search_text import folded, searchable
from coromail.message.structure import scan
from coromail.model.mailbox import NewMessage
from coromail.stores.maildir import indexing, text_index
from coromail.stores.maildir.indexing import FILE
from coromail.stores.maildir.text_index import TextIndex
from tests.stores.maildir_home import Home, mail

WORDS = ("mango", "Straße", "über", "日本語 text", "Ω-ohm", "tiny")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "WORTH", 3)
    monkeypatch.setattr(indexing, "STEP", 4)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.model.close()


def fill(home: Home, count: int = 12) -> None:
    home.inbox.append_all(
        [NewMessage(mail(f"{WORDS[n % 6]} number{n}").replace(b"?", b"")) for n in range(count)]
    )


def ask(home: Home, text: str) -> list[int]:
    box = home.inbox
    return list(box.may_hold(text, list(box.index.uids)))


def build(home: Home) -> None:
    while home.model.account.texts.step():
        pass


def rows(home: Home) -> list[int]:
    with sqlite3.connect(bytes(home.path).decode() + FILE.decode()) as database:
        found = [
            number & 0xFFFFFFFF for (number,) in database.execute("SELECT key FROM content ORDER BY key")
        ]
    database.close()
    return found


def matches(home: Home, text: str) -> list[int]:
    """UIDs that the index knows of, without what it cannot rule out."""
    texts = home.model.account.texts
    assert texts._index is not None
    return texts._index.query(home.inbox.number, folded(text)) or []


def test_every_step_takes_messages_in_as_long_as_there_are_some(home: Home) -> None:
    fill(home)
    ask(home, "number7")
    for upto in (4, 8, 12):
        assert home.model.account.texts.step()
        assert rows(home) == list(range(1, upto + 1))


def test_it_rests_after_work_not_after_waiting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a piece of work takes many times as long on the clock as of CPU."""
    fill(home)
    account = home.model.account
    later: list[tuple[float, Callable[[], None]]] = []
    monkeypatch.setattr(account.context, "call_later", lambda *what: later.append(what))
    ask(home, "number7")

    def slow(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        time.sleep(1)
        return function(*args, **options)

    monkeypatch.setattr(account, "offload", slow)
    _, run = later.pop()
    run()
    rest, _ = later.pop()
    assert indexing.PAUSE <= rest < indexing.REST


def test_candidates_before_while_and_after_it_is_built(home: Home) -> None:
    fill(home)
    everything = list(range(1, 13))
    assert ask(home, "number7") == everything
    texts = home.model.account.texts
    assert texts.step()
    assert ask(home, "number2") == [3, *range(5, 13)]
    build(home)
    assert ask(home, "number7") == [8]
    assert ask(home, "NUMBER7") == [8]
    assert ask(home, "umbe") == everything
    assert ask(home, "nowhere") == []
    assert ask(home, "r7") == [8]
    assert ask(home, "zz") == []
    assert ask(home, "u") == everything, "too short to be looked up"
    assert ask(home, "a\0number") == everything
    fill(home, 1)
    assert ask(home, "nowhere") == [13], "not yet in it"


def test_expunged_messages_leave_it(home: Home) -> None:
    fill(home)
    ask(home, "number7")
    build(home)
    home.inbox.expunge({3, 8})
    build(home)
    assert rows(home) == [1, 2, 4, 5, 6, 7, 9, 10, 11, 12]
    assert matches(home, "number7") == []
    home.inbox.expunge({1})
    home.restart()
    assert rows(home) == [2, 4, 5, 6, 7, 9, 10, 11, 12]
    home.inbox.expunge({2})  # nobody has searched since the start
    home.restart()
    assert rows(home) == [4, 5, 6, 7, 9, 10, 11, 12]


def test_much_that_is_gone_leaves_it_in_pieces(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left when the account is closed goes when it is opened next."""
    for module in (indexing, text_index):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    monkeypatch.setattr(indexing, "LAST_STEPS", 1)
    fill(home)
    ask(home, "number7")
    build(home)
    home.inbox.expunge({1, 2, 3, 4, 5})
    assert home.model.account.texts.step()
    assert len(rows(home)) == 10
    home.restart()
    assert len(rows(home)) == 8
    assert ask(home, "number7") == [8]
    build(home)
    assert rows(home) == [6, 7, 8, 9, 10, 11, 12]
    home.model.account.texts.forget(home.inbox.number)
    home.restart()
    assert len(rows(home)) == 5
    assert ask(home, "number7") == [6, 7, 8, 9, 10, 11, 12], "it is built anew"
    build(home)
    assert rows(home) == [6, 7, 8, 9, 10, 11, 12]
    assert ask(home, "number7") == [8]


def test_an_index_that_is_right_is_not_read_through(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home)
    ask(home, "number7")
    build(home)
    home.inbox.expunge({3})
    home.restart()
    monkeypatch.delattr(TextIndex, "_uids")
    assert ask(home, "number7") == [8]
    build(home)


def test_moved_messages_are_found_where_they_are(home: Home) -> None:
    fill(home)
    ask(home, "number7")
    build(home)
    other = home.model.create("Other")
    home.inbox.move([8], other)
    build(home)
    assert ask(home, "number7") == []
    assert list(other.may_hold("number7", [1, 2])) == [1, 2]


def test_deleted_mailboxes_leave_it(home: Home) -> None:
    home.model.create("Other")
    box = home.box("Other")
    box.append_all([NewMessage(mail(f"number{n}")) for n in range(5)])
    box.may_hold("number1", [1, 2])
    build(home)
    assert rows(home) == [1, 2, 3, 4, 5]
    home.model.delete("Other")
    build(home)
    assert rows(home) == []


def test_a_crash_leaves_nothing_behind(home: Home) -> None:
    fill(home)
    ask(home, "number7")
    build(home)
    home.inbox.expunge({3})
    home.crash()
    fill(home, 1)
    ask(home, "number7")
    build(home)
    assert 3 not in rows(home)
    assert len(rows(home)) == 12
    assert ask(home, "number7") == [8]


@pytest.mark.parametrize("damage", [b"", b"rubbish" * 1000, None])
def test_a_lost_index_is_made_again(home: Home, damage: bytes | None) -> None:
    fill(home)
    ask(home, "number7")
    build(home)
    home.model.close()
    file = home.path / FILE.decode()[1:]
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    home.model = home.login()
    assert ask(home, "number7") == list(range(1, 13))
    build(home)
    assert ask(home, "number7") == [8]


def test_damage_in_the_middle_means_a_search_without_it(home: Home) -> None:
    fill(home)
    ask(home, "number7")
    build(home)
    home.model.close()
    file = home.path / FILE.decode()[1:]
    octets = bytearray(file.read_bytes())
    octets[4096:] = b"\xff" * (len(octets) - 4096)
    file.write_bytes(octets)
    home.model = home.login()
    assert ask(home, "number7") == list(range(1, 13))
    home.restart()
    assert ask(home, "number7") == list(range(1, 13))
    build(home)
    assert ask(home, "number7") == [8]


def test_the_index_of_another_journal_is_not_used(home: Home, tmp_path: Path) -> None:
    fill(home)
    ask(home, "number7")
    build(home)
    home.model.close()
    for name in ("coromail.journal", "coromail.sqlite3"):
        (home.path / name).unlink()
    home.model = home.login()
    assert ask(home, "number7") == list(range(1, 13))


def test_an_index_that_knows_more_than_the_journal_is_not_used(home: Home) -> None:
    """The Maildir was put back to what it was, the index was not."""
    fill(home, 6)
    home.model.close()
    before = {name: (home.path / name).read_bytes() for name in ("coromail.journal", "coromail.sqlite3")}
    home.model = home.login()
    fill(home, 6)
    ask(home, "number3")
    build(home)
    home.model.close()
    for name, octets in before.items():
        (home.path / name).write_bytes(octets)
    for file in home.files()[6:]:
        (home.path / "cur" / file).unlink()
    home.model = home.login()
    assert ask(home, "number3") == list(range(1, 7))
    build(home)
    fill(home, 6)
    assert ask(home, "number3") == [4, *range(7, 13)]


def test_switched_off_it_goes(home: Home) -> None:
    fill(home)
    ask(home, "number7")
    build(home)
    home.settings["text_index"] = False
    home.restart()
    assert ask(home, "number7") == list(range(1, 13))
    assert not (home.path / FILE.decode()[1:]).exists()


def test_files_that_cannot_be_read_are_always_candidates(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home)

    def read_file(path: bytes) -> bytes:
        if os.fsencode(home.files()[2]) in path:
            raise PermissionError
        return Path(os.fsdecode(path)).read_bytes()

    monkeypatch.setattr(indexing, "read_file", read_file)
    ask(home, "number7")
    build(home)
    assert ask(home, "nowhere") == [3]


def test_large_messages_are_always_candidates(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home, 3)
    monkeypatch.setattr(indexing, "HUGE", 10_000)
    home.inbox.append_all([NewMessage(mail("big " + "x" * 20_000))])
    ask(home, "number7")
    build(home)
    assert ask(home, "nowhere") == [4]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=30)


@settings(deadline=None, max_examples=150)
@given(st.lists(texts, min_size=1, max_size=3), st.data())
def test_no_match_is_missed(lines: list[str], data: Any) -> None:
    """Whatever a needle finds in a message, by any comparator, is in its searchable text, and is a candidate."""
    header = b"Subject: " + lines[0].encode("utf-8") + b"\r\nTo: " + lines[-1].encode() + b"\r\nTo: b\r\n"
    octets = header + b"\r\n" + "\r\n".join(lines).encode() + b"\r\n"
    line = data.draw(st.sampled_from(lines))
    start = data.draw(st.integers(0, len(line)))
    wanted = line[start : start + data.draw(st.integers(1, 30))].strip()
    root, text = scan(octets), searchable(octets)
    for comparator in COMPARATORS:
        for spelled in (wanted, wanted.upper(), wanted.casefold()):
            needle = Needle(spelled, comparator)
            if needle.in_header(octets, 0, root.body_start) or needle.in_body(octets, root, True):
                assert folded(spelled) in text


def test_two_characters_that_very_many_stand_behind_are_not_looked_up(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_index, "MANY", 5)
    fill(home)
    ask(home, "number7")
    build(home)
    assert ask(home, "r7") == [8]
    assert ask(home, "er") == list(range(1, 13))


def test_every_piece_of_any_text_is_found(tmp_path: Path) -> None:
    index = TextIndex(bytes(tmp_path) + FILE, b"x" * 16)
    samples = [
        'say "hello" OR NOT *x*',
        "日本語テキスト",
        "a\u0301bc\U0001f600def",
        "AND OR NEAR()",
        "tab\tnew\r\nline",
    ]
    index.add(7, list(enumerate(map(folded, samples), 1)), 5)
    for uid, sample in enumerate(samples, 1):
        text = folded(sample)
        for start in range(len(text) - 1):
            for end in (start + 2, start + 3, len(text)):
                assert uid in (index.query(7, text[start:end]) or ())
        assert index.query(8, text) == []
    index.close()


def test_two_who_search_first_open_it_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home)
    openings: list[TextIndex] = []
    second = threading.Event()

    class Slow(TextIndex):
        def __init__(self, path: bytes, identity: bytes) -> None:
            openings.append(self)
            if len(openings) == 1:
                second.wait(0.5)  # time enough for the other
            else:
                second.set()
            super().__init__(path, identity)

    monkeypatch.setattr(indexing, "TextIndex", Slow)
    box = home.inbox
    searches = [threading.Thread(target=box.may_hold, args=("mango", list(box.index.uids))) for _ in range(2)]
    for search in searches:
        search.start()
    for search in searches:
        search.join()
    assert len(openings) == 1
    build(home)
    assert ask(home, "mango") == [1, 7]
