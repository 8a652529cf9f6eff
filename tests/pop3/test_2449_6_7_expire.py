"""RFC 2449 section 6.7: EXPIRE."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from coromail.model.message import Message
from coromail.pop3_policy import Pop3Policy
from tests.pop3.harness import HELLO, Client, TestAuth, TestHost, login


class Own(TestAuth):
    """Users with values of their own."""

    settings: Mapping[str, Any] = {"pop3_login_delay": 60, "pop3_expire": 30}

    def user_settings(self, user: str) -> Mapping[str, Any]:
        return self.settings if user == "alice" else {}


def policy_lines(host: TestHost, client: Client) -> list[str]:
    return [line for line in client.capa() if line.startswith(("LOGIN-DELAY", "EXPIRE"))]


DAY = 24 * 3600


def old_mail(host: TestHost, *days: float, filed: float | None = None) -> None:
    for age in days:
        message = Message(b"age: %d\n\n" % age, internaldate=time.time() - age * DAY)
        message.savedate = int(time.time() - (age if filed is None else filed) * DAY)
        host.inbox().add_message(message)


def test_expire_never() -> None:
    host = TestHost()
    old_mail(host, 10_000)
    client = login(host)
    assert policy_lines(host, client) == ["EXPIRE NEVER"]
    client.quit()
    assert host.inbox().exists == 1


def test_old_messages_go_at_quit() -> None:
    host = TestHost()
    host.pop3 = Pop3Policy(expire=30)
    old_mail(host, 31, 29, 100)
    client = login(host)
    assert policy_lines(host, client) == ["EXPIRE 30"]
    assert client.ok("STAT").startswith("3 ")
    client.drop()
    assert host.inbox().exists == 3
    client = login(host)
    client.quit()
    assert list(host.inbox().index.uids) == [2]


def test_an_old_message_that_was_filed_lately_stays() -> None:
    host = TestHost()
    host.pop3 = Pop3Policy(expire=30)
    old_mail(host, 1000, filed=1)
    login(host).quit()
    assert host.inbox().exists == 1


def test_expire_0_removes_what_was_retrieved() -> None:
    host = TestHost()
    host.pop3 = Pop3Policy(expire=0)
    host.fill(HELLO, HELLO, HELLO)
    client = login(host)
    assert policy_lines(host, client) == ["EXPIRE 0"]
    client.message(2)
    client.drop()
    client = login(host)
    client.message(2)
    client.ok("DELE 1")
    client.ok("RSET")
    client.quit()
    assert list(host.inbox().index.uids) == [1, 3]


def test_users_with_retention_of_their_own() -> None:
    host = TestHost(auth_class=Own)
    host.pop3 = Pop3Policy(min_expire=5)
    assert policy_lines(host, Client(host)) == ["EXPIRE 5 USER"]
    assert policy_lines(host, login(host, "alice")) == ["EXPIRE 30"]
    assert policy_lines(host, login(host, "bob")) == ["EXPIRE NEVER"]


@pytest.mark.parametrize(("own", "result"), [(3, 5), (5, 5), (7, 7), (-1, None), (None, None)])
def test_no_retention_is_shorter_than_announced(own: int | None, result: int | None) -> None:
    assert Pop3Policy(expire=10, min_expire=5).for_user({"pop3_expire": own}).expire == result
    assert Pop3Policy().for_user({"pop3_expire": own}).expire is None
