"""PARTIAL: RFC 9394."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.imap.paging import page, partial_spans
from tests.imap.harness import Client, expand
from tests.imap.mails import numbered


@pytest.fixture
def client(alice: Client) -> Client:
    """Ten messages; UIDs are two more than the numbers."""
    for number in range(12):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    alice.ok("STORE 1:2 +FLAGS (\\Deleted)")
    alice.ok("EXPUNGE")
    return alice


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1:3", [3, 4, 5]),
        ("3:1", [3, 4, 5]),
        ("9:20", [11, 12]),
        ("11:20", []),
        ("-1:-2", [11, 12]),
        ("-2:-1", [11, 12]),
        ("-9:-20", [3, 4]),
        ("-11:-12", []),
        ("1:4294967295", list(range(3, 13))),
    ],
)
def test_3_1_search(client: Client, asked: str, found: list[int]) -> None:
    result = client.ok(f"UID SEARCH RETURN (PARTIAL {asked}) ALL").esearch
    echoed, ranges = result.data["PARTIAL"]
    assert echoed.decode() == asked
    assert expand(ranges or []) == found
    assert (ranges is None) == (not found), "NIL when nothing is there"


def test_3_1_with_other_options(client: Client) -> None:
    data = client.ok("SEARCH RETURN (PARTIAL 2:3 COUNT MIN MAX) ALL").esearch.data
    assert data == {"PARTIAL": (b"2:3", [(2, 3)]), "COUNT": 10, "MIN": 1, "MAX": 10}


@pytest.mark.parametrize(
    "options",
    [
        "PARTIAL",
        "PARTIAL 0:1",
        "PARTIAL 1:*",
        "PARTIAL 1",
        "PARTIAL 1:-1",
        "PARTIAL 1:2 PARTIAL 1:2",
        "PARTIAL 1:2 ALL",
    ],
)
def test_3_1_bad(client: Client, options: str) -> None:
    client.bad(f"SEARCH RETURN ({options}) ALL")


def test_3_1_sort(client: Client) -> None:
    result = client.ok("UID SORT RETURN (PARTIAL -1:-3) (REVERSE ARRIVAL) UTF-8 ALL").esearch
    assert len(expand(result.data["PARTIAL"][1])) == 3


def test_3_3_uid_fetch(client: Client) -> None:
    assert client.ok("UID FETCH 5:* (UID) (PARTIAL -1:-3)").fetched("UID") == [10, 11, 12]
    assert client.ok("UID FETCH 4,6,8:20 (UID) (PARTIAL 1:3)").fetched("UID") == [4, 6, 8]
    assert client.ok("UID FETCH 4,6,8:20 (UID) (PARTIAL 20:30)").fetches() == {}
    client.bad("FETCH 1:* (UID) (PARTIAL 1:3)")
    client.bad("UID FETCH 1:* (UID) (PARTIAL 0:3)")


def test_3_4_with_changedsince(client: Client) -> None:
    modseq = client.ok("STATUS INBOX (HIGHESTMODSEQ)").statuses["INBOX"]["HIGHESTMODSEQ"]
    client.ok("UID STORE 3,11 +FLAGS (\\Seen)")
    for modifiers in (f"PARTIAL -1:-3 CHANGEDSINCE {modseq}", f"CHANGEDSINCE {modseq} PARTIAL -1:-3"):
        result = client.ok(f"UID FETCH 1:* (FLAGS) ({modifiers})")
        assert result.fetched("UID") == [11], "first the page, then what changed of it"


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 50), st.integers(1, 50), st.booleans())
def test_page_is_a_slice_of_the_results(count: int, first: int, last: int, from_the_end: bool) -> None:
    low, high = sorted((first, last))
    results = list(range(count))
    wanted = results[::-1][low - 1 : high][::-1] if from_the_end else results[low - 1 : high]
    sign = -1 if from_the_end else 1
    assert results[page(count, (sign * first, sign * last))] == wanted


@settings(deadline=None)
@given(st.sets(st.integers(0, 60)), st.integers(1, 50), st.integers(1, 50), st.booleans())
def test_spans_are_paged_like_their_members(
    places: set[int], first: int, last: int, from_the_end: bool
) -> None:
    sign = -1 if from_the_end else 1
    wanted = (sign * first, sign * last)
    spans = [(place, place + 1) for place in sorted(places)]
    found = [place for low, high in partial_spans(spans, wanted) for place in range(low, high)]
    assert found == sorted(places)[page(len(places), wanted)]
