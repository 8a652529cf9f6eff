"""Several sources of users in a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coromail.auth.chain import Chain
from coromail.auth.problem import UsersError
from coromail.auth.sasl.exchange import Done
from coromail.context import Context
from coromail.errors import No

from .peers import encrypted, run

FIRST = 'alice: {password: "{PLAIN}a", home: /first, protocols: [imap]}\nboth: {password: "{PLAIN}one"}'
SECOND = 'bob: {password: "{PLAIN}b", home: /second, master: true}\nboth: {password: "{PLAIN}two"}'
CLASS = "coromail.auth.users_file:UsersFile"


@pytest.fixture
def chain(tmp_path: Path) -> Any:
    (tmp_path / "1.yaml").write_text(FIRST)
    (tmp_path / "2.yaml").write_text(SECOND)
    links = [{"class": CLASS, "users_file": "1.yaml"}, {"class": CLASS, "users_file": "2.yaml"}]
    return encrypted(Chain(Context({"chain": links}, tmp_path)))


def test_the_source_that_accepts_answers_for_the_user(chain: Any) -> None:
    assert chain.login("alice", "a")
    assert chain.user_settings("alice")["home"] == "/first"
    assert chain.login("bob", "b")
    assert chain.user_settings("bob")["home"] == "/second"
    assert chain.login("both", "one")
    assert chain.login("both", "two")
    assert not chain.login("alice", "b")
    assert chain.user is None


def test_rules_of_the_source_hold(chain: Any) -> None:
    chain.connection.protocol = "pop3"
    assert not chain.login("alice", "a")
    assert chain.login("bob", "b")
    assert run(chain, "PLAIN", b"both\0bob\0b") == Done("both")


def test_a_master_user_of_one_source_acts_as_users_of_another(chain: Any) -> None:
    assert run(chain, "PLAIN", b"alice\0bob\0b") == Done("alice")
    assert chain.user_settings("alice")["home"] == "/first"
    chain.connection.protocol = "pop3"
    assert not isinstance(run(chain, "PLAIN", b"alice\0bob\0b"), Done)
    chain.context.settings["master_separator"] = "*"
    chain.connection.protocol = "imap"
    assert chain.login("alice*bob", "b")
    assert chain.user == "alice"
    for name in ("nobody*bob", "bob*alice"):
        with pytest.raises(No, match="Not authorized"):
            chain.login(name, "b" if name.endswith("bob") else "a")


def test_the_separator_is_for_all_sources(tmp_path: Path) -> None:
    links = [{"class": CLASS, "users_file": "1.yaml", "master_separator": "*"}]
    problems = Chain.problems(Context({"chain": links}, tmp_path))
    assert [problem.text for problem in problems] == ["write it beside chain:, for all sources"]


def test_mechanisms_are_those_of_all_sources(chain: Any, tmp_path: Path) -> None:
    assert "CRAM-MD5" in chain.sasl_mechanisms()
    assert chain.provides_apop
    (tmp_path / "2.yaml").write_text('bob: {password: "{SSHA}4xVzzT5yMBFBoBnUL7VGPRbNQq3vqzN6"}')
    assert Chain.reload(chain.context) == []
    assert chain.sasl_mechanisms() == ["PLAIN", "LOGIN"]
    assert chain.takes_passwords()
    assert not chain.provides_apop


def test_secrets_come_from_the_first_source_that_has_one(chain: Any) -> None:
    assert chain.secret("both") == "one"
    assert chain.secret("bob") == "b"
    assert chain.secret("nobody") is None


@pytest.mark.parametrize(
    "value",
    [None, [], "x", ["x"], [{}], [{"class": "no.such:Thing"}], [{"class": "os:path"}], [{"class": ":"}]],
)
def test_a_chain_needs_classes(value: Any) -> None:
    with pytest.raises(UsersError):
        Chain(Context({"chain": value}))


def test_every_hook_asks_along_the_chain(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text("root: {password: null, certificates: [R]}")
    (tmp_path / "2.yaml").write_text("bob: {password: null, certificates: [B]}")
    links = [
        {"class": CLASS, "users_file": name, "mechanisms": ["EXTERNAL", "X-NONE"]}
        for name in ("1.yaml", "2.yaml")
    ]
    chain = Chain(Context({"chain": links}, tmp_path))
    assert chain.sasl_provides() == ["EXTERNAL"]
    assert chain.external_user(["B"]) == "bob"
    assert chain.grant("bob")
    assert chain.external_user(["X"]) is None
    assert not chain.grant("bob")
    assert chain.check_token("t", None) is None
    assert chain.anonymous_user() is None
    assert chain.scram_keys("bob", "SCRAM-SHA-256") is None
    assert chain.decoy_scram_keys("bob", "SCRAM-SHA-256").iterations == 4096
