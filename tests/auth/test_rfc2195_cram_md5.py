"""RFC 2195 CRAM-MD5, and RFC 1939 section 7 APOP, which needs the same secret."""

from __future__ import annotations

import hmac
from typing import Any

import pytest

from coromail.auth.sasl import cram_md5 as cram_module
from coromail.auth.sasl.exchange import Challenge, Done, Exchange, Refused
from coromail.errors import Bad

from .peers import Secrets, b64, encrypted


def test_2_example(monkeypatch: Any) -> None:
    monkeypatch.setattr(cram_module.secrets, "token_hex", lambda size: "1896")
    monkeypatch.setattr(cram_module.time, "time", lambda: 697170952)
    auth = encrypted(Secrets())
    auth.connection.hostname = "postoffice.reston.mci.net"
    exchange = Exchange(auth, "CRAM-MD5")
    challenge = exchange.start()
    assert isinstance(challenge, Challenge)
    assert challenge.encoded == b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
    assert exchange.respond(b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw") == Done("tim")


def answer(user: bytes, password: str, suffix: bytes = b"") -> Any:
    auth = encrypted(Secrets())
    exchange = Exchange(auth, "CRAM-MD5")
    challenge = exchange.start()
    assert isinstance(challenge, Challenge)
    digest = hmac.new(password.encode(), challenge.data, "md5").hexdigest().encode()
    return exchange.respond(b64(user + b" " + digest + suffix))


def test_wrong_password_unknown_user_and_junk_are_refused() -> None:
    assert answer(b"TIM", "tanstaaftanstaaf") == Done("tim")
    for user, password, suffix in (
        (b"tim", "wrong", b""),
        (b"nobody", "tanstaaftanstaaf", b""),
        (b"nobody", "", b""),
        (b"", "tanstaaftanstaaf", b""),
        (b"\xff\0", "x", b""),
        (b"tim", "tanstaaftanstaaf", b"0"),
        (b"tim", "tanstaaftanstaaf", b"\xff"),
    ):
        assert isinstance(answer(user, password, suffix), Refused)


def test_rfc9051_6_2_2_no_initial_response() -> None:
    for initial in (b"=", b64(b"tim 0")):
        with pytest.raises(Bad):
            Exchange(encrypted(Secrets()), "CRAM-MD5").start(initial)


def test_a_response_has_two_parts() -> None:
    exchange = Exchange(encrypted(Secrets()), "CRAM-MD5")
    exchange.start()
    with pytest.raises(Bad):
        exchange.respond(b64(b"tim"))


def test_c7_every_challenge_is_new() -> None:
    assert len({Exchange(encrypted(Secrets()), "CRAM-MD5").start() for _ in range(10)}) == 10


def test_rfc1939_7_apop_example() -> None:
    auth = encrypted(Secrets())
    auth.passwords = {"mrose": "tanstaaf"}
    timestamp = b"<1896.697170952@dbc.mtview.ca.us>"
    assert auth.apop("mrose", timestamp, b"c4c9334bac560ecc979e58001b3e22fb")
    assert auth.user == "mrose"
    for user, digest in (
        ("mrose", b"c4c9334bac560ecc979e58001b3e22fc"),
        ("mrose", b""),
        ("mrose", b"\xff" * 32),
        ("nobody", b"c4c9334bac560ecc979e58001b3e22fb"),
        ("\udcff", b"c4c9334bac560ecc979e58001b3e22fb"),
    ):
        assert not auth.apop(user, timestamp, digest)
        assert auth.user is None
