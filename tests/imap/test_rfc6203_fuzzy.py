"""SEARCH=FUZZY: RFC 6203."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, expand


@pytest.fixture
def box(alice: Client) -> Client:
    """Five messages, selected."""
    for subject, body in (
        ("hello world", "nothing"),
        ("=?utf-8?q?Hell=C3=B6?=", "nothing"),
        ("greeting", "I said hello to them"),
        ("other", "completely different"),
        ("broken pipe", "hellp wanted"),
    ):
        alice.append(f"Subject: {subject}\r\n\r\n{body}\r\n".encode())
    alice.ok("SELECT INBOX")
    return alice


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("FUZZY SUBJECT helo", [1, 2]),
        ("FUZZY TEXT hello", [1, 2, 3, 5]),
        ("FUZZY SUBJECT world", [1]),
        ('FUZZY SUBJECT "world hello"', [1, 2]),
        ("FUZZY BODY helllo", [3, 5]),
        ("FUZZY SUBJECT ehllo", [1, 2]),
        ("FUZZY SUBJECT hlo", []),
        ("SUBJECT helo", []),
        ("FUZZY SUBJECT xyzzy", []),
        ("NOT FUZZY SUBJECT helo", [3, 4, 5]),
        ("FUZZY (SUBJECT helo BODY nothing)", [1, 2]),
        ("FUZZY OR SUBJECT greting BODY different", [3, 4]),
        ("FUZZY 1:2", [1, 2]),
        ("FUZZY SEEN", []),
        ("FUZZY FUZZY SUBJECT helo 2", [2]),
    ],
)
def test_3_fuzzy_matches(box: Client, keys: str, expected: list[int]) -> None:
    assert box.ok(f"SEARCH {keys}").search == expected


def test_3_what_matches_exactly_matches(box: Client) -> None:
    for key in ("SUBJECT hello", "TEXT hellp", "BODY said", "SUBJECT ell"):
        exact = box.ok(f"SEARCH {key}").search
        assert exact
        assert set(exact) <= set(box.ok(f"SEARCH FUZZY {key}").search)


def test_4_relevancy(box: Client) -> None:
    data = box.ok("SEARCH RETURN (RELEVANCY ALL) FUZZY TEXT hello").esearch.data
    assert expand(data["ALL"]) == [1, 2, 3, 5]
    scores = data["RELEVANCY"]
    assert scores[0] == 100
    assert scores[1] == 100  # accents do not count
    assert 100 > scores[2] > scores[3] > 0


def test_4_relevancy_of_nothing(box: Client) -> None:
    assert box.ok("SEARCH RETURN (RELEVANCY ALL) FUZZY SUBJECT xyzzy").esearch.data == {"RELEVANCY": []}


def test_4_relevancy_goes_with_fuzzy(box: Client) -> None:
    box.bad("SEARCH RETURN (RELEVANCY) SUBJECT hello")
    box.bad("SORT RETURN (RELEVANCY) (DATE) UTF-8 SUBJECT hello")
    box.bad("SORT (RELEVANCY) UTF-8 SUBJECT hello")
    assert box.ok("SEARCH RETURN (RELEVANCY) FUZZY SEEN").esearch.data == {"RELEVANCY": []}


def test_6_sort_by_relevancy_has_the_best_first(box: Client) -> None:
    assert box.ok("SORT (RELEVANCY) UTF-8 FUZZY TEXT hello").search == [1, 2, 3, 5]
    assert box.ok("SORT (REVERSE RELEVANCY) UTF-8 FUZZY TEXT hello").search == [5, 3, 1, 2]
    data = box.ok("UID SORT RETURN (RELEVANCY ALL) (REVERSE RELEVANCY) UTF-8 FUZZY TEXT hello").esearch.data
    assert expand(data["ALL"]) == [5, 3, 1, 2]
    assert data["RELEVANCY"] == sorted(data["RELEVANCY"])


def test_6_partial(box: Client) -> None:
    data = box.ok("SORT RETURN (PARTIAL 1:2 RELEVANCY) (RELEVANCY) UTF-8 FUZZY TEXT hello").esearch.data
    assert expand(data["PARTIAL"][1]) == [1, 2]
    assert data["RELEVANCY"] == [100, 100]
