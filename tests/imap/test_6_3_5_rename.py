"""RENAME: RFC 3501 section 6.3.5, RFC 9051 section 6.3.6."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import numbered


def test_messages_and_uids_go_with_the_name(alice: Client) -> None:
    alice.ok("CREATE old")
    alice.append(numbered(1), "old", "(\\Flagged)")
    alice.append(numbered(2), "old")
    alice.ok("RENAME old new")
    names = alice.ok('LIST "" *').lists
    assert "new" in names
    assert "old" not in names
    alice.ok("SELECT new")
    fetched = alice.ok("FETCH 1:* (UID FLAGS)")
    assert fetched.fetched("UID") == [1, 2]
    assert b"\\Flagged" in fetched.fetches()[1]["FLAGS"]


def test_inferior_names_go_too(alice: Client) -> None:
    alice.ok("CREATE foo/bar/zap")
    alice.append(numbered(1), "foo/bar")
    alice.ok("RENAME foo zap")
    assert {"zap", "zap/bar", "zap/bar/zap"} <= set(alice.ok('LIST "" *').lists)
    assert alice.ok("SELECT zap/bar").exists == 1


def test_names_that_only_begin_alike_stay(alice: Client) -> None:
    alice.ok("CREATE foo")
    alice.ok("CREATE foobar")
    alice.ok("RENAME foo zap")
    assert set(alice.ok('LIST "" *').lists) == {"INBOX", "foobar", "zap"}


def test_superior_names_are_made(alice: Client) -> None:
    alice.ok("CREATE foo")
    alice.ok("RENAME foo baz/rag/zowie")
    assert {"baz", "baz/rag", "baz/rag/zowie"} <= set(alice.ok('LIST "" *').lists)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RENAME missing new", "NONEXISTENT"),
        ("RENAME foo bar", "ALREADYEXISTS"),
        ("RENAME foo foo", "ALREADYEXISTS"),
        ("RENAME foo INBOX", "ALREADYEXISTS"),
        ("RENAME foo inbox", "ALREADYEXISTS"),
        ("RENAME foo foo/below", None),
        ('RENAME foo ""', None),
    ],
)
def test_errors_change_nothing(alice: Client, line: str, code: str | None) -> None:
    alice.ok("CREATE foo")
    alice.ok("CREATE bar")
    alice.append(numbered(1), "foo")
    before = set(alice.ok('LIST "" *').lists)
    alice.no(line, code=code)
    assert set(alice.ok('LIST "" *').lists) == before
    assert alice.ok("STATUS foo (MESSAGES)").statuses["foo"]["MESSAGES"] == 1


def test_inbox_gives_its_messages_away(alice: Client) -> None:
    alice.append(numbered(1), flags="(\\Answered)")
    alice.ok("CREATE INBOX/below")
    alice.ok("RENAME INBOX old-mail")
    assert {"INBOX", "INBOX/below", "old-mail"} <= set(alice.ok('LIST "" *').lists)
    assert alice.ok("SELECT old-mail").exists == 1
    assert b"\\Answered" in alice.ok("FETCH 1 FLAGS").fetches()[1]["FLAGS"]
    assert alice.ok("SELECT INBOX").exists == 0


def test_inbox_renamed_under_a_client(alice: Client, other: Client) -> None:
    alice.append(numbered(1))
    other.ok("SELECT INBOX")
    alice.ok("RENAME INBOX old-mail")
    assert other.ok("NOOP").expunges == [1]


def test_session_that_has_it_open_goes_on(alice: Client, other: Client) -> None:
    alice.ok("CREATE old")
    alice.append(numbered(1), "old")
    other.ok("SELECT old")
    alice.ok("RENAME old new")
    other.ok("FETCH 1 (UID FLAGS)")
    alice.append(numbered(2), "new")
    assert other.ok("NOOP").exists == 2


def test_the_old_name_can_be_used_again(alice: Client) -> None:
    alice.ok("CREATE old")
    alice.append(numbered(1), "old")
    before = alice.ok("STATUS old (UIDVALIDITY UIDNEXT)").statuses["old"]
    alice.ok("RENAME old new")
    alice.ok("CREATE old")
    after = alice.ok("STATUS old (UIDVALIDITY UIDNEXT MESSAGES)").statuses["old"]
    assert after["MESSAGES"] == 0
    assert after["UIDVALIDITY"] != before["UIDVALIDITY"] or after["UIDNEXT"] >= before["UIDNEXT"]


def test_renaming_in_a_circle_never_shows_old_uids_again(alice: Client) -> None:
    """Two mailboxes swap names: the pair of name and UIDVALIDITY must not come to mean other messages."""
    alice.ok("CREATE a")
    alice.ok("CREATE b")
    first = {name: alice.ok(f"STATUS {name} (UIDVALIDITY)").statuses[name]["UIDVALIDITY"] for name in "ab"}
    alice.ok("RENAME a c")
    alice.ok("RENAME b a")
    alice.ok("RENAME c b")
    second = {name: alice.ok(f"STATUS {name} (UIDVALIDITY)").statuses[name]["UIDVALIDITY"] for name in "ab"}
    assert first["a"] != second["a"]
    assert first["b"] != second["b"]


def test_subscriptions_stay_with_the_old_name(alice: Client) -> None:
    """RFC 9051 section 6.3.6, at the end."""
    alice.ok("CREATE old")
    alice.ok("SUBSCRIBE old")
    alice.ok("RENAME old new")
    assert "old" in alice.ok('LSUB "" *').lsubs


@pytest.mark.parametrize("line", ["RENAME", "RENAME a", "RENAME a ", "RENAME a b c"])
def test_bad_syntax(alice: Client, line: str) -> None:
    alice.bad(line)


def test_a_name_that_cannot_be(alice: Client) -> None:
    """U+2028, which separates lines (RFC 9755 section 3)."""
    alice.ok("CREATE work")
    alice.no("RENAME work a&ICg-b")
    alice.no("RENAME INBOX a&ICg-b")
    assert set(alice.ok('LIST "" *').lists) == {"INBOX", "work"}
