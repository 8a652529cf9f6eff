"""Client quirk 1: iOS 18 and Apple Mail send DONE and the next commands in one segment."""

from __future__ import annotations

from tests.imap.harness import Client


def test_what_follows_done_runs(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.send(b"i1 IDLE\r\n")
    replies = alice.send(b"DONE\r\ni2 NOOP\r\ni3 UID FETCH 1:* (FLAGS)\r\n")
    assert [(reply.tag, reply.name) for reply in replies if reply.tag] == [
        ("i1", "OK"),
        ("i2", "OK"),
        ("i3", "OK"),
    ]


def test_idle_and_done_in_one_segment(alice: Client) -> None:
    replies = alice.send(b"i1 IDLE\r\nDONE\r\ni2 IDLE\r\nDONE\r\n")
    assert [reply.tag for reply in replies if reply.tag] == ["i1", "i2"]
