"""Client quirk 21: Thunderbird misses EXISTS that comes in its UID FETCH after IDLE."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_what_came_before_idle_is_told_at_its_start(alice: Client, other: Client) -> None:
    alice.ok("SELECT INBOX")
    other.append(PLAIN)
    assert [reply.name for reply in alice.idle()][:1] == ["EXISTS"]
    other.append(PLAIN)
    alice.news()
    alice.done()
    other.append(PLAIN)
    assert alice.ok("UID FETCH 1:* (FLAGS)").exists == 3
