"""RFC 1939 section 7: USER and PASS."""

from __future__ import annotations

import pytest

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.errors import Unavailable
from coromail.limits import Limits
from tests.pop3.harness import HELLO, Client, TestAuth, TestHost


def test_login() -> None:
    host = TestHost()
    host.fill(HELLO)
    client = Client(host)
    client.ok("USER alice")
    assert client.ok("PASS secret") == "1 messages"
    assert client.session.user == "alice"
    assert host.logins == [("alice", True)]


def test_user_never_tells_whether_there_is_such_a_user() -> None:
    client = Client(TestHost())
    assert client.ok("USER nobody") == client.ok("USER alice")


def test_a_wrong_name_and_a_wrong_password_look_the_same() -> None:
    client = Client(TestHost())
    client.ok("USER nobody")
    first = client.err("PASS secret")
    client.ok("USER alice")
    assert client.err("PASS wrong") == first == ("AUTH", "Wrong name or password")


def test_pass_comes_immediately_after_user() -> None:
    client = Client(TestHost())
    client.err("PASS secret")
    client.ok("USER alice")
    client.err("PASS wrong")
    assert client.err("PASS secret") == (None, "USER comes first")


def test_the_last_user_counts() -> None:
    client = Client(TestHost())
    client.ok("USER bob")
    client.ok("USER alice")
    client.ok("PASS secret")
    assert client.session.user == "alice"


def test_spaces_belong_to_the_password() -> None:
    class Spaces(Auth):
        def auth_plain(self, user: str, password: str) -> bool:
            return password == " two  words "

    client = Client(TestHost(auth_class=Spaces))
    client.ok("USER alice")
    client.ok("PASS  two  words ")


@pytest.mark.parametrize("line", [b"USER", b"USER ", b"USER \xff\xfe"])
def test_no_name(line: bytes) -> None:
    Client(TestHost()).err(line)


@pytest.mark.parametrize("name", ["a/../b", ".", "..", "\x01", "a" * 240, "' OR 1=1", "%s%n", "\uff41lice/"])
def test_strange_names_are_wrong_names(name: str) -> None:
    client = Client(TestHost())
    client.ok(f"USER {name}")
    assert client.err("PASS secret")[0] == "AUTH"


def test_some_failures_end_the_connection() -> None:
    host = TestHost(limits=Limits(login_failures=2))
    client = Client(host)
    client.ok("USER alice")
    client.err("PASS wrong")
    client.ok("USER alice")
    assert client.err("PASS wrong")[0] == "AUTH"
    assert client.session.closing
    assert host.logins == [("alice", False)] * 2


def test_failures_are_made_to_wait_before_the_password_is_looked_at() -> None:
    class Late(TestAuth):
        def auth_plain(self, user: str, password: str) -> bool:
            assert host.slept == [7.5]
            return super().auth_plain(user, password)

    host = TestHost(auth_class=Late)
    host.login_delay = lambda user, peer: 7.5  # type: ignore[method-assign]
    client = Client(host)
    client.ok("USER alice")
    client.ok("PASS secret")


def test_no_password_reaches_the_log() -> None:
    class Failing(TestAuth):
        def auth_plain(self, user: str, password: str) -> bool:
            if password == "hunter2":
                raise RuntimeError("backend fell over")
            return False

    host = TestHost(auth_class=Failing)
    client = Client(host)
    for password in ("hunter2", "sesame"):
        client.ok("USER alice\x1b[31m")
        client.send(f"PASS {password}")
        client.take()
    logged = "\n".join(text for _, text in host.logged)
    assert "sesame" not in logged
    assert "hunter2" not in logged.replace('== "hunter2"', "")
    assert "\x1b" not in logged


def test_a_source_of_users_that_is_away_is_no_wrong_password() -> None:
    class Away(Auth):
        def auth_plain(self, user: str, password: str) -> bool:
            raise Unavailable("The directory does not answer")

    host = TestHost(auth_class=Away)
    client = Client(host)
    client.ok("USER alice")
    assert client.err("PASS secret") == ("SYS/TEMP", "The directory does not answer")
    assert host.logins == []


def test_without_tls_passwords_are_refused() -> None:
    client = Client(TestHost(auth_context=Context()))
    assert client.err("USER alice") == (None, "Passwords need TLS here")
    assert client.err("PASS secret") == (None, "USER comes first")
    client = Client(TestHost(auth_context=Context()), encrypted=True)
    client.ok("USER alice")
    client.ok("PASS secret")


def test_an_auth_without_plain_passwords() -> None:
    class Strict(TestAuth):
        provides_plain = False

    client = Client(TestHost(auth_class=Strict))
    assert client.err("USER alice") == (None, "USER and PASS are not offered here")
    assert "USER" not in client.capa()
