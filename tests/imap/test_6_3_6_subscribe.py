"""SUBSCRIBE, UNSUBSCRIBE and LSUB: RFC 3501 sections 6.3.6, 6.3.7 and 6.3.9, RFC 9051 6.3.7 and 6.3.8."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client


def test_subscribed_names_are_listed(alice: Client, other: Client) -> None:
    alice.ok("CREATE work")
    alice.ok("SUBSCRIBE work")
    assert "work" in other.ok('LSUB "" *').lsubs
    assert "work" in other.ok('LSUB "" wo%').lsubs
    assert "work" not in other.ok('LSUB "" x%').lsubs


def test_twice_is_ok(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.ok("SUBSCRIBE work")
    alice.ok("SUBSCRIBE work")
    assert list(alice.ok('LSUB "" w*').lsubs) == ["work"]
    alice.ok("UNSUBSCRIBE work")
    assert alice.ok('LSUB "" w*').lsubs == {}
    alice.ok("UNSUBSCRIBE work")


def test_inbox_in_any_case(alice: Client) -> None:
    alice.ok("UNSUBSCRIBE inbox")
    assert "INBOX" not in alice.ok('LSUB "" *').lsubs
    alice.ok("SUBSCRIBE inbox")
    assert "INBOX" in alice.ok('LSUB "" *').lsubs


def test_trailing_separator_names_the_same_mailbox(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.ok("SUBSCRIBE work/")
    assert "work" in alice.ok('LSUB "" *').lsubs
    alice.ok("UNSUBSCRIBE work/")
    assert "work" not in alice.ok('LSUB "" *').lsubs


def test_a_name_that_is_gone_can_be_unsubscribed(alice: Client) -> None:
    alice.ok("CREATE work")
    alice.ok("SUBSCRIBE work")
    alice.ok("DELETE work")
    alice.ok("UNSUBSCRIBE work")
    assert "work" not in alice.ok('LSUB "" *').lsubs


def test_percent_shows_names_above_subscribed_ones(alice: Client) -> None:
    """RFC 3501 section 6.3.9: foo is not subscribed, foo/bar is; LSUB "" % says foo with \\Noselect."""
    alice.ok("CREATE foo/bar")
    alice.ok("SUBSCRIBE foo/bar")
    lsubs = alice.ok('LSUB "" %').lsubs
    assert b"\\Noselect" in lsubs["foo"].attributes
    assert "foo/bar" not in lsubs
    assert "foo/bar" in alice.ok('LSUB "" *').lsubs
    assert "foo" not in alice.ok('LSUB "" *').lsubs


def test_percent_without_anything_subscribed_below(alice: Client) -> None:
    alice.ok("CREATE foo/bar")
    assert "foo" not in alice.ok('LSUB "" %').lsubs


def test_users_have_their_own(alice: Client, bob: Client) -> None:
    alice.ok("CREATE work")
    alice.ok("SUBSCRIBE work")
    assert "work" not in bob.ok('LSUB "" *').lsubs


def test_non_ascii_names_come_back_as_sent(alice: Client) -> None:
    alice.ok("CREATE Entw&APw-rfe")
    alice.ok("SUBSCRIBE Entw&APw-rfe")
    assert "Entw&APw-rfe" in alice.ok('LSUB "" *').lsubs


@pytest.mark.parametrize(
    "line", ["SUBSCRIBE", "SUBSCRIBE a b", "UNSUBSCRIBE", 'LSUB ""', 'LSUB "" * *', "LSUB"]
)
def test_bad_syntax(alice: Client, line: str) -> None:
    alice.bad(line)
