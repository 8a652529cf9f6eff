"""Client quirk 8: XAPPLEPUSHSERVICE without a certificate of Apple's is not offered, and says nothing of mailboxes."""

from __future__ import annotations

from tests.imap.harness import Client


def test_it_is_an_unknown_command(alice: Client) -> None:
    assert "XAPPLEPUSHSERVICE" not in alice.ok("CAPABILITY").only("CAPABILITY")
    arguments = (
        "aps-version 2 aps-account-id 0715 aps-device-token 4B aps-subtopic com.apple.mobilemail mailboxes "
    )
    replies = [
        alice.bad(f"XAPPLEPUSHSERVICE {arguments}({name})").tagged.text for name in ("INBOX", "nothing")
    ]
    assert replies[0] == replies[1]
