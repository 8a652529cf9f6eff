"""Client quirk 22: Thunderbird subscribes to what it creates or renames: one event for both."""

from __future__ import annotations

from tests.imap.harness import Client


def test_create_and_subscribe_are_one_line(alice: Client, other: Client) -> None:
    alice.ok("NOTIFY SET (PERSONAL (MailboxName SubscriptionChange))")
    other.ok("CREATE new")
    other.ok("SUBSCRIBE new")
    (reply,) = alice.news()
    assert b"\\Subscribed" in reply.data.attributes
