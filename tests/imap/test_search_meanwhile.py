"""Others expunge and deliver while a search reads mail: what is found stays right."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost
from tests.imap.mails import numbered


class BusyHost(TestHost):
    """A host on which something happens when a search lets others run for the `after`-th time."""

    __test__ = False
    after = -1

    def breathe(self) -> None:
        self.after -= 1
        if self.after == 0:
            self.happen()

    def happen(self) -> None:
        """Messages 1 to 3 go, one comes."""
        mailbox = self.other.session.model.select("INBOX")
        mailbox.expunge([1, 2, 3])
        self.other.append(numbered(99))

    other: Client


@pytest.fixture
def host() -> BusyHost:
    return BusyHost()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("SUBJECT 1", [10, 11, 12]),
        ("BODY 1", [10, 11, 12]),
        ("NOT BODY 1", [4, 5, 6, 7, 8, 9]),
        ("OR BODY 5 BODY 12", [5, 12]),
        ("OR (BODY 5) NOT BODY body", [5]),
        ("OR UID 9 BODY 12", [9, 12]),
        ("BODY 1 UID 4:*", [10, 11, 12]),
        ("NOT (OR BODY 5 BODY 6) BODY body", [4, 7, 8, 9, 10, 11, 12]),
        ("FUZZY (OR BODY 5 SUBJECT 12)", [5, 12]),
        ("SENTSINCE 1-Jan-1970", []),
        ("SINCE 1-Jan-1970", [4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ("LARGER 1", [4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ],
)
@pytest.mark.parametrize("after", [1, 2, 5, 9, 14])
def test_positions_follow_the_messages(
    host: BusyHost, alice: Client, other: Client, keys: str, expected: list[int], after: int
) -> None:
    host.other = other
    for number in range(1, 13):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    host.after = after
    found = alice.ok(f"UID SEARCH {keys}").search
    assert [uid for uid in found if uid > 3] == expected  # 1 to 3 may have been found before they went


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_sort_and_thread_tell_numbers_that_the_client_knows(
    host: BusyHost, alice: Client, other: Client, after: int
) -> None:
    host.other = other
    for number in range(1, 13):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    host.after = after
    found = alice.ok("SORT (SUBJECT SIZE ARRIVAL) UTF-8 ALL")
    assert found.expunges == []
    assert {4, 5, 6, 7, 8, 9, 10, 11, 12} <= set(found.search) <= set(range(1, 13))
    host.after = after
    alice.ok("UID THREAD REFERENCES UTF-8 ALL")
