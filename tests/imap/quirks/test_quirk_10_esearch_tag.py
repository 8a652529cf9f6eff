"""Client quirk 10: The new Outlook fails on ESEARCH with a tag that is not quoted."""

from __future__ import annotations

from tests.imap.harness import Client


def test_the_tag_is_quoted(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    (reply,) = alice.ok("UID SEARCH RETURN (COUNT) ALL").untagged
    assert b'(TAG "' in reply.raw
