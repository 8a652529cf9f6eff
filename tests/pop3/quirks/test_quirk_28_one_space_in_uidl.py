"""Client quirk 28: K-9's POP3 is confused by more than one space."""

from __future__ import annotations

from tests.pop3.harness import TestHost, login


def test_exactly_one_space() -> None:
    host = TestHost()
    host.fill(b"a: b\n\nc\n")
    client = login(host)
    for line in (
        *client.multi("UIDL"),
        *client.multi("LIST"),
        client.ok("STAT").encode(),
        client.ok("UIDL 1").encode(),
    ):
        assert len(line.split(b" ")) == 2
