"""Client quirk 19: Thunderbird ends mailbox names with a separator, and wants \\Noselect in LSUB."""

from __future__ import annotations

from tests.imap.harness import Client


def test_a_separator_at_the_end_is_nothing(alice: Client) -> None:
    alice.ok("CREATE work/")
    for command in (
        "SELECT work/",
        "STATUS work/ (MESSAGES)",
        "SUBSCRIBE work/",
        "RENAME work/ play/",
        "DELETE play/",
    ):
        alice.ok(command)


def test_lsub_says_what_cannot_be_selected(alice: Client) -> None:
    alice.ok("CREATE a/b")
    alice.ok("SUBSCRIBE a/b")
    alice.ok("DELETE a")
    assert alice.ok('LSUB "" %').lsubs["a"].attributes == [b"\\Noselect"]
