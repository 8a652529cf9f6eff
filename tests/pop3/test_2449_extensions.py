"""RFC 2449: lengths (4), CAPA (5), LOGIN-DELAY (6.5), PIPELINING (6.6), EXPIRE (6.7), response codes (8)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from coromail.context import Context
from coromail.model.message import Message
from coromail.pop3 import Command
from coromail.pop3.commands import BUILTIN
from coromail.pop3.login_times import LoginTimes
from coromail.pop3_policy import Pop3Policy
from tests.pop3.harness import HELLO, Client, TestAuth, TestHost, login

# 4: lengths


def test_commands_of_255_octets() -> None:
    client = Client(TestHost())
    client.ok("USER " + "a" * (255 - len("USER \r\n")))
    assert client.err("USER " + "a" * (256 - len("USER \r\n"))) == (None, "The line is too long")


def test_commands_of_255_octets_after_login() -> None:
    client = login(TestHost())
    client.ok("NOOP" + " " * (255 - len("NOOP\r\n")))
    assert client.err("NOOP" + " " * (256 - len("NOOP\r\n"))) == (None, "The line is too long")
    client.ok("NOOP")


def test_a_response_has_512_octets_at_most() -> None:
    class Long(Command):
        name = "LONG"

        def run(self) -> None:
            self.ok("x" * 1000)

    registry = BUILTIN.copy()
    registry.add(Long)
    client = Client(TestHost(), registry)
    client.ok("USER alice")
    client.ok("PASS secret")
    assert len(client.raw(b"LONG\r\n")) == 512


# 5: CAPA


def test_capa_before_login() -> None:
    host = TestHost()
    host.tls_available = True
    assert Client(host).capa() == [
        "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "TOP", "UIDL", "LANG", "UTF8 USER", "USER",
        "SASL CRAM-MD5 PLAIN", "EXPIRE NEVER", "STLS",
    ]  # fmt: skip


def test_what_is_announced_before_login_is_announced_after_it() -> None:
    host = TestHost()
    host.tls_available = True
    before = set(Client(host).capa())
    after = set(login(host).capa())
    assert before - after == {"STLS"}
    assert {line.partition(" ")[0] for line in after - before} == {"IMPLEMENTATION"}


def test_without_tls_no_password_is_asked_for() -> None:
    host = TestHost(auth_context=Context())
    assert "USER" not in Client(host).capa()
    assert "SASL CRAM-MD5" in Client(host).capa()
    secure = Client(host, encrypted=True).capa()
    assert "USER" in secure
    assert "SASL CRAM-MD5 PLAIN" in secure


def test_without_mechanisms_there_is_no_sasl() -> None:
    class Bare(TestAuth):
        def sasl_provides(self) -> list[str]:
            return []

    assert not [line for line in Client(TestHost(auth_class=Bare)).capa() if line.startswith("SASL")]


def test_capa_takes_no_arguments() -> None:
    Client(TestHost()).err("CAPA x")


def test_a_command_of_ones_own_announces_itself() -> None:
    class Version(Command):
        name = "XVERSION"
        capability = "XVERSION 1"

        def run(self) -> None:
            self.ok("1")

    registry = BUILTIN.copy()
    registry.add(Version)
    assert "XVERSION 1" in Client(TestHost(), registry).capa()


# 6.5: LOGIN-DELAY


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


# 6.6: PIPELINING


def test_commands_sent_at_once_are_answered_in_order_and_together() -> None:
    host = TestHost()
    host.fill(HELLO)
    client = Client(host)
    client.wire.writes.clear()
    client.session.receive(
        b"USER alice\r\nPASS secret\r\nSTAT\r\nDELE 1\r\nXYZZY\r\nSTAT\r\nQUIT\r\nSTAT\r\n"
    )
    assert [client.status()[0] for _ in range(7)] == [True, True, True, True, False, True, True]
    client.empty()
    assert len(client.wire.writes) == 1


def test_a_failed_login_in_a_pipeline() -> None:
    client = Client(TestHost())
    client.session.receive(b"USER alice\r\nPASS wrong\r\nLIST\r\nRETR 1\r\nQUIT\r\n")
    assert [client.status()[0] for _ in range(5)] == [True, False, False, False, True]


def test_many_retr_and_dele_at_once() -> None:
    host = TestHost()
    host.fill(*[b"n: %d\n\n%d\n" % (n, n) for n in range(50)])
    client = login(host)
    client.session.receive(b"".join(b"RETR %d\r\nDELE %d\r\n" % (n, n) for n in range(1, 51)))
    for n in range(50):
        assert client.status()[0]
        assert client.rest() == [b"n: %d" % n, b"", b"%d" % n]
        assert client.status()[0]
    client.quit()
    assert host.inbox().exists == 0


# 6.7: EXPIRE

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


# 8: response codes


def test_texts_hold_no_brackets_but_codes() -> None:
    class Odd(Command):
        name = "ODD"

        def run(self) -> None:
            self.session.err("[x] \r\n+OK \x00 [IN-USE] \x85 ä")

    registry = BUILTIN.copy()
    registry.add(Odd)
    client = Client(TestHost(), registry)
    client.ok("USER alice")
    client.ok("PASS secret")
    assert client.err("ODD") == (None, "(x)   +OK   (IN-USE)   ?")
