"""SASL-IR, the initial response of AUTHENTICATE: RFC 4959."""

from __future__ import annotations

import base64

from tests.imap.harness import Client


def encoded(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def test_announced_before_login(stranger: Client) -> None:
    assert "SASL-IR" in stranger.greeting.code[1]


def test_one_round_trip_less(stranger: Client) -> None:
    """Section 3: the response is in the command, so that no continuation is sent."""
    result = stranger.ok("AUTHENTICATE PLAIN " + encoded(b"\0alice\0secret"))
    assert result.continuations == []


def test_the_long_way_still_works(stranger: Client) -> None:
    stranger.send(b"x AUTHENTICATE PLAIN\r\n")
    (tagged,) = stranger.send(encoded(b"\0alice\0secret").encode() + b"\r\n")
    assert tagged.name == "OK"


def test_equals_sign_is_the_empty_response(stranger: Client) -> None:
    """Section 3: "=" stands for a response of no octets, which PLAIN cannot use: refused, not asked again."""
    result = stranger.command("AUTHENTICATE PLAIN =")
    assert result.status in {"NO", "BAD"}
    assert result.continuations == []


def test_initial_response_of_a_mechanism_that_goes_on(stranger: Client) -> None:
    """The first step of SCRAM comes with the command, the rest in lines of its own."""
    first = encoded(b"n,,n=alice,r=0123456789abcdef")
    (challenge,) = stranger.send(f"x AUTHENTICATE SCRAM-SHA-256 {first}\r\n".encode())
    assert challenge.kind == "continuation"
    assert challenge.data.startswith(b"r=0123456789abcdef")
    (tagged,) = stranger.send(b"*\r\n")
    assert (tagged.tag, tagged.name) == ("x", "BAD")


def test_mechanism_where_the_server_speaks_first(stranger: Client) -> None:
    """RFC 4422 section 5.1: such a mechanism has no initial response."""
    assert stranger.command("AUTHENTICATE CRAM-MD5 " + encoded(b"x")).status in {"NO", "BAD"}
    stranger.login()


def test_long_initial_response(stranger: Client) -> None:
    """A token of some kilobytes fits into the line; what does not is refused, and the next line is heard."""
    stranger.no("AUTHENTICATE PLAIN " + encoded(b"\0alice\0" + b"x" * 4000))
    stranger.bad("AUTHENTICATE PLAIN " + encoded(b"\0alice\0" + b"x" * 10_000))
    stranger.login()
