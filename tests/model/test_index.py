"""The columns of a mailbox: what leaves them, and what knows of \\Deleted."""

from __future__ import annotations

import random
from array import array

import pytest

from coromail.model import index as index_module
from coromail.model.flags import Flags
from coromail.model.index import Index, runs, take_out

NO_FLAGS = Flags.of()
DELETED = Flags.of(["\\Deleted"])


@pytest.mark.parametrize("few", [0, 3, 1000])
@pytest.mark.parametrize("gone", [1, 3, 20, 99])
def test_take_out_leaves_the_rest_in_order(gone: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "FEW", few)
    positions = sorted(random.Random(gone).sample(range(100), gone))
    columns = array("I", range(100)), list(map(str, range(100))), bytearray(range(100))
    before = list(columns)
    take_out(runs(positions), *columns)
    rest = [number for number in range(100) if number not in positions]
    assert columns[0].tolist() == rest
    assert columns[1] == list(map(str, rest))
    assert list(columns[2]) == rest
    assert all(column is old for column, old in zip(columns, before, strict=True))


def test_nothing_to_take_out() -> None:
    column = [1, 2]
    take_out([], column)
    assert column == [1, 2]


def test_views_keep_the_uids_that_they_have() -> None:
    index = Index()
    index.extend([1, 2, 3], [NO_FLAGS] * 3, [1, 1, 1])
    shared = index.uids
    index.remove([2], 2)
    assert shared.tolist() == [1, 2, 3]
    assert index.uids.tolist() == [1, 3]
    assert index.uids is not shared


def test_deleted_uids_follow_changes() -> None:
    index = Index()
    index.extend([1, 2, 3, 4], [NO_FLAGS, DELETED, NO_FLAGS, DELETED], [1] * 4)
    assert list(index.deleted_uids()) == [2, 4]
    index.set(0, DELETED, 2)
    index.set(1, NO_FLAGS, 2)
    assert list(index.deleted_uids()) == [1, 4]
    index.add(5, DELETED, 3)
    index.remove([1, 3], 4)
    assert list(index.deleted_uids()) == [4, 5]
    assert index.deleted == 2
    index.remove([4, 5], 5)
    assert list(index.deleted_uids()) == []
    assert index.deleted == 0


def test_positions_of_many_are_those_of_each() -> None:
    index = Index()
    index.extend([2, 3, 4, 7, 8, 9], [Flags.of()] * 6, [1] * 6)
    for uids in ([], [3, 4, 7], [2], [5], [3, 5, 8], [4, 5, 8], [8, 9, 10], [9, 2], [2, 3, 4, 7, 8, 9]):
        assert list(index.positions(uids)) == [index.position(uid) for uid in uids]
