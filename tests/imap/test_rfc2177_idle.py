"""IDLE: RFC 2177 section 3, RFC 9051 section 6.3.13."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import numbered


def test_continuation_then_done(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    assert alice.idle() == []
    assert alice.done().untagged == []
    alice.ok("NOOP")


@pytest.mark.parametrize("line", ["SELECT INBOX", "EXAMINE INBOX", "NOOP"])
def test_with_and_without_a_mailbox(alice: Client, line: str) -> None:
    alice.ok(line)
    alice.idle()
    alice.done()


def test_needs_login_and_takes_no_arguments(stranger: Client) -> None:
    stranger.bad("IDLE")
    stranger.login()
    stranger.bad("IDLE now")


def test_everything_is_told_at_once(alice: Client, other: Client) -> None:
    other.append(numbered(1))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    alice.idle()
    other.append(numbered(2))
    first = alice.news()[0]
    assert (first.name, first.number) == ("EXISTS", 2)
    other.ok("NOOP")
    other.ok("STORE 2 +FLAGS (\\Flagged)")
    (fetch,) = alice.news()
    assert (fetch.name, fetch.number) == ("FETCH", 2)
    assert b"\\Flagged" in fetch.data["FLAGS"]
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    assert ("EXPUNGE", 1) in [(reply.name, reply.number) for reply in alice.news()]
    assert alice.done().untagged == []


def test_what_happened_before_is_told_when_it_begins(alice: Client, other: Client) -> None:
    """A client that missed news between two commands must not wait for the next event."""
    alice.ok("SELECT INBOX")
    other.append(numbered(1))
    told = [*alice.idle(), *alice.news()]
    assert ("EXISTS", 1) in [(reply.name, reply.number) for reply in told]


def test_news_on_its_way_comes_with_done(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.idle()
    other.append(numbered(1))
    assert alice.done().exists == 1


def test_done_and_the_next_commands_in_one_segment(alice: Client) -> None:
    """iOS sends them together."""
    alice.ok("SELECT INBOX")
    alice.idle()
    replies = alice.send(b"DONE\r\nx NOOP\r\ny CREATE work\r\n")
    assert [reply.name for reply in replies if reply.tag] == ["OK", "OK", "OK"]


def test_pipelined_in_one_segment(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    replies = alice.send(b"x IDLE\r\nDONE\r\ny NOOP\r\n")
    assert [(reply.kind, reply.tag) for reply in replies] == [
        ("continuation", None),
        ("tagged", "x"),
        ("tagged", "y"),
    ]


def test_done_in_pieces_and_any_case(alice: Client) -> None:
    alice.idle()
    assert alice.send(b"do") == []
    assert alice.send(b"ne") == []
    assert alice.send(b"\r") == []
    (tagged,) = alice.send(b"\n")
    assert tagged.name == "OK"


@pytest.mark.parametrize("line", [b"NOOP", b"x NOOP", b"DONE now", b"", b" DONE"])
def test_anything_else_is_bad_and_ends_it(alice: Client, line: bytes) -> None:
    alice.ok("SELECT INBOX")
    alice.idle()
    assert [reply.name for reply in alice.send(line + b"\r\n") if reply.tag] == ["BAD"]
    alice.ok("NOOP")


def test_nothing_is_pushed_after_done(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.idle()
    alice.done()
    other.append(numbered(1))
    assert alice.news() == []
    assert alice.ok("NOOP").exists == 1


def test_idling_client_that_went_away(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.idle()
    alice.disconnect()
    other.append(numbered(1))
    assert alice.wire.take() == b""


def test_many_changes_while_idling_are_told_once(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    alice.idle()
    for number in range(10):
        other.append(numbered(number))
    for _ in range(3):
        other.ok("STORE 1:10 FLAGS (\\Seen)")
        other.ok("STORE 1:10 FLAGS ()")
    replies = alice.news()
    assert [reply.number for reply in replies if reply.name == "EXISTS"] == [10]
    numbers = [reply.number for reply in replies if reply.name == "FETCH"]
    assert len(numbers) == len(set(numbers))
