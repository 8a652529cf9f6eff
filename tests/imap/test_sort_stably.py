"""Sorting in steps is sorting."""

from __future__ import annotations

import random

import pytest

from coromail.imap import sort_columns
from coromail.imap.sort_columns import sort_stably


@pytest.mark.parametrize("different", [1, 2, 10, 1000])
@pytest.mark.parametrize("size", [0, 1, 19, 20, 21, 50, 500])
def test_as_sort_does_it(monkeypatch: pytest.MonkeyPatch, size: int, different: int) -> None:
    monkeypatch.setattr(sort_columns, "CHUNK", 20)
    dice = random.Random(size * different)
    keys = [dice.randrange(different) for _ in range(size)]
    for order in (list(range(size)), list(range(size))[::-1], dice.sample(range(size), size)):
        expected = sorted(order, key=keys.__getitem__)
        breaths: list[int] = []
        sort_stably(order, keys.__getitem__, lambda breaths=breaths: breaths.append(1))  # type: ignore[misc]
        assert order == expected
        assert len(breaths) >= size // 20 or size <= 20
