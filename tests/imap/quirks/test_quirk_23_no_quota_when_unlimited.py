"""Client quirk 23: Thunderbird shows limits where there are none."""

from __future__ import annotations

from tests.imap.harness import Client


def test_without_limits_there_is_no_root(alice: Client) -> None:
    result = alice.ok("GETQUOTAROOT INBOX")
    assert result.only("QUOTAROOT") == (b"INBOX", [])
    assert not result.data("QUOTA")
