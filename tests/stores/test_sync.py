"""What clients rely on to catch up outlives a restart: mod-sequences, expunges, identifiers, save dates, REPLACE."""

from __future__ import annotations

import pytest

from coromail.model import index
from coromail.model.mailbox import NewMessage
from coromail.model.object_ids import email_id
from tests.stores.maildir_home import Home

MAIL = b"Message-ID: <a@example.org>\r\nSubject: a\r\n\r\nbody\r\n"
REPLY = b"Message-ID: <b@example.org>\r\nReferences: <a@example.org>\r\n\r\nbody\r\n"


def test_modseqs_and_expunges(home: Home) -> None:
    box = home.inbox
    box.append_all([NewMessage(MAIL)] * 5)
    before = box.highestmodseq
    box.store([2], "+", ["\\Seen"])
    box.expunge([3, 4])
    box.expunge([1])
    modseqs = box.highestmodseq, box.modseq_of(2), box.modseq_of(5)
    home.restart()
    box = home.inbox
    assert (box.highestmodseq, box.modseq_of(2), box.modseq_of(5)) == modseqs
    assert box.vanished_since(before) == [1, 3, 4]
    assert box.vanished_since(modseqs[0] - 1) == [1]
    assert box.vanished_since(modseqs[0]) == []


def test_forgotten_expunges(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "GONE_LIMIT", 4)
    box = home.inbox
    box.append_all([NewMessage(MAIL)] * 9)
    start = box.highestmodseq
    for uid in range(1, 8):
        box.expunge([uid])
    known = box.highestmodseq
    kept = [box.vanished_since(modseq) for modseq in range(start, known + 1)]
    assert kept[0] is None
    assert kept[-2] == [7]
    home.restart()
    assert [home.inbox.vanished_since(modseq) for modseq in range(start, known + 1)] == kept


def test_identifiers_and_savedates(home: Home) -> None:
    home.model.create("Other")
    box = home.inbox
    box.append_all([NewMessage(MAIL, internaldate=1_000_000_000), NewMessage(REPLY)])
    box.copy([1], home.model.find("Other"))
    ids = list(box.email_ids([1, 2]))
    threads = list(box.thread_ids([1, 2]))
    saved = list(box.savedates([1, 2]))
    boxes = [box.object_id, home.model.find("Other").object_id]
    home.model.rename("Other", "Renamed")
    home.restart()
    box, other = home.inbox, home.model.find("Renamed")
    assert [box.object_id, other.object_id] == boxes
    assert boxes[0] != boxes[1]
    assert list(box.email_ids([1, 2])) == ids
    assert list(other.email_ids([1])) == ids[:1]
    assert list(box.thread_ids([1, 2])) == threads == threads[:1] * 2
    assert list(box.savedates([1, 2])) == saved
    assert min(saved) > 1_000_000_000


def test_replace(home: Home) -> None:
    home.model.create("Sent")
    box, sent = home.inbox, home.model.find("Sent")
    box.append_all([NewMessage(MAIL)] * 2)
    here = box.replace(1, NewMessage(REPLY, ["\\Draft"]), box)
    there = box.replace(2, NewMessage(REPLY), sent)
    assert (here.uid, there.uid) == (3, 1)
    home.restart()
    box, sent = home.inbox, home.model.find("Sent")
    assert list(box.index.uids) == [3]
    assert box.flags_of(3).draft
    assert box.message(3).octets() == sent.message(1).octets() == REPLY


def test_properties_are_changes(home: Home) -> None:
    box = home.inbox
    box.append_all([NewMessage(MAIL)])
    before = box.highestmodseq
    box.set_properties({"a": b"1"})
    box.settle()
    assert box.highestmodseq == before + 1
    home.restart()
    assert home.inbox.highestmodseq == before + 1
    assert home.inbox.uidnext == 2


def test_email_ids_are_kept_with_the_rest_that_reading_a_message_told(home: Home) -> None:
    box = home.inbox
    box.append_all([NewMessage(MAIL), NewMessage(REPLY)])
    ids = [email_id(octets) for octets in (MAIL, REPLY)]
    assert list(box.email_ids([1, 2])) == ids
    home.restart()
    box = home.inbox
    for file in home.files():
        (home.path / "cur" / file).write_bytes(b"not read")
    assert list(box.email_ids([2])) == ids[1:]
    assert list(box.email_ids([])) == []


def test_email_ids_are_worked_out_when_one_is_asked_for(home: Home) -> None:
    box = home.inbox
    box.append_all([NewMessage(MAIL), NewMessage(REPLY)])
    envelopes = list(box.envelopes([1, 2]))
    assert list(box.email_ids([2])) == [email_id(REPLY)]
    assert list(box.envelopes([1, 2])) == envelopes
    assert list(box.email_ids([1, 2])) == [email_id(MAIL), email_id(REPLY)]
    home.restart()
    assert list(home.inbox.envelopes([1, 2])) == envelopes
    assert list(home.inbox.email_ids([1, 2])) == [email_id(MAIL), email_id(REPLY)]
