"""Client quirk 12: Outlook sends UTF8 when it has logged in."""

from __future__ import annotations

from tests.pop3.harness import TestHost, login


def test_utf8_in_transaction_state() -> None:
    client = login(TestHost())
    client.ok("UTF8")
    client.ok("STAT")
