"""LOGOUT: RFC 3501 and RFC 9051 section 6.1.3."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import numbered


def test_bye_comes_before_the_tagged_ok_and_then_it_is_over(stranger: Client) -> None:
    replies = stranger.send(b"x LOGOUT\r\n")
    assert [(reply.kind, reply.name) for reply in replies] == [("untagged", "BYE"), ("tagged", "OK")]
    assert stranger.closed


def test_in_every_state(alice: Client, other: Client) -> None:
    assert alice.ok("LOGOUT").names == ["BYE"]
    other.ok("SELECT INBOX")
    assert other.ok("LOGOUT").names == ["BYE"]
    assert other.closed


def test_arguments_are_bad_and_nobody_is_thrown_out(stranger: Client) -> None:
    stranger.bad("LOGOUT please")
    assert not stranger.closed


def test_what_is_pipelined_behind_it_is_not_done(alice: Client, other: Client) -> None:
    replies = alice.send(b"x LOGOUT\r\ny CREATE never\r\n")
    assert [reply.tag for reply in replies if reply.kind == "tagged"] == ["x"]
    assert "never" not in other.ok('LIST "" *').lists


def test_does_not_expunge(alice: Client, other: Client) -> None:
    alice.append(numbered(1), flags="(\\Deleted)")
    alice.ok("SELECT INBOX")
    alice.ok("LOGOUT")
    assert other.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"] == 1
