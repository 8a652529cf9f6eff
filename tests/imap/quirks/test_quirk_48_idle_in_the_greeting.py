"""Client quirk 48: BlackBerry's servers wanted IDLE in the greeting."""

from __future__ import annotations

from tests.imap.harness import Client


def test_idle_is_in_the_greeting(stranger: Client) -> None:
    assert stranger.greeting.code is not None
    assert "IDLE" in stranger.greeting.code[1]
