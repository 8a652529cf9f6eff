"""STATUS: RFC 3501 section 6.3.10, RFC 9051 section 6.3.11, RFC 8438, RFC 7162 section 3.1.7."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, literal
from tests.imap.mails import numbered


def status(client: Client, mailbox: str, items: str) -> dict[str, int]:
    (found,) = client.ok(f"STATUS {mailbox} ({items})").statuses.values()
    return found


def test_items_in_the_order_asked_for(alice: Client) -> None:
    alice.append(numbered(1), flags="(\\Seen)")
    alice.append(numbered(2), flags="(\\Deleted)")
    found = status(alice, "INBOX", "UNSEEN UIDVALIDITY UIDNEXT RECENT MESSAGES")
    assert list(found) == ["UNSEEN", "UIDVALIDITY", "UIDNEXT", "RECENT", "MESSAGES"]
    assert (found["MESSAGES"], found["UNSEEN"], found["UIDNEXT"], found["RECENT"]) == (2, 1, 3, 2)


def test_items_of_rev2(alice: Client) -> None:
    size = len(numbered(1)) + len(numbered(2))
    alice.append(numbered(1))
    alice.append(numbered(2), flags="(\\Deleted)")
    found = status(alice, "INBOX", "DELETED SIZE")
    assert found["DELETED"] == 1
    assert found["SIZE"] >= size


def test_empty_mailbox(alice: Client) -> None:
    found = status(alice, "INBOX", "MESSAGES UNSEEN UIDNEXT RECENT DELETED SIZE")
    assert found == {"MESSAGES": 0, "UNSEEN": 0, "UIDNEXT": 1, "RECENT": 0, "DELETED": 0, "SIZE": 0}


def test_changes_nothing(alice: Client, other: Client) -> None:
    """Neither the selection nor \\Recent."""
    alice.append(numbered(1))
    alice.ok("CREATE work")
    alice.ok("SELECT work")
    status(alice, "INBOX", "MESSAGES RECENT UNSEEN")
    assert "CLOSED" in alice.ok("SELECT work").codes
    assert other.ok("SELECT INBOX").recent == 1


def test_of_the_selected_mailbox(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    other.append(numbered(1))
    assert status(alice, "INBOX", "MESSAGES")["MESSAGES"] == 1
    assert alice.exists == 1


def test_recent_of_the_selected_mailbox(alice: Client, other: Client) -> None:
    """Those that are \\Recent here count, and those that nobody was told of yet; not what others were told of."""
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    assert status(alice, "INBOX", "RECENT")["RECENT"] == 1
    assert status(other, "INBOX", "RECENT")["RECENT"] == 0
    other.append(numbered(2))
    assert status(alice, "INBOX", "RECENT")["RECENT"] == 2
    assert alice.ok("SEARCH RECENT").search == [1, 2]
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    assert status(alice, "INBOX", "RECENT")["RECENT"] == 1


def test_recent_of_an_examined_mailbox(alice: Client) -> None:
    """EXAMINE takes \\Recent from nobody: what it shows counts once."""
    alice.append(numbered(1))
    alice.ok("EXAMINE INBOX")
    assert status(alice, "INBOX", "RECENT")["RECENT"] == 1


def test_highestmodseq_grows(alice: Client) -> None:
    before = status(alice, "INBOX", "HIGHESTMODSEQ")["HIGHESTMODSEQ"]
    alice.append(numbered(1))
    assert status(alice, "INBOX", "HIGHESTMODSEQ")["HIGHESTMODSEQ"] > before


def test_names(alice: Client) -> None:
    assert list(alice.ok("STATUS inbox (MESSAGES)").statuses) == ["INBOX"]
    alice.ok('CREATE "a b"')
    assert list(alice.ok("STATUS", literal(b"a b"), "(MESSAGES)").statuses) == ["a b"]
    alice.ok("CREATE Entw&APw-rfe")
    assert list(alice.ok("STATUS Entw&APw-rfe (MESSAGES)").statuses) == ["Entw&APw-rfe"]


def test_items_in_any_case_and_twice(alice: Client) -> None:
    assert status(alice, "INBOX", "messages Messages") == {"MESSAGES": 0}


def test_missing_mailbox(alice: Client) -> None:
    alice.no("STATUS missing (MESSAGES)", code="NONEXISTENT")


@pytest.mark.parametrize(
    "line",
    [
        "STATUS",
        "STATUS INBOX",
        "STATUS INBOX ()",
        "STATUS INBOX MESSAGES",
        "STATUS INBOX (FROB)",
        "STATUS INBOX (MESSAGES",
        "STATUS INBOX (MESSAGES )",
        "STATUS INBOX (MESSAGES) more",
        "STATUS (MESSAGES)",
        "STATUS INBOX  (MESSAGES)",
    ],
)
def test_bad_syntax(alice: Client, line: str) -> None:
    alice.bad(line)
