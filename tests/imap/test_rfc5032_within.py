"""WITHIN: RFC 5032."""

from __future__ import annotations

import time

import pytest

from tests.imap.harness import Client, literal
from tests.imap.mails import numbered


@pytest.fixture
def box(alice: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Messages 3600, 60 and 0 seconds old, by a clock that stands still."""
    now = 1_700_000_000
    monkeypatch.setattr(time, "time", lambda: now + 0.9)
    for age in (3600, 60, 0):
        date = time.strftime('"%d-%b-%Y %H:%M:%S +0000"', time.gmtime(now - age))
        alice.ok("APPEND INBOX", date, literal(numbered(age)))
    alice.ok("SELECT INBOX")
    return alice


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("YOUNGER 60", [2, 3]),  # the second itself counts for both
        ("OLDER 60", [1, 2]),
        ("YOUNGER 59", [3]),
        ("OLDER 61", [1]),
        ("YOUNGER 3601 OLDER 1", [1, 2]),
        ("OLDER 4294967295", []),
        ("YOUNGER 4294967295", [1, 2, 3]),
        ("NOT YOUNGER 3600", []),
    ],
)
def test_2_to_the_second(box: Client, keys: str, expected: list[int]) -> None:
    assert box.ok(f"SEARCH {keys}").search == expected


@pytest.mark.parametrize("keys", ["OLDER 0", "YOUNGER", "OLDER -1", "YOUNGER x", "OLDER 4294967296"])
def test_3_the_interval_is_a_number_above_0(box: Client, keys: str) -> None:
    box.bad(f"SEARCH {keys}")
