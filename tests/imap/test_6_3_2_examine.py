"""EXAMINE: RFC 3501 section 6.3.2, RFC 9051 section 6.3.3."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import numbered


def test_read_only_and_no_permanent_flags(alice: Client) -> None:
    alice.append(numbered(1))
    result = alice.ok("EXAMINE INBOX")
    assert result.code == "READ-ONLY"
    assert result.codes["PERMANENTFLAGS"] == []
    assert set(result.names) >= {"FLAGS", "EXISTS"}
    assert set(result.codes) >= {"UIDNEXT", "UIDVALIDITY"}


@pytest.mark.parametrize(
    "line",
    [
        "STORE 1 +FLAGS (\\Seen)",
        "UID STORE 1 FLAGS ()",
        "EXPUNGE",
        "UID EXPUNGE 1",
        "MOVE 1 work",
        "UID MOVE 1 work",
    ],
)
def test_nothing_changes_it(alice: Client, other: Client, line: str) -> None:
    other.ok("CREATE work")
    other.append(numbered(1), flags="(\\Deleted)")
    alice.ok("EXAMINE INBOX")
    alice.no(line)
    other.ok("SELECT INBOX")
    assert other.ok("FETCH 1 FLAGS").fetches()[1]["FLAGS"][:1] == [b"\\Deleted"]
    assert other.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 0


def test_reading_does_not_set_seen(alice: Client, other: Client) -> None:
    other.append(numbered(1))
    alice.ok("EXAMINE INBOX")
    alice.ok("FETCH 1 BODY[]")
    assert other.ok("STATUS INBOX (UNSEEN)").statuses["INBOX"]["UNSEEN"] == 1


def test_recent_is_not_taken_away(alice: Client, other: Client) -> None:
    """RFC 3501 section 2.3.2: a read-only session must not change who is told of \\Recent."""
    other.append(numbered(1))
    assert alice.ok("EXAMINE INBOX").recent == 1
    assert other.ok("SELECT INBOX").recent == 1


def test_close_does_not_expunge(alice: Client, other: Client) -> None:
    other.append(numbered(1), flags="(\\Deleted)")
    alice.ok("EXAMINE INBOX")
    alice.ok("CLOSE")
    assert other.ok("SELECT INBOX").exists == 1


def test_news_comes_as_with_select(alice: Client, other: Client) -> None:
    alice.ok("EXAMINE INBOX")
    other.append(numbered(1))
    assert alice.ok("NOOP").exists == 1


def test_select_after_examine_is_read_write(alice: Client) -> None:
    alice.append(numbered(1))
    alice.ok("EXAMINE INBOX")
    assert alice.ok("SELECT INBOX").code == "READ-WRITE"
    alice.ok("STORE 1 +FLAGS (\\Seen)")
