"""SequenceSet: sequence-set of RFC 9051 section 9, `$` of RFC 5182."""

from __future__ import annotations

import itertools
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.errors import Bad
from coromail.imap.wire.sequence_set import MAX_RANGES, SequenceSet, compact

NUMBERS = st.integers(1, 30)
MEMBERS = st.one_of(st.none(), NUMBERS)
RANGES = st.lists(st.tuples(MEMBERS, MEMBERS), min_size=1, max_size=6)


def written(ranges: list[tuple[int | None, int | None]]) -> bytes:
    return ",".join(f"{'*' if a is None else a}:{'*' if b is None else b}" for a, b in ranges).encode()


@pytest.mark.parametrize(
    ("raw", "ranges"),
    [
        (b"1", ((1, 1),)),
        (b"*", ((None, None),)),
        (b"4:2", ((4, 2),)),
        (b"*:4", ((None, 4),)),
        (b"2,4:7,9,12:*", ((2, 2), (4, 7), (9, 9), (12, None))),
        (b"4294967295", ((4294967295, 4294967295),)),
    ],
)
def test_sequence_set(raw: bytes, ranges: tuple[object, ...]) -> None:
    assert SequenceSet.parse(raw) == SequenceSet(ranges)  # type: ignore[arg-type]


def test_rfc5182_saved_result() -> None:
    assert SequenceSet.parse(b"$") == SequenceSet((), saved=True)
    assert SequenceSet.parse(b"1,$") == SequenceSet(((1, 1),), saved=True)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"0",
        b"01",
        b"1,",
        b",1",
        b"1,,2",
        b"1:",
        b":1",
        b"1:2:3",
        b"4294967296",
        b"1:99999999999",
        b"a",
        b"-1",
        b"1 ",
        b" 1",
        b"1\n",
        b"**",
        b"1*",
        b"$,1",
        b"$$",
        b"1:$",
        b",$",
        b"\xb2",
        b"1" * 5000,
    ],
)
def test_no_sequence_set(raw: bytes) -> None:
    with pytest.raises(Bad):
        SequenceSet.parse(raw)


def test_attack_too_many_ranges() -> None:
    assert len(SequenceSet.parse(b"1" + b",1" * (MAX_RANGES - 1)).ranges) == MAX_RANGES
    with pytest.raises(Bad):
        SequenceSet.parse(b"1" + b",1" * MAX_RANGES)


@pytest.mark.parametrize(
    ("raw", "count", "expected"),
    [
        (b"2,4:7,9,12:*", 15, [(2, 2), (4, 7), (9, 9), (12, 15)]),
        (b"*:4,5:7", 10, [(4, 10)]),
        (b"1:4294967295", 3, [(1, 3)]),
        (b"3,1,2", 3, [(1, 3)]),
        (b"5:*", 3, [(3, 3)]),
        (b"5", 3, []),
        (b"*", 0, []),
        (b"1:*", 0, []),
        (b"$", 5, []),
    ],
)
def test_positions(raw: bytes, count: int, expected: list[object]) -> None:
    assert SequenceSet.parse(raw).positions(count) == expected


@pytest.mark.parametrize(
    ("raw", "count", "expected"),
    [
        (b"3", 3, False),
        (b"4", 3, True),
        (b"1:4", 3, True),
        (b"4:*", 3, True),
        (b"*", 3, False),
        (b"*", 0, True),
    ],
)
def test_beyond(raw: bytes, count: int, expected: bool) -> None:
    assert SequenceSet.parse(raw).beyond(count) is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"3:9", [(1, 3)]),
        (b"1:*", [(0, 4)]),
        (b"*", [(3, 4)]),
        (b"3291:*", [(3, 4)]),
        (b"6:8", []),
        (b"100", []),
        (b"9,1", [(0, 1), (2, 3)]),
        (b"4294967295:1", [(0, 4)]),
    ],
)
def test_uid_spans(raw: bytes, expected: list[object]) -> None:
    uids = [1, 5, 9, 20]
    assert SequenceSet.parse(raw).uid_spans(uids) == expected
    assert SequenceSet.parse(raw).uid_spans(array("I", uids)) == expected


def test_uid_spans_of_an_empty_mailbox() -> None:
    assert SequenceSet.parse(b"1:*").uid_spans([]) == []


def naive(ranges: list[tuple[int | None, int | None]], star: int) -> set[int]:
    numbers: set[int] = set()
    for first, last in ranges:
        low, high = sorted((first or star, last or star))
        numbers |= set(range(low, high + 1))
    return numbers


@settings(deadline=None, max_examples=200)
@given(RANGES, st.integers(1, 20))
def test_positions_are_the_naive_ones(ranges: list[tuple[int | None, int | None]], count: int) -> None:
    parsed = SequenceSet.parse(written(ranges))
    spans = parsed.positions(count)
    expected = naive(ranges, count) & set(range(1, count + 1))
    assert [n for low, high in spans for n in range(low, high + 1)] == sorted(expected)
    assert all(after[0] > before[1] + 1 for before, after in itertools.pairwise(spans))


@settings(deadline=None, max_examples=200)
@given(RANGES, st.sets(NUMBERS, min_size=1))
def test_uid_spans_are_the_naive_ones(ranges: list[tuple[int | None, int | None]], uids: set[int]) -> None:
    ascending = sorted(uids)
    spans = SequenceSet.parse(written(ranges)).uid_spans(ascending)
    expected = naive(ranges, ascending[-1]) & uids
    assert [ascending[i] for start, stop in spans for i in range(start, stop)] == sorted(expected)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], b""), ([7], b"7"), ([1, 2, 3, 4, 7], b"1:4,7"), ([1, 2], b"1:2"), ([1, 3, 5], b"1,3,5")],
)
def test_compact(numbers: list[int], expected: bytes) -> None:
    assert compact(numbers) == expected


def test_rfc4315_compact_keeps_the_order_of_copyuid() -> None:
    assert compact([5, 6, 2, 3, 1]) == b"5:6,2:3,1"
    assert compact([4, 3]) == b"4,3"


@settings(deadline=None, max_examples=200)
@given(st.sets(st.integers(1, 60), min_size=1))
def test_compact_parses_back(numbers: set[int]) -> None:
    ascending = sorted(numbers)
    spans = SequenceSet.parse(compact(ascending)).positions(60)
    assert [n for low, high in spans for n in range(low, high + 1)] == ascending
