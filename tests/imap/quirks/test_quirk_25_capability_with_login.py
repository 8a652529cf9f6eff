"""Client quirk 25: K-9 sends LOGIN in quotes and reads the capabilities from its OK."""

from __future__ import annotations

from tests.imap.harness import Client


def test_login_quoted(stranger: Client) -> None:
    result = stranger.ok(r'LOGIN "alice" "secret"')
    assert "IDLE" in result.codes["CAPABILITY"]
    assert not result.data("CAPABILITY")
