"""Positions by system flag, which an index keeps until some flags change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coromail.model.flags import Flags
from coromail.model.index import Index

NO_FLAGS = Flags.of()
SEEN = Flags.of(["\\Seen"])
DELETED = Flags.of(["\\Deleted", "word"])


@pytest.fixture
def index() -> Index:
    made = Index()
    made.extend([1, 2, 3], [SEEN, NO_FLAGS, DELETED], [1, 1, 1])
    return made


def test_marked_with_and_without(index: Index) -> None:
    assert list(index.marked("seen", True)) == [0]
    assert list(index.marked("seen", False)) == [1, 2]
    assert list(index.marked("deleted", True)) == [2]
    assert list(index.marked("draft", True)) == []


@pytest.mark.parametrize(
    ("change", "unseen"),
    [
        (lambda index: index.set(0, NO_FLAGS, 2), [0, 1, 2]),
        (lambda index: index.add(4, NO_FLAGS, 2), [1, 2, 3]),
        (lambda index: index.extend([4, 5], [SEEN, NO_FLAGS], [2, 2]), [1, 2, 4]),
        (lambda index: index.remove([1], 2), [0, 1]),
    ],
)
def test_marked_follows_changes(index: Index, change: Callable[[Index], None], unseen: list[int]) -> None:
    assert list(index.marked("seen", False)) == [1, 2]
    change(index)
    assert list(index.marked("seen", False)) == unseen
