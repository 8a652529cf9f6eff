"""RFC 7628 OAUTHBEARER, and XOAUTH2."""

from __future__ import annotations

import pytest

from coromail.auth.sasl.exchange import Challenge, Done, Refused
from coromail.errors import Bad, No

from .peers import Secrets, encrypted, run

TOKEN = b"vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg=="


class Tokens(Secrets):
    def sasl_provides(self) -> list[str]:
        return ["OAUTHBEARER", "XOAUTH2"]

    def check_token(self, token: str, user: str | None) -> str | None:
        return "user@example.com" if token == TOKEN.decode() else None


def test_4_1_successful_example() -> None:
    message = (
        b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer " + TOKEN + b"\x01\x01"
    )
    assert run(encrypted(Tokens()), "OAUTHBEARER", initial=message) == Done("user@example.com")
    assert run(encrypted(Tokens()), "OAUTHBEARER", message) == Done("user@example.com")


def test_the_authorization_identity_may_be_left_out() -> None:
    message = b"n,,\x01auth=bearer " + TOKEN + b"\x01\x01"
    assert run(encrypted(Tokens()), "OAUTHBEARER", message) == Done("user@example.com")


def test_3_2_3_a_failure_takes_one_more_line() -> None:
    message = b"n,,\x01auth=Bearer wrong\x01\x01"
    failure = run(encrypted(Tokens()), "OAUTHBEARER", message)
    assert failure == Challenge(b'{"status":"invalid_token"}')
    assert isinstance(run(encrypted(Tokens()), "OAUTHBEARER", message, b"\x01"), Refused)
    good = b"n,,\x01auth=Bearer " + TOKEN + b"\x01\x01"
    assert isinstance(run(encrypted(Tokens()), "OAUTHBEARER", message, good), Refused)


def test_c8_a_token_opens_its_owners_mailbox_only() -> None:
    for mechanism, message in (
        ("OAUTHBEARER", b"n,a=tim,\x01auth=Bearer " + TOKEN + b"\x01\x01"),
        ("XOAUTH2", b"user=tim\x01auth=Bearer " + TOKEN + b"\x01\x01"),
    ):
        auth = encrypted(Tokens())
        with pytest.raises(No):
            run(auth, mechanism, message)
        assert auth.user is None


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"n,,",
        b"n,,\x01",
        b"n,,\x01auth=Bearer x\x01",
        b"n,,\x01auth=Bearer x",
        b"\x01auth=Bearer x\x01\x01",
        b"n,x=y,\x01auth=Bearer x\x01\x01",
        b"n,a=a=b,\x01auth=Bearer x\x01\x01",
        b"n,,\x01auth\x01\x01",
    ],
)
def test_3_1_malformed_responses_are_bad(message: bytes) -> None:
    with pytest.raises(Bad):
        run(encrypted(Tokens()), "OAUTHBEARER", message)


@pytest.mark.parametrize("auth_value", [b"", b"Bearer", b"Bearer ", b"Basic " + TOKEN, b"Bearer \xff"])
def test_only_bearer_tokens(auth_value: bytes) -> None:
    result = run(encrypted(Tokens()), "OAUTHBEARER", b"n,,\x01auth=" + auth_value + b"\x01\x01")
    assert isinstance(result, Challenge)


def test_3_1_a_lone_separator_fails() -> None:
    assert isinstance(run(encrypted(Tokens()), "OAUTHBEARER", b"\x01"), Refused)


def test_xoauth2() -> None:
    message = b"user=User@example.com\x01auth=Bearer " + TOKEN + b"\x01\x01"
    assert run(encrypted(Tokens()), "XOAUTH2", initial=message) == Done("user@example.com")
    wrong = b"user=\xff\x01auth=Bearer " + TOKEN + b"\x01\x01"
    assert isinstance(run(encrypted(Tokens()), "XOAUTH2", wrong), Challenge)
    assert isinstance(run(encrypted(Tokens()), "XOAUTH2", wrong, b""), Refused)
    with pytest.raises(Bad):
        run(encrypted(Tokens()), "XOAUTH2", b"auth=Bearer x\x01\x01")


def test_the_default_accepts_no_token() -> None:
    class Named(Secrets):
        def sasl_provides(self) -> list[str]:
            return ["OAUTHBEARER"]

    assert isinstance(run(encrypted(Named()), "OAUTHBEARER", b"n,,\x01auth=Bearer x\x01\x01"), Challenge)
