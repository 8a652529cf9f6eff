"""What takes long where there are many messages or mailboxes happens in another thread, or in turns with others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coromail.stores.maildir import arrivals, compaction, loading, names, opening, tree
from coromail.stores.maildir.account import MaildirAccount
from coromail.stores.maildir.journal import Journal
from coromail.stores.maildir.mailbox import MaildirMailbox
from coromail.stores.maildir.records import Kind
from tests.stores.maildir_home import Home, append, flags, mail, subjects, uids


def during(home: Home, function: Callable[..., Any], act: Callable[[], None]) -> list[str]:
    """Let `act` happen once while `function` is offloaded; the names of all functions that are."""
    account = home.model.account
    called: list[str] = []

    def offload(offloaded: Callable[..., Any], *args: Any) -> Any:
        called.append(offloaded.__name__)
        result = offloaded(*args)
        if offloaded is function and called.count(offloaded.__name__) == 1:
            act()
        return result

    account.offload = offload
    return called


@pytest.fixture
def unloaded(home: Home, monkeypatch: pytest.MonkeyPatch) -> MaildirMailbox:
    """An INBOX with three messages that is not in memory, and counts as large."""
    monkeypatch.setattr(loading, "LARGE", 1)
    append(home.inbox, "one", "two", "three", flags=("Work",))
    home.restart()
    inbox = home.model.select("INBOX")
    assert isinstance(inbox, MaildirMailbox)
    assert not inbox.loaded
    return inbox


@pytest.mark.parametrize(
    "use",
    [
        lambda inbox: inbox.bring(),
        lambda inbox: append(inbox, "four"),
        lambda inbox: inbox.status(with_octets=True),
        lambda inbox: inbox.copy([1], inbox),
    ],
    ids=["bring", "append", "status", "copy"],
)
def test_a_large_mailbox_is_decoded_by_another_thread(
    use: Callable[[MaildirMailbox], object], home: Home, unloaded: MaildirMailbox
) -> None:
    called = during(home, loading.make, lambda: None)
    if use.__code__.co_names[-1] == "copy":
        unloaded.bring()
    use(unloaded)
    assert called.count("make") == 1
    assert uids(unloaded)[:3] == [1, 2, 3]
    assert flags(unloaded)[:3] == ["Work"] * 3
    assert unloaded.keywords == {"work": "Work"}


def test_what_happens_while_a_mailbox_is_decoded_is_not_lost(home: Home, unloaded: MaildirMailbox) -> None:
    def change() -> None:
        unloaded.load()  # somebody could not wait
        unloaded.record_flags([1], [unloaded.index.flags[0]], unloaded.highestmodseq + 1)
        unloaded.expunge([2])
        unloaded.unload()

    called = during(home, loading.make, change)
    unloaded.account.journal.settle = lambda: None  # type: ignore[method-assign] # it would wait for us
    unloaded.bring()
    assert called.count("make") == 2
    assert uids(unloaded) == [1, 3]


def test_files_are_put_in_order_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "PIECE", 3)
    files = {b"%d.M%dP1.host" % (1500000000 + place * 7919 % 100, place): b":2,S" for place in range(100)}
    assert names.in_order(files) == (names.delivery_order(files), [b":2,S"] * 100)


@pytest.mark.parametrize("part", ["new", "cur"])
def test_others_have_their_turn_while_many_files_are_taken_in(
    part: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "AT_ONCE", 2)
    inbox = home.inbox
    for number in range(5):
        home.deliver(mail(str(number)), part=part, info=":2," if part == "cur" else "")
    called = during(home, int, lambda: append(inbox, "between") and None)
    inbox.poll()
    assert called.count("int") == 2
    assert subjects(inbox) == ["0", "1", "between", "2", "3", "4"]
    home.restart()
    assert subjects(home.inbox) == ["0", "1", "between", "2", "3", "4"]


def test_others_have_their_turn_while_many_folders_are_found(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "AT_ONCE", 2)
    for name in ("A", "B", "C", "D", "E"):
        for part in ("new", "tmp", "cur"):
            (home.path / f".{name}" / part).mkdir(parents=True)
    called = during(home, int, lambda: None)
    assert [mailbox.full_path for mailbox in home.model.mailboxes()] == ["INBOX", "A", "B", "C", "D", "E"]
    assert called.count("int") == 2


def test_nothing_is_tidied_while_an_account_is_being_opened(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timer of an attempt to open it that failed may come while others have their turn."""
    append(home.inbox, "one", "two")
    append(home.model.create("Sub"), "three")
    monkeypatch.setattr(opening, "AT_ONCE", 1)
    monkeypatch.setattr(compaction, "LEAST", 0)
    monkeypatch.setattr(MaildirAccount, "give_way", MaildirAccount._keep_house)
    home.restart()
    assert subjects(home.inbox) == ["one", "two"]
    home.restart()
    assert (uids(home.inbox), subjects(home.box("Sub"))) == ([1, 2], ["three"])


def test_what_became_durable_without_a_switch_while_the_journal_was_written_anew_stays_so(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else declares anything durable meanwhile; see `Reserve.ensure`."""
    append(home.inbox, "one")
    account, copy_tail = home.model.account, compaction.copy_tail
    account.durable = account.journal._durable = True
    pieces: list[tuple[int, bool]] = []

    def note(journal: Journal, fd: int, start: int, end: int, at: int, durable: bool = True) -> int:
        pieces.append((end - start, durable))
        result = copy_tail(journal, fd, start, end, at, durable)
        if len(pieces) == 1:
            account.write(Kind.SUBSCRIBED, 0, b"while it is copied")
            account.journal.settle_here()
        return result

    home.inbox.tidy.run()
    monkeypatch.setattr(compaction, "copy_tail", note)
    assert compaction.compact(account)
    assert compaction.compact(account)
    assert [durable for _, durable in pieces] == [True, True, True, False]
