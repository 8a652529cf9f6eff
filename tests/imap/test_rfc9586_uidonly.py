"""UIDONLY: RFC 9586."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost, literal, two
from tests.imap.mails import numbered


def filled(count: int = 5, host: TestHost | None = None) -> tuple[Client, Client]:
    """The first of two clients gave up message numbers; both have INBOX selected. UID 1 is gone."""
    client, other = two(host)
    for number in range(count + 1):
        client.append(numbered(number))
    client.ok("SELECT INBOX")
    client.ok("STORE 1 +FLAGS (\\Deleted)")
    client.ok("EXPUNGE")
    client.ok("UNSELECT")
    assert client.ok("ENABLE UIDONLY").only("ENABLED") == ["UIDONLY"]
    client.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    return client, other


@pytest.mark.parametrize(
    "command",
    [
        "FETCH 1 FLAGS",
        "FETCH * FLAGS",
        "FETCH $ FLAGS",
        "STORE 1 +FLAGS (\\Seen)",
        "SEARCH ALL",
        "SEARCH UID 1:*",
        "COPY 1 INBOX",
        "MOVE 1 INBOX",
        "SORT (ARRIVAL) UTF-8 ALL",
        "THREAD REFERENCES UTF-8 ALL",
        "UID SEARCH 1",
        "UID SEARCH OR SEEN NOT 1:*",
        "UID SEARCH RETURN (COUNT) UNSEEN 2",
        "UID SORT (ARRIVAL) UTF-8 1:2",
        "UID THREAD REFERENCES UTF-8 1:2",
    ],
)
def test_numbers_are_refused(command: str) -> None:
    client, _ = filled()
    assert client.bad(command).code == "UIDREQUIRED"


def test_replace_by_number_is_refused() -> None:
    client, _ = filled()
    assert client.bad("REPLACE 1 INBOX", literal(numbered(1))).code == "UIDREQUIRED"


def test_select_tells_no_number() -> None:
    client, _ = filled()
    assert "UNSEEN" not in client.ok("SELECT INBOX").codes


def test_qresync_match_data_is_refused() -> None:
    client, _ = filled()
    client.ok("UNSELECT")
    client.ok("ENABLE QRESYNC")
    assert client.bad("SELECT INBOX (QRESYNC (1 1 1:2 (1 1)))").code == "UIDREQUIRED"
    client.ok("SELECT INBOX (QRESYNC (1 1 1:2))")


def test_uidfetch() -> None:
    client, _ = filled()
    result = client.ok("UID FETCH 2:3 (FLAGS)")
    assert result.names == ["UIDFETCH", "UIDFETCH"]
    assert result.numbers("UIDFETCH") == [2, 3]
    assert set(result.fetches()[2]) == {"FLAGS"}
    assert client.ok("UID FETCH 4 (UID FLAGS)").fetches()[4]["UID"] == 4
    assert client.ok("UID FETCH 5 BODY[TEXT]").fetches()[5]["FLAGS"] == [b"\\Seen"]


def test_uid_store() -> None:
    client, _ = filled()
    result = client.ok("UID STORE 3:4 +FLAGS (\\Flagged)")
    assert result.numbers("UIDFETCH") == [3, 4]
    modified = client.ok("UID STORE 3:4 (UNCHANGEDSINCE 1) +FLAGS (\\Flagged)")
    assert modified.tagged.code == ("MODIFIED", [(3, 4)])
    assert "MODSEQ" in client.ok("UID STORE 5 +FLAGS.SILENT (\\Seen)").fetches()[5]


def test_news_of_others() -> None:
    client, other = filled()
    other.ok("UID STORE 4 +FLAGS (\\Flagged)")
    other.ok("UID STORE 2,6 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    other.ok("APPEND INBOX", literal(numbered(9)))
    result = client.ok("NOOP")
    assert result.numbers("UIDFETCH")[0] in {2, 4, 6}
    assert result.fetches()[4]["FLAGS"] == [b"\\Flagged"]
    assert result.vanished == [2, 6]
    assert result.expunges == []
    assert result.exists == 4


@pytest.mark.parametrize("command", ["EXPUNGE", "UID EXPUNGE 2:3"])
def test_vanished_without_qresync(command: str) -> None:
    client, _ = filled()
    client.ok("UID STORE 2:3 +FLAGS.SILENT (\\Deleted)")
    assert client.ok(command).vanished == [2, 3]


def test_copy_and_move_tell_copyuid() -> None:
    client, _ = filled()
    client.ok("CREATE Archive")
    assert client.ok("UID COPY 2:3 Archive").codes["COPYUID"][1] == [(2, 3)]
    moved = client.ok("UID MOVE 4 Archive")
    assert moved.codes["COPYUID"][1] == [(4, 4)]
    assert moved.vanished == [4]


def test_uid_search() -> None:
    client, _ = filled()
    assert client.ok("UID SEARCH ALL").search == [2, 3, 4, 5, 6]
    assert client.ok("UID SEARCH UID 3:4").search == [3, 4]
    client.ok("UID SEARCH RETURN (SAVE) UID 3:4")
    assert client.ok("UID SEARCH UID $").search == [3, 4]
    assert client.ok("UID SEARCH $ UID 4:6").search == [4]
    assert client.ok("UID FETCH $ (UID)").numbers("UIDFETCH") == [3, 4]


def test_not_enabled() -> None:
    client, _ = two()
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    assert client.ok("FETCH 1 FLAGS").names == ["FETCH"]
