"""Client quirk 16: Outlook drops connections that are silent in IDLE."""

from __future__ import annotations

from tests.imap.harness import Client


def test_a_sign_of_life_every_two_minutes(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    alice.idle()
    said = alice.session.last_said
    every = alice.host.limits.idle_keepalive
    assert every == 120
    alice.session.keep_alive(said + every - 1)
    assert not alice.wire.output
    alice.session.keep_alive(said + every)
    assert alice.wire.take() == b"* OK Still here\r\n"
    alice.session.keep_alive(said + every + 1)
    assert not alice.wire.output
