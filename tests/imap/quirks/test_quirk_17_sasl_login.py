"""Client quirk 17: Outlook's AUTHENTICATE LOGIN needs challenges with text, and may send the name at once."""

from __future__ import annotations

import base64

from tests.imap.harness import Client


def b64(text: str) -> bytes:
    return base64.b64encode(text.encode())


def test_challenges_are_not_empty(stranger: Client) -> None:
    (first,) = stranger.send(b"a AUTHENTICATE LOGIN\r\n")
    assert first.data
    (second,) = stranger.send(b64("alice") + b"\r\n")
    assert second.data
    assert stranger.send(b64("secret") + b"\r\n")[-1].name == "OK"


def test_initial_response(stranger: Client) -> None:
    (challenge,) = stranger.send(b"a AUTHENTICATE LOGIN " + b64("alice") + b"\r\n")
    assert challenge.data
    assert stranger.send(b64("secret") + b"\r\n")[-1].name == "OK"
