"""Append, read, flag, expunge, copy, move: and all of it again after a restart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coromail.errors import Expunged
from coromail.model.mailbox import NewMessage
from coromail.model.message import Message
from coromail.stores.maildir import facts
from coromail.stores.maildir.records import Kind
from tests.stores.maildir_home import Home, append, flags, listening, mail, subjects, uids


def test_appended_octets_come_back(home: Home) -> None:
    octets = mail("one")
    (message,) = home.inbox.append_all([NewMessage(octets, ["\\Seen", "Work"], 86400)])
    assert message.octets() == octets
    assert (message.size, message.internaldate, message.uid) == (len(octets), 86400, 1)
    assert flags(home.inbox) == ["\\Seen Work"]


def test_restart_keeps_everything(home: Home) -> None:
    box = home.inbox
    append(box, "one", "two", "three", flags=("\\Seen",))
    box.store([2], "+", ["\\Flagged", "Work"])
    box.expunge([1])
    before = (box.uidvalidity, box.uidnext, box.highestmodseq, uids(box), flags(box), list(box.index.modseqs))
    home.restart()
    box = home.inbox
    after = (box.uidvalidity, box.uidnext, box.highestmodseq, uids(box), flags(box), list(box.index.modseqs))
    assert after == before
    assert subjects(box) == ["two", "three"]
    assert box.vanished_since(1) == [1]
    assert box.keywords == {"work": "Work"}


def test_file_names_show_flags_and_sizes(home: Home) -> None:
    append(home.inbox, "one", flags=("\\Seen",))
    home.inbox.store([1], "+", ["\\Flagged", "$Forwarded"])
    home.restart()
    size = len(mail("one"))
    (name,) = home.files()
    assert name.endswith(f",S={size},W={size}:2,FPS")


def test_files_are_for_the_owner_only(home: Home) -> None:
    append(home.inbox, "one")
    assert (home.path / "cur" / home.files()[0]).stat().st_mode & 0o777 == 0o600
    assert (home.path / "coromail.journal").stat().st_mode & 0o777 == 0o600
    home.model.create("Sub")
    assert (home.path / ".Sub" / "cur").stat().st_mode & 0o777 == 0o700


def test_bare_line_feeds_become_crlf(home: Home) -> None:
    (message,) = home.inbox.append_all([NewMessage(b"Subject: x\n\none\ntwo\r\n")])
    assert message.octets() == b"Subject: x\r\n\r\none\r\ntwo\r\n"
    assert message.size == len(message.octets())


def test_expunged_files_go(home: Home) -> None:
    append(home.inbox, "one", "two")
    home.inbox.expunge([1])
    home.restart()
    assert len(home.files()) == 1
    assert subjects(home.inbox) == ["two"]


def test_a_message_that_is_gone_cannot_be_read(home: Home) -> None:
    append(home.inbox, "one")
    message = home.inbox.message(1)
    home.inbox.expunge([1])
    with pytest.raises(Expunged):
        message.octets()
    with pytest.raises(KeyError):
        home.inbox.message(1)


def test_copy_keeps_octets_flags_and_dates(home: Home) -> None:
    home.inbox.append_all([NewMessage(mail("one"), ["\\Seen", "Work"], 1000), NewMessage(mail("two"))])
    home.model.create("Sub")
    sub = home.box("Sub")
    assert home.inbox.copy([1, 2], sub) == [(1, 1), (2, 2)]
    assert subjects(sub) == ["one", "two"]
    assert flags(sub) == ["\\Seen Work", ""]
    assert sub.message(1).internaldate == 1000
    home.restart()
    sub = home.box("Sub")
    assert (subjects(sub), flags(sub), uids(home.inbox)) == (["one", "two"], ["\\Seen Work", ""], [1, 2])


def test_move_takes_the_files_along(home: Home) -> None:
    append(home.inbox, "one", "two", "three")
    home.model.create("Sub")
    sub = home.box("Sub")
    with listening(home.inbox) as here, listening(sub) as there:
        assert home.inbox.move([1, 3], sub) == [(1, 1), (3, 2)]
    assert (here.heard, there.heard) == ([("expunged", [1, 3])], [("added", [1, 2])])
    assert (subjects(home.inbox), subjects(sub)) == (["two"], ["one", "three"])
    home.restart()
    assert (subjects(home.inbox), subjects(home.box("Sub"))) == (["two"], ["one", "three"])
    assert (len(home.files()), len(home.files(".Sub"))) == (1, 2)


def test_copy_and_move_within_one_mailbox(home: Home) -> None:
    append(home.inbox, "one", "two")
    assert home.inbox.copy([1], home.inbox) == [(1, 3)]
    assert home.inbox.move([2], home.inbox) == [(2, 4)]
    assert (uids(home.inbox), subjects(home.inbox)) == ([1, 3, 4], ["one", "one", "two"])
    home.restart()
    assert (uids(home.inbox), subjects(home.inbox)) == ([1, 3, 4], ["one", "one", "two"])


def test_copy_of_a_copied_message_that_is_expunged(home: Home) -> None:
    append(home.inbox, "one")
    home.model.create("Sub")
    home.inbox.copy([1], home.box("Sub"))
    home.inbox.expunge([1])
    home.restart()
    assert subjects(home.box("Sub")) == ["one"]


def test_messages_of_other_kinds_can_be_added(home: Home) -> None:
    home.inbox.add_message(Message(mail("one"), uid=7, flags=["\\Draft"]))
    home.inbox.settle()
    append(home.inbox, "two")
    home.restart()
    assert (uids(home.inbox), subjects(home.inbox)) == ([7, 8], ["one", "two"])


def test_a_large_message(home: Home) -> None:
    octets = b"Subject: big\r\n\r\n" + b"0123456789abcdef\r\n" * 60_000
    home.inbox.append(NewMessage(octets))
    assert home.inbox.message(1).octets() == octets


def test_sizes_and_dates_of_many(home: Home) -> None:
    for number in range(5):
        path = home.deliver(b"Subject: x\n\n" + b"line\n" * number)
        os.utime(path, (1000 + number, 1000 + number))
    box = home.inbox
    expected = [14 + 6 * number for number in range(5)]
    assert list(box.sizes(uids(box))) == expected
    assert list(box.sizes([2, 4])) == [expected[1], expected[3]]
    assert list(box.internaldates(uids(box))) == [1000, 1001, 1002, 1003, 1004]
    home.restart()
    assert list(home.inbox.sizes([5, 1])) == [expected[4], expected[0]]


def test_pop3_unique_ids_are_unique_and_stay(home: Home) -> None:
    append(home.inbox, "one", "two")
    before = [home.inbox.pop3_uidl(uid) for uid in uids(home.inbox)]
    home.restart()
    assert [home.inbox.pop3_uidl(uid) for uid in uids(home.inbox)] == before
    assert len(set(before)) == 2


def test_keywords_are_spelled_as_they_were_first(home: Home) -> None:
    append(home.inbox, "one", flags=("Work",))
    append(home.inbox, "two", flags=("WORK",))
    assert flags(home.inbox) == ["Work", "Work"]
    home.restart()
    home.inbox.store([1], "-", ["work"])
    assert flags(home.inbox) == ["", "Work"]


def test_recent_is_given_once(home: Home) -> None:
    append(home.inbox, "one")
    assert home.inbox.recent == 1
    home.inbox.claim_recent()
    home.restart()
    assert home.inbox.recent == 0
    home.deliver(mail("two"))
    assert home.inbox.recent == 1


def test_subscriptions_stay(home: Home) -> None:
    home.model.subscribe("Sub/Süd")
    home.model.unsubscribe("INBOX")
    home.restart()
    assert home.model.subscriptions == {"Sub/Süd"}


def test_one_look_at_a_delivered_file_tells_all_of_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """ENVELOPE, size and date of a message that nobody asked about before cost one reading of its file."""
    path = home.deliver(b"Subject: x\n\none\n")
    os.utime(path, (86400, 86400))
    box = home.inbox
    (envelope,) = box.envelopes(uids(box))
    assert b'"x"' in envelope
    monkeypatch.setattr("coromail.stores.maildir.files.os.open", None)  # no file is opened any more
    assert list(box.sizes(uids(box))) == [len(b"Subject: x\r\n\r\none\r\n")]
    assert list(box.internaldates(uids(box))) == [86400]


def test_what_is_ready_goes_when_a_file_is_another_than_it_was(home: Home) -> None:
    append(home.inbox, "one")
    box = home.inbox
    box.prepared.keep("kind", {1: b"octets"})
    (home.path / "cur" / home.files()[0]).write_bytes(mail("somewhat longer"))
    box.read(1)
    assert box.prepared.octets == 0


def test_what_is_ready_goes_when_the_mailbox_leaves_memory(home: Home) -> None:
    box = home.inbox
    box.prepared.keep("kind", {1: b"octets"})
    box.unload()
    assert box.prepared.octets == 0


def test_the_first_look_into_a_message_that_the_page_cache_has_needs_no_other_thread(tmp_path: Path) -> None:
    home = Home(tmp_path)
    os.utime(home.deliver(b"Subject: one\n\n1\n"), (1_600_000_000, 1_600_000_000))
    inbox = home.inbox
    home.model.account.offload = _never
    assert inbox.read(1) == b"Subject: one\r\n\r\n1\r\n"
    assert (inbox.size_of(1), inbox.internaldate_of(1)) == (19, 1_600_000_000)


def _never(function: object, *arguments: object) -> None:
    raise AssertionError(f"{function} in another thread")


def test_what_reading_tells_of_messages_is_written_down_together(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "MANY", 3)
    for number in range(5):
        home.deliver(mail(f"message {number}"))
    box = home.inbox
    written: list[Kind] = []
    write = box.write

    def noted(kind: Kind, payload: bytes) -> None:
        written.append(kind)
        write(kind, payload)

    monkeypatch.setattr(box, "write", noted)
    with listening(box) as ear:
        sizes = [len(message.octets()) for message in box.messages]
        assert written == [Kind.FACTS]
        box.closed_by(ear)
    assert written == [Kind.FACTS, Kind.FACTS], "the rest when the last client leaves"
    home.restart()
    assert list(home.inbox.state.sizes) == sizes
