"""What is kept ready for clients: where it is, when it goes, and how much there may be."""

from __future__ import annotations

import pytest

from coromail.model import prepared
from coromail.model.prepared import ENTRY, Prepared


@pytest.fixture(autouse=True)
def none_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is counted of mailboxes that other tests made, and there is room for three pieces of 100 octets."""
    monkeypatch.setattr(Prepared, "_all", type(Prepared._all)())
    monkeypatch.setattr(Prepared, "_total", 0)
    monkeypatch.setattr(prepared, "LIMIT", 3 * (100 + ENTRY))


def pieces(*uids: int) -> dict[int, bytes]:
    return {uid: b"%100d" % uid for uid in uids}


def test_kinds_do_not_mix() -> None:
    one = Prepared()
    one.keep("a", pieces(1))
    assert one.table("a") == pieces(1)
    assert one.table("b") == {}


def test_forgotten_messages_leave_room() -> None:
    one = Prepared()
    one.keep("a", pieces(1, 2))
    one.forget([1, 7])
    assert one.table("a") == pieces(2)
    one.keep("a", pieces(3, 4))
    assert one.table("a") == pieces(2, 3, 4)


def test_kept_twice_counts_once() -> None:
    one = Prepared()
    one.keep("a", pieces(1, 2))
    one.keep("a", pieces(1, 2))
    assert one.octets == 2 * (100 + ENTRY)


def test_the_mailbox_nobody_asked_for_longest_makes_room() -> None:
    boxes = [Prepared() for _ in range(4)]
    for box in boxes[:3]:
        box.keep("a", pieces(1))
    boxes[0].table("a")
    boxes[3].keep("a", pieces(1))
    assert [len(box.table("a")) for box in boxes] == [1, 0, 1, 1]


def test_what_does_not_fit_is_not_kept_and_the_rest_stays() -> None:
    one = Prepared()
    one.keep("a", pieces(1, 2))
    one.keep("a", pieces(3, 4))
    assert one.table("a") == pieces(1, 2)


def test_a_mailbox_that_is_gone_leaves_room() -> None:
    one, other = Prepared(), Prepared()
    one.keep("a", pieces(1, 2))
    other.keep("a", pieces(1))
    del one
    other.keep("a", pieces(2, 3))
    assert len(other.table("a")) == 3
