"""DELETE: RFC 3501 section 6.3.4, RFC 9051 section 6.3.5, RFC 2180 section 3."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import numbered


def test_removes_mailbox_and_messages(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.append(numbered(1), "work")
    alice.ok("DELETE work")
    assert "work" not in alice.ok('LIST "" *').lists
    alice.no("SELECT work", code="NONEXISTENT")
    alice.ok("CREATE work")
    assert alice.ok("SELECT work").exists == 0


@pytest.mark.parametrize("name", ["INBOX", "inbox"])
def test_inbox_stays(alice: Client, name: str) -> None:
    alice.append(numbered(1))
    alice.no(f"DELETE {name}")
    assert alice.ok("SELECT INBOX").exists == 1


def test_missing_name(alice: Client) -> None:
    alice.no("DELETE work", code="NONEXISTENT")


def test_inferior_names_stay(alice: Client) -> None:
    alice.ok("CREATE foo/bar")
    alice.append(numbered(1), "foo/bar")
    alice.append(numbered(2), "foo")
    alice.ok("DELETE foo")
    assert alice.ok("STATUS foo/bar (MESSAGES)").statuses["foo/bar"]["MESSAGES"] == 1
    listed = alice.ok('LIST "" %').lists["foo"]
    assert b"\\Noselect" in listed.attributes
    alice.no("SELECT foo")


def test_noselect_name_with_inferiors_cannot_be_deleted(alice: Client) -> None:
    alice.ok("CREATE foo/bar")
    alice.ok("DELETE foo")
    alice.no("DELETE foo", code="HASCHILDREN")


def test_noselect_name_goes_when_nothing_is_below_it(alice: Client) -> None:
    alice.ok("CREATE foo/bar")
    alice.ok("DELETE foo")
    alice.ok("DELETE foo/bar")
    assert set(alice.ok('LIST "" *').lists) == {"INBOX"}


def test_recreating_a_noselect_name_makes_it_empty(alice: Client) -> None:
    alice.ok("CREATE foo/bar")
    alice.append(numbered(1), "foo")
    alice.ok("DELETE foo")
    alice.ok("CREATE foo")
    assert alice.ok("SELECT foo").exists == 0


def test_subscription_survives(alice: Client) -> None:
    """RFC 3501 section 6.3.6: the server must not remove a name from the list on its own."""
    alice.ok("CREATE work")
    alice.ok("SUBSCRIBE work")
    alice.ok("DELETE work")
    assert "work" in alice.ok('LSUB "" *').lsubs


def test_deleting_the_selected_mailbox(alice: Client) -> None:
    """RFC 2180 section 3.3: the other clients are disconnected. This one has no mailbox open any more."""
    alice.ok("CREATE work")
    alice.append(numbered(1), "work")
    alice.ok("SELECT work")
    assert alice.ok("DELETE work").names == []
    alice.bad("FETCH 1 FLAGS")
    alice.ok("CREATE work")
    assert alice.ok("SELECT work").exists == 0


def test_deleting_the_selected_mailbox_that_has_others_below_it(alice: Client) -> None:
    alice.ok("CREATE work/sub")
    alice.ok("SELECT work")
    alice.ok("DELETE work")
    alice.bad("CHECK")
    assert b"\\Noselect" in alice.ok('LIST "" work').lists["work"].attributes


def test_what_is_selected_stays_when_another_is_deleted_or_none(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.ok("SELECT INBOX")
    alice.ok("DELETE work")
    alice.no("DELETE work")
    alice.no("DELETE INBOX")
    alice.ok("CHECK")


@pytest.mark.parametrize(
    "line", ["NOOP", "FETCH 1 BODY[]", "STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "COPY 1 INBOX"]
)
def test_other_session_that_has_it_open_comes_to_no_harm(alice: Client, other: Client, line: str) -> None:
    """RFC 2180 section 3: refuse, keep it for those who have it open, or disconnect them."""
    alice.ok("CREATE work")
    alice.append(numbered(1), "work")
    other.ok("SELECT work")
    alice.command("DELETE work")
    replies = other.send(f"x {line}\r\n".encode())
    assert [reply for reply in replies if reply.tag == "x" or reply.name == "BYE"]


def test_idling_session_is_told(alice: Client, other: Client) -> None:
    alice.ok("CREATE work")
    other.ok("SELECT work")
    other.idle()
    alice.ok("DELETE work")
    assert [reply.name for reply in other.news()][-1] == "BYE"
    assert other.closed


@pytest.mark.parametrize("line", ["DELETE", "DELETE ", "DELETE a b"])
def test_bad_syntax(alice: Client, line: str) -> None:
    alice.bad(line)
