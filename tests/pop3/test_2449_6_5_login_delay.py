"""RFC 2449 section 6.5: LOGIN-DELAY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from coromail.pop3.login_times import LoginTimes
from coromail.pop3_policy import Pop3Policy
from tests.pop3.harness import Client, TestAuth, TestHost, login


class Own(TestAuth):
    """Users with values of their own."""

    settings: Mapping[str, Any] = {"pop3_login_delay": 60, "pop3_expire": 30}

    def user_settings(self, user: str) -> Mapping[str, Any]:
        return self.settings if user == "alice" else {}


def policy_lines(host: TestHost, client: Client) -> list[str]:
    return [line for line in client.capa() if line.startswith(("LOGIN-DELAY", "EXPIRE"))]


def test_login_delay_is_announced_and_enforced() -> None:
    host = TestHost()
    host.pop3 = Pop3Policy(login_delay=900)
    client = login(host)
    assert "LOGIN-DELAY 900" in client.capa()
    client.quit()
    client = Client(host)
    assert "LOGIN-DELAY 900" in client.capa()
    client.ok("USER alice")
    assert client.err("PASS secret")[0] == "LOGIN-DELAY"
    client.ok("USER alice")
    assert client.err("PASS wrong")[0] == "AUTH"
    client.ok("USER bob")
    client.ok("PASS secret")


def test_login_delay_ends() -> None:
    times = LoginTimes()
    times.logged_in("alice", 900, now=1000)
    assert times.too_soon("alice", now=1899.9)
    assert not times.too_soon("alice", now=1900)
    assert not times.too_soon("bob", now=1000)


def test_login_times_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LoginTimes, "MAX_USERS", 10)
    times = LoginTimes()
    for number in range(20):
        times.logged_in(str(number), 100, now=number)
    assert not times.too_soon("9", now=20)
    assert times.too_soon("10", now=20)


def test_users_with_delays_of_their_own() -> None:
    host = TestHost(auth_class=Own)
    host.pop3 = Pop3Policy(login_delay=10, max_login_delay=600)
    assert "LOGIN-DELAY 600 USER" in Client(host).capa()
    assert "LOGIN-DELAY 60" in login(host, "alice").capa()
    assert "LOGIN-DELAY 10" in login(host, "bob").capa()


def test_no_delay_is_longer_than_announced() -> None:
    assert Pop3Policy(login_delay=10).for_user({"pop3_login_delay": 60}).login_delay == 10
