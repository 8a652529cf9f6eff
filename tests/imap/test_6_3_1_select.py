"""SELECT: RFC 3501 section 6.3.1, RFC 9051 section 6.3.2."""

from __future__ import annotations

import pytest

from tests.imap.checker import Checker
from tests.imap.harness import Client, literal
from tests.imap.mails import numbered

REQUIRED = {"FLAGS", "EXISTS"}
REQUIRED_CODES = {"PERMANENTFLAGS", "UIDNEXT", "UIDVALIDITY"}


def test_required_responses_of_an_empty_mailbox(alice: Client) -> None:
    result = alice.ok("SELECT INBOX")
    assert set(result.names) >= REQUIRED | {"RECENT"}
    assert set(result.codes) >= REQUIRED_CODES
    assert result.code == "READ-WRITE"
    assert (result.exists, result.recent, result.codes["UIDNEXT"]) == (0, 0, 1)
    assert "UNSEEN" not in result.codes
    assert "CLOSED" not in result.codes


def test_numbers_of_a_mailbox_with_messages(alice: Client) -> None:
    alice.append(numbered(1), flags="(\\Seen)")
    alice.append(numbered(2))
    alice.append(numbered(3))
    result = alice.ok("SELECT INBOX")
    assert (result.exists, result.recent) == (3, 3)
    assert result.codes["UNSEEN"] == 2
    assert result.codes["UIDNEXT"] == 4


def test_recent_is_given_once(alice: Client, other: Client) -> None:
    alice.append(numbered(1))
    assert alice.ok("SELECT INBOX").recent == 1
    assert other.ok("SELECT INBOX").recent == 0
    assert b"\\Recent" in alice.ok("FETCH 1 FLAGS").fetches()[1]["FLAGS"]
    assert b"\\Recent" not in other.ok("FETCH 1 FLAGS").fetches()[1]["FLAGS"]


def test_flags_and_permanent_flags(alice: Client) -> None:
    result = alice.ok("SELECT INBOX")
    system = {b"\\Answered", b"\\Flagged", b"\\Deleted", b"\\Seen", b"\\Draft"}
    assert set(result.only("FLAGS")) >= system
    assert set(result.codes["PERMANENTFLAGS"]) >= system | {b"\\*"}


def test_keywords_in_use_are_in_flags(alice: Client) -> None:
    alice.append(numbered(1), flags="($Forwarded)")
    assert b"$Forwarded" in alice.ok("SELECT INBOX").only("FLAGS")


def test_uidvalidity_stays(alice: Client, other: Client) -> None:
    first = alice.ok("SELECT INBOX").codes["UIDVALIDITY"]
    assert other.ok("SELECT INBOX").codes["UIDVALIDITY"] == first
    assert alice.ok("SELECT INBOX").codes["UIDVALIDITY"] == first


@pytest.mark.parametrize("name", ["inbox", "InBoX", '"iNBOX"'])
def test_inbox_in_any_case(alice: Client, name: str) -> None:
    alice.append(numbered(1))
    assert alice.ok(f"SELECT {name}").exists == 1


def test_literal_name(alice: Client) -> None:
    alice.ok("CREATE", '"a b"')
    alice.ok("SELECT", literal(b"a b"))


def test_selecting_another_closes_the_first(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.ok("SELECT INBOX")
    result = alice.ok("SELECT work")
    assert result.untagged[0].code == ("CLOSED", None)
    assert "CLOSED" in alice.ok("SELECT work").codes


def test_failed_select_leaves_nothing_selected(alice: Client) -> None:
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    result = alice.no("SELECT missing", code="NONEXISTENT")
    assert "CLOSED" in result.codes
    alice.bad("FETCH 1 FLAGS")
    alice.bad("CLOSE")


def test_bad_select_changes_nothing(alice: Client) -> None:
    """A line that cannot be parsed attempts nothing."""
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    alice.bad("SELECT")
    alice.bad("SELECT INBOX now")
    alice.ok("FETCH 1 FLAGS")


def test_noselect_name_is_no(alice: Client) -> None:
    alice.ok("CREATE a/b")
    alice.ok("DELETE a")
    alice.no("SELECT a")


def test_selecting_leaves_without_expunging(alice: Client) -> None:
    alice.append(numbered(1), flags="(\\Deleted)")
    alice.ok("CREATE work")
    alice.ok("SELECT INBOX")
    alice.ok("SELECT work")
    assert alice.ok("SELECT INBOX").exists == 1


@pytest.fixture
def rev2(alice: Client) -> Client:
    """alice, who has enabled IMAP4rev2."""
    if "IMAP4rev2" in alice.ok("CAPABILITY").only("CAPABILITY"):
        alice.ok("ENABLE IMAP4rev2")
    else:
        alice.session.enable(frozenset({"IMAP4REV2"}))
        alice.checker = Checker(rev2=True)
    return alice


def test_rev2_sends_list_and_no_recent(rev2: Client) -> None:
    """RFC 9051 section 6.3.2: LIST is required, RECENT and UNSEEN are gone."""
    rev2.append(numbered(1))
    result = rev2.ok("SELECT INBOX")
    assert list(result.lists) == ["INBOX"]
    assert result.recent is None
    assert "UNSEEN" not in result.codes
    assert set(result.codes) >= REQUIRED_CODES


@pytest.mark.parametrize("name", ["a", "a/b", "INBOX"])
def test_rev2_attributes_are_accurate(rev2: Client, name: str) -> None:
    """As LIST has them at that moment."""
    rev2.ok("CREATE a/b")
    assert rev2.ok(f"SELECT {name}").lists == rev2.ok(f'LIST "" {name}').lists


@pytest.mark.parametrize(
    ("supplied", "name"),
    [("inbox", "INBOX"), ("a/b/", "a/b"), ("inbox/c", "INBOX/c"), ('"e\u0301"', "\u00e9")],
)
def test_rev2_tells_the_name_that_was_supplied(rev2: Client, supplied: str, name: str) -> None:
    """OLDNAME (section 6.3.9.7) where it differs from the normalized one."""
    for path in ("a/b", "INBOX/c", '"\u00e9"'):
        rev2.ok(f"CREATE {path}")
    listed = rev2.ok(f"SELECT {supplied}").lists
    assert list(listed) == [name]
    assert listed[name].extended == {"OLDNAME": supplied.strip('"').encode()}


def test_two_clients_see_the_same_numbers(alice: Client, other: Client) -> None:
    alice.append(numbered(1))
    alice.append(numbered(2))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    assert alice.ok("FETCH 1:* UID").fetched("UID") == other.ok("FETCH 1:* UID").fetched("UID") == [1, 2]


def test_mailbox_deleted_under_a_client(alice: Client, other: Client) -> None:
    """RFC 2180 section 3.3: a server that deletes at once ends the other's connection."""
    alice.ok("CREATE work")
    alice.ok("SELECT work")
    other.ok("DELETE work")
    replies = alice.send(b"x NOOP\r\n")
    assert "BYE" in [reply.name for reply in replies]
    assert alice.closed
