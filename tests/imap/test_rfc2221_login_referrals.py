"""LOGIN-REFERRALS: RFC 2221."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tests.imap.harness import Client, TestAuth, TestHost

URL = "imap://bob@mail2.example.org/"


class MovedAuth(TestAuth):
    """bob has moved."""

    __test__ = False

    def user_settings(self, user: str) -> Mapping[str, Any]:
        return {"referral": URL} if user == "bob" else {}


def client() -> Client:
    return Client(TestHost(auth_class=MovedAuth))


def test_4_1_login() -> None:
    assert client().no("LOGIN bob secret", code="REFERRAL").codes["REFERRAL"] == URL.encode()
    client().ok("LOGIN alice secret")


def test_4_1_authenticate() -> None:
    initial = base64.b64encode(b"\0bob\0secret").decode()
    client().no(f"AUTHENTICATE PLAIN {initial}", code="REFERRAL")


def test_6_not_when_the_password_is_wrong() -> None:
    client().no("LOGIN bob wrong", code="AUTHENTICATIONFAILED")


def test_announced_before_login() -> None:
    assert "LOGIN-REFERRALS" in client().ok("CAPABILITY").only("CAPABILITY")
