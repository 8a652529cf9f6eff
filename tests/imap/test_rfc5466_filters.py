"""FILTERS: named search criteria, RFC 5466."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, literal


@pytest.fixture
def box(alice: Client) -> Client:
    """Three messages, selected."""
    for sender, subject in (
        ("boss@example.com", "report"),
        ("friend@example.com", "Zürich"),
        ("x@y", "report"),
    ):
        alice.append(f"From: {sender}\r\nSubject: {subject}\r\n\r\ntext\r\n".encode())
    alice.ok("SELECT INBOX")
    return alice


def define(client: Client, name: str, value: str, scope: str = "private") -> None:
    client.ok(
        f'SETMETADATA "" (/{scope}/filters/values/{name}', literal(value.encode()), "/private/comment NIL)"
    )


def test_3_1_the_criteria_take_the_place_of_the_key(box: Client) -> None:
    define(box, "on-the-road", 'OR FROM "boss@example.com" FROM friend')
    assert box.ok("SEARCH FILTER on-the-road").search == [1, 2]
    assert box.ok("UID SEARCH 2:3 FILTER ON-THE-ROAD SINCE 3-Dec-2002").search == [2]
    assert box.ok("SEARCH NOT FILTER on-the-road").search == [3]
    assert box.ok("SORT (REVERSE FROM) UTF-8 FILTER on-the-road").search == [2, 1]


def test_3_1_several_keys_are_all_to_match(box: Client) -> None:
    define(box, "both", "SUBJECT report FROM boss")
    assert box.ok("SEARCH FILTER both").search == [1]
    assert box.ok("SEARCH NOT FILTER both").search == [2, 3]


def test_3_1_strings_are_utf_8(box: Client) -> None:
    define(box, "city", "SUBJECT {8}\r\nzÜRICH ")
    box.ok('SETMETADATA "" (/private/filters/values/city NIL)')
    define(box, "city", 'SUBJECT "zÜrich"')
    assert box.ok("SEARCH FILTER city").search == [2]
    assert box.ok("SEARCH CHARSET US-ASCII FILTER city").search == [2]
    assert box.ok("SEARCH CHARSET UTF-8 FILTER city").search == [2]
    assert box.command("SEARCH CHARSET ISO-8859-1 FILTER city").code == "BADCHARSET"
    box.bad("SEARCH CHARSET ISO-8859-1 FILTER city")


@pytest.mark.parametrize("name", ["nothing", "loop", "a", "deep6"])
def test_3_1_undefined_filters(box: Client, name: str) -> None:
    define(box, "loop", "FILTER loop")
    define(box, "a", "FILTER b")
    define(box, "b", "UNSEEN FILTER a")
    define(box, "deep0", "ALL")
    for depth in range(6):
        define(box, f"deep{depth + 1}", f"FILTER deep{depth}")
    result = box.no(f"SEARCH FILTER {name}", code="UNDEFINED-FILTER")
    assert result.codes["UNDEFINED-FILTER"] is not None


def test_3_1_three_passes_at_least(box: Client) -> None:
    define(box, "deep0", "SUBJECT report")
    for depth in range(4):
        define(box, f"deep{depth + 1}", f"FILTER deep{depth}")
    assert box.ok("SEARCH FILTER deep3").search == [1, 3]
    assert box.ok("SEARCH FILTER deep4").search == [1, 3]


def test_3_1_filters_that_multiply_end(box: Client) -> None:
    define(box, "m0", "ALL")
    for depth in range(4):
        define(box, f"m{depth + 1}", " ".join([f"FILTER m{depth}"] * 50))
    box.no("SEARCH FILTER m4", code="UNDEFINED-FILTER")


@pytest.mark.parametrize(
    "value", ["OR SMALLER 5000", "", "(", "ALL)", "SUBJECT {5}\r\nab", "ALL\r\nUNSEEN", "NONSENSE", "ALL "]
)
def test_3_2_what_is_no_criterion_is_refused(box: Client, value: str) -> None:
    box.no('SETMETADATA "" (/private/filters/values/f', literal(value.encode()), "/private/comment NIL)")
    box.ok(
        'SETMETADATA "" (/private/filters/descriptions/f', literal(value.encode()), "/private/comment NIL)"
    )


def test_3_2_filters_are_changed_and_deleted(box: Client, other: Client) -> None:
    define(box, "f", "FROM boss")
    other.ok("SELECT INBOX")
    assert other.ok("SEARCH FILTER f").search == [1]
    define(other, "f", "FROM friend")
    assert box.ok("SEARCH FILTER f").search == [2]
    box.ok('SETMETADATA "" (/private/filters/values/f NIL)')
    other.no("SEARCH FILTER f", code="UNDEFINED-FILTER")


def test_5_filters_are_their_users(box: Client, bob: Client) -> None:
    define(box, "f", "ALL")
    bob.ok("SELECT INBOX")
    bob.no("SEARCH FILTER f", code="UNDEFINED-FILTER")


def test_an_account_can_have_filters_of_the_administrator(box: Client) -> None:
    account = box.session.model.account
    account.set_properties({"metadata  /shared/filters/values/for-all": b"FROM boss"})
    assert box.ok("SEARCH FILTER for-all").search == [1]
    define(box, "for-all", "FROM friend")
    assert box.ok("SEARCH FILTER for-all").search == [2]


def test_a_search_that_is_followed_may_have_a_filter(box: Client) -> None:
    define(box, "f", "FROM boss")
    assert box.ok("UID SEARCH RETURN (UPDATE COUNT) FILTER f").esearch.data["COUNT"] == 1
    told = box.ok("APPEND INBOX", literal(b"From: boss@example.com\r\n\r\n")).data("ESEARCH")
    assert [one.data.keys() for one in told] == [{"ADDTO"}]
    assert box.ok("APPEND INBOX", literal(b"From: friend@example.com\r\n\r\n")).data("ESEARCH") == []
