"""SEARCHRES: RFC 5182, RFC 9051 section 6.4.4.1."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import numbered


@pytest.fixture
def client(alice: Client) -> Client:
    """Ten messages, 2, 5, 6 and 9 flagged; UIDs are one more than the numbers."""
    for number in range(11):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    alice.ok("STORE 1 +FLAGS (\\Deleted)")
    alice.ok("EXPUNGE")
    alice.ok("STORE 2,5:6,9 +FLAGS (\\Flagged)")
    return alice


def saved(client: Client) -> list[int]:
    """The message numbers that `$` stands for."""
    return list(client.ok("FETCH $ UID").fetches())


def test_2_1_empty_at_first(client: Client) -> None:
    assert saved(client) == []
    client.ok("STORE $ +FLAGS (\\Seen)")
    client.ok("UID COPY $ INBOX")
    client.ok("UID EXPUNGE $")


def test_2_2_save_says_nothing(client: Client) -> None:
    assert client.ok("SEARCH RETURN (SAVE) FLAGGED").names == []
    assert saved(client) == [2, 5, 6, 9]


def test_2_2_both_kinds_of_numbers(client: Client) -> None:
    client.ok("UID SEARCH RETURN (SAVE) FLAGGED")
    assert saved(client) == [2, 5, 6, 9]
    assert client.ok("UID FETCH $ UID").fetched("UID") == [3, 6, 7, 10]
    client.ok("SEARCH RETURN (SAVE) 1:2")
    assert client.ok("UID FETCH $ UID").fetched("UID") == [2, 3]


def test_2_2_as_a_search_key(client: Client) -> None:
    client.ok("SEARCH RETURN (SAVE) FLAGGED")
    assert client.ok("UID SEARCH UID $ NOT UID 3").search == [6, 7, 10]
    assert client.ok("UID SEARCH $ NOT 2").search == [6, 7, 10]
    assert client.ok("SEARCH (OR $ 1,3) NOT 9").search == [1, 2, 3, 5, 6]
    assert client.ok("SEARCH NOT $").search == [1, 3, 4, 7, 8, 10]
    client.ok("SEARCH RETURN (SAVE) $ NOT 5")
    assert saved(client) == [2, 6, 9]


@pytest.mark.parametrize("command", ["COPY $ Archive", "MOVE $ Archive", "UID MOVE $ Archive"])
def test_2_2_copy_and_move(client: Client, command: str) -> None:
    client.ok("CREATE Archive")
    client.ok("SEARCH RETURN (SAVE) FLAGGED")
    client.ok(command)
    assert client.ok("STATUS Archive (MESSAGES)").statuses["Archive"]["MESSAGES"] == 4


def test_2_1_expunged_messages_leave_it(client: Client, other: Client) -> None:
    client.ok("SEARCH RETURN (SAVE) FLAGGED")
    other.ok("SELECT INBOX")
    other.ok("STORE 1,5 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    client.ok("NOOP")
    assert saved(client) == [1, 4, 7]
    assert client.ok("UID FETCH $ UID").fetched("UID") == [3, 7, 10]


def test_2_1_what_changes_it(client: Client) -> None:
    client.ok("SEARCH RETURN (SAVE) FLAGGED")
    client.ok("SEARCH 1")
    client.ok("SEARCH RETURN (ALL) 1")
    client.bad("SEARCH RETURN (SAVE) NONSENSE")
    client.no("SEARCH CHARSET X-UNKNOWN TEXT x", code="BADCHARSET")
    assert saved(client) == [2, 5, 6, 9]
    client.no("SEARCH RETURN (SAVE) CHARSET X-UNKNOWN TEXT x", code="BADCHARSET")
    assert saved(client) == []
    client.ok("SEARCH RETURN (SAVE) FLAGGED")
    client.ok("SEARCH RETURN (SAVE) ANSWERED")
    assert saved(client) == []


def test_2_1_select_resets_it(client: Client) -> None:
    client.ok("SEARCH RETURN (SAVE) FLAGGED")
    client.ok("SELECT INBOX")
    assert saved(client) == []


def test_2_3_pipelined(client: Client) -> None:
    client.send(b"a SEARCH RETURN (SAVE) FLAGGED\r\nb STORE $ +FLAGS.SILENT ($Pipelined)\r\n")
    assert client.ok("SEARCH KEYWORD $Pipelined").search == [2, 5, 6, 9]


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ("SAVE ALL", [2, 5, 6, 9]),
        ("SAVE MIN", [2]),
        ("MAX SAVE", [9]),
        ("SAVE MIN MAX", [2, 9]),
        ("SAVE MIN MAX COUNT", [2, 5, 6, 9]),
        ("SAVE ALL MIN", [2, 5, 6, 9]),
        ("SAVE COUNT", [2, 5, 6, 9]),
        ("SAVE PARTIAL 2:3", [5, 6]),  # RFC 9394 section 3.2
        ("SAVE PARTIAL -1:-1 MIN", [2, 9]),
        ("SAVE PARTIAL 2:2 MAX", [5, 9]),
        ("SAVE PARTIAL 2:2 MIN MAX", [2, 5, 9]),
        ("SAVE PARTIAL 2:2 COUNT", [2, 5, 6, 9]),
        ("SAVE PARTIAL 5:9", []),
    ],
)
def test_2_4_with_other_options(client: Client, options: str, numbers: list[int]) -> None:
    result = client.ok(f"SEARCH RETURN ({options}) FLAGGED")
    assert result.names == ["ESEARCH"]
    assert saved(client) == numbers


def test_sort_saves_too(client: Client) -> None:
    client.ok("SORT RETURN (SAVE) (REVERSE ARRIVAL) UTF-8 FLAGGED")
    assert saved(client) == [2, 5, 6, 9]
    client.ok("SORT RETURN (SAVE MIN) (REVERSE ARRIVAL) UTF-8 FLAGGED")
    assert len(saved(client)) == 1


def test_new_messages_are_not_in_it(client: Client) -> None:
    client.ok("SEARCH RETURN (SAVE) ALL")
    client.append(numbered(12))
    client.ok("NOOP")
    assert saved(client) == list(range(1, 11))
