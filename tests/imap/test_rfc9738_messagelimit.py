"""MESSAGELIMIT and SAVELIMIT: RFC 9738."""

from __future__ import annotations

import pytest

from coromail.limits import Limits
from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import numbered


def filled(*, messages: int = 0, saved: int = 0, count: int = 10) -> Client:
    """Ten messages; UIDs are two more than the numbers."""
    host = TestHost(limits=Limits(messages=messages, messages_saved=saved))
    client = Client(host).login()
    for number in range(count + 2):
        client.append(numbered(number))
    client.ok("CREATE Archive")
    client.ok("SELECT INBOX")
    client.session.model.find("INBOX").expunge([1, 2])
    client.ok("NOOP")
    return client


def capability(client: Client) -> list[str]:
    return [
        name
        for name in client.ok("CAPABILITY").only("CAPABILITY")
        if "LIMIT=" in name and "APPEND" not in name
    ]


def test_capability() -> None:
    assert capability(filled(messages=4)) == ["MESSAGELIMIT=4"]
    assert capability(filled(saved=4)) == ["SAVELIMIT=4"]
    assert capability(filled(messages=4, saved=3)) == ["MESSAGELIMIT=4"]
    assert capability(filled()) == []


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("FETCH 1:* (UID)", [9, 10, 11, 12]),
        ("FETCH 1:3,5,7:8 (UID)", [5, 7, 9, 10]),
        ("UID FETCH 1:9 (UID)", [6, 7, 8, 9]),
        ("UID FETCH 1:* (UID) (CHANGEDSINCE 1)", [9, 10, 11, 12]),
    ],
)
def test_fetch_the_highest(command: str, found: list[int]) -> None:
    result = filled(messages=4).ok(command)
    assert result.fetched("UID") == found
    assert result.tagged.code == ("MESSAGELIMIT", (4, found[0]))


def test_under_the_limit_nothing_is_said() -> None:
    client = filled(messages=4)
    assert client.ok("FETCH 1:4 (UID)").code is None
    assert client.ok("UID STORE 3:6 +FLAGS (\\Seen)").code is None
    assert client.ok("UID SEARCH UID 3:6").code is None


def test_store() -> None:
    client = filled(messages=4)
    result = client.ok("STORE 1:* +FLAGS (\\Flagged)")
    assert result.tagged.code == ("MESSAGELIMIT", (4, 9))
    assert client.ok("UID SEARCH UID 9:12 FLAGGED").search == [9, 10, 11, 12]
    assert client.ok("UID SEARCH UID 3:6 FLAGGED").search == []
    modified = client.ok("UID STORE 1:* (UNCHANGEDSINCE 1) FLAGS (\\Seen)")
    assert modified.tagged.code == ("MODIFIED", [(9, 12)])
    assert [reply.code for reply in modified.untagged if reply.name == "NO"] == [("MESSAGELIMIT", (4, 9))]


def test_search() -> None:
    client = filled(messages=4)
    result = client.ok("UID SEARCH UNDELETED")
    assert result.search == [9, 10, 11, 12]
    assert result.tagged.code == ("MESSAGELIMIT", (4, 9))
    result = client.ok("UID SEARCH UIDBEFORE 9 UNDELETED")
    assert result.search == [5, 6, 7, 8]
    assert result.tagged.code == ("MESSAGELIMIT", (4, 5))
    result = client.ok("UID SEARCH UIDBEFORE 5 UNDELETED")
    assert result.search == [3, 4]
    assert result.code is None
    assert client.ok("UID SEARCH ANSWERED").code == "MESSAGELIMIT", "what is looked at counts"
    client.ok("UID SEARCH RETURN (SAVE) ALL")
    assert client.ok("UID FETCH $ (UID)").fetched("UID") == [9, 10, 11, 12]


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("UIDAFTER 10", [11, 12]),
        ("UIDAFTER 12", []),
        ("UIDAFTER 4294967295", []),
        ("UIDBEFORE 5", [3, 4]),
        ("UIDBEFORE 1", []),
        ("NOT UIDAFTER 4", [3, 4]),
        ("UIDAFTER 5 UIDBEFORE 8", [6, 7]),
    ],
)
def test_uidafter_and_uidbefore(key: str, found: list[int]) -> None:
    client = filled()
    assert client.ok(f"UID SEARCH {key}").search == found
    client.bad("UID SEARCH UIDAFTER 0")
    client.bad("UID SEARCH UIDBEFORE *")


@pytest.mark.parametrize("limits", [{"messages": 4}, {"saved": 4}, {"messages": 9, "saved": 4}])
def test_copy_is_refused(limits: dict[str, int]) -> None:
    client = filled(**limits)
    assert client.no("COPY 1:* Archive").tagged.code == ("MESSAGELIMIT", (4, 9))
    assert client.no("UID COPY 3:5,8:10 Archive").tagged.code == ("MESSAGELIMIT", (4, 5))
    assert client.ok("STATUS Archive (MESSAGES)").statuses["Archive"]["MESSAGES"] == 0
    client.ok("UID COPY 3:6 Archive")


def test_append_is_refused() -> None:
    client = filled(saved=2)
    three = [literal(numbered(number)) for number in range(3)]
    assert client.no("APPEND Archive", *three).code == "MESSAGELIMIT"
    client.ok("APPEND Archive", *three[:2])


def test_savelimit_leaves_the_rest_alone() -> None:
    client = filled(saved=4)
    assert len(client.ok("FETCH 1:* UID").fetches()) == 10
    assert len(client.ok("UID MOVE 1:* Archive").expunges) == 10


def test_move_and_uid_expunge() -> None:
    client = filled(messages=4)
    result = client.ok("MOVE 1:* Archive")
    assert result.expunges == [10, 9, 8, 7]
    assert result.tagged.code == ("MESSAGELIMIT", (4, 9))
    client.ok("UID STORE 3:6 +FLAGS.SILENT (\\Deleted)")
    client.ok("UID STORE 7:8 +FLAGS.SILENT (\\Deleted)")
    result = client.ok("UID EXPUNGE 1:*")
    assert result.expunges == [6, 5, 4, 3]
    assert result.tagged.code == ("MESSAGELIMIT", (4, 5))
    assert client.ok("EXPUNGE").expunges == [2, 1]


def test_expunge_and_close_are_not_limited() -> None:
    client = filled(messages=4)
    client.session.model.find("INBOX").store(range(1, 13), "+", ["\\Deleted"])
    assert len(client.ok("EXPUNGE").expunges) == 10


def test_partial() -> None:
    client = filled(messages=4)
    assert client.no("UID FETCH 1:* (UID) (PARTIAL 1:5)").tagged.code == ("MESSAGELIMIT", (4, None))
    result = client.ok("UID FETCH 1:* (UID) (PARTIAL 1:4)")
    assert result.fetched("UID") == [3, 4, 5, 6]
    assert result.code is None
    client.no("UID SEARCH RETURN (PARTIAL -1:-5) ALL", code="MESSAGELIMIT")


def test_thread_cannot_be_cut() -> None:
    assert filled(messages=4).no("THREAD REFERENCES UTF-8 ALL").code == "MESSAGELIMIT"


def test_expunged_by_others() -> None:
    client = filled(messages=4)
    other = Client(client.host).login()
    other.ok("SELECT INBOX")
    other.ok("STORE 10 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    result = client.no("FETCH 1:* (UID)", code="EXPUNGEISSUED")
    assert [reply.code for reply in result.untagged if reply.name == "NO"] == [("MESSAGELIMIT", (4, 9))]
