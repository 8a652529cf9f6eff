"""The base class: what a subclass gets, and what it must never do by itself."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from coromail.auth import PLAINTEXT, Auth
from coromail.auth.sasl.exchange import Exchange, method_name
from coromail.context import Context
from coromail.errors import No

from .peers import Secrets, encrypted, run


def test_x36_the_default_refuses_everybody() -> None:
    auth = encrypted(Auth())
    assert not auth.login("root", "")
    assert not auth.login("anybody", "anything")
    assert not auth.apop("root", b"<1@x>", b"0" * 32)
    assert auth.user is None
    assert auth.sasl_mechanisms() == ["PLAIN"]
    assert Auth.reload(Context()) == []


def test_a3_three_lines_are_enough() -> None:
    class Tracker(Auth):
        def auth_plain(self, user: str, password: str) -> bool:
            return (user, password) == ("fred", "foo")

    auth = Tracker()
    assert auth.login("Fred", "foo")
    assert auth.user == "fred"
    assert not auth.login("fred", "Foo")
    assert auth.user is None


def test_a3_auth_plain_may_choose_the_name() -> None:
    class Alias(Auth):
        def auth_plain(self, user: str, password: str) -> bool:
            self.user = "fred@example.org"
            return password == "foo"

    auth = Alias()
    assert auth.login("fred", "foo")
    assert auth.user == "fred@example.org"
    assert not auth.login("fred", "bar")
    assert auth.user is None


@pytest.mark.parametrize("kind", ["value", "property", "method"])
def test_a2_provides_plain_in_every_form(kind: str) -> None:
    def no(self: Any) -> bool:
        return False

    members = {"value": False, "property": property(no), "method": no}
    auth = encrypted(type("Strict", (Auth,), {"provides_plain": members[kind]})())
    assert not auth.takes_passwords()
    assert auth.sasl_mechanisms() == []
    with pytest.raises(No):
        Exchange(auth, "PLAIN")


def test_may_log_in_holds_for_every_way_in() -> None:
    class Closed(Secrets):
        def may_log_in(self, user: str) -> bool:
            return False

    auth = encrypted(Closed())
    assert not auth.login("tim", "tanstaaftanstaaf")
    assert not auth.grant("tim")
    assert auth.user is None


def test_an_error_below_leaves_nobody_logged_in() -> None:
    class Broken(Secrets):
        def auth_plain(self, user: str, password: str) -> bool:
            self.user = user
            raise OSError("the database is away")

    auth = encrypted(Broken())
    with pytest.raises(OSError, match="away"):
        run(auth, "PLAIN", b"\0tim\0x")
    assert auth.user is None
    with pytest.raises(OSError, match="away"):
        auth.login("tim", "x")
    assert auth.user is None


def test_every_plaintext_mechanism_exists() -> None:
    assert all(hasattr(Auth, method_name(name)) for name in PLAINTEXT)


def test_x30_no_password_in_any_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        run(encrypted(Secrets()), "PLAIN", b"\0tim\0tanstaaftanstaaf")
        run(encrypted(Secrets()), "PLAIN", b"\0tim\0wrong")
    assert caplog.text == ""
