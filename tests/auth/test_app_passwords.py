"""App passwords: scope and end; groups; master users by name; certificates by listener; OAuth beside passwords."""

from __future__ import annotations

import datetime
import logging
from pathlib import Path
from typing import Any

import pytest

from coromail.auth import Auth
from coromail.auth.app_password import AppPassword, generate, read
from coromail.auth.chain import Chain
from coromail.auth.passwords import hash_password
from coromail.auth.users_file import check_users
from coromail.context import Context
from coromail.errors import NoSuchMailbox, NotAllowed
from coromail.model import Model, acl

from .peers import encrypted, run, users_file

QUICK = hash_password("abcde-fghij", "SSHA512")
USERS = f"""
alice:
  password: "{{PLAIN}}main"
  master: true
  groups: [Staff]
  app_passwords:
    - {{name: phone, password: "{QUICK}", protocols: [imap]}}
    - {{name: scanner, password: "{{PLAIN}}scan", mailbox: Scans}}
    - {{name: old, password: "{{PLAIN}}old", expires: 2020-01-01}}
bob: {{password: "{{PLAIN}}b"}}
only: {{password: null, app_passwords: [{{name: x, password: "{{PLAIN}}app"}}]}}
"""


def test_an_app_password_opens_what_it_is_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    auth = users_file(tmp_path, USERS)
    assert auth.login("alice", "abcde-fghij")
    assert "'phone'" in caplog.text
    assert "abcde" not in caplog.text
    assert auth.login("only", "app")
    assert not auth.login("bob", "abcde-fghij")
    assert not auth.login("alice", "old")
    auth.connection.protocol = "pop3"
    assert not auth.login("alice", "abcde-fghij")
    assert auth.login("alice", "main")


def test_an_app_password_of_a_master_user_is_no_master(tmp_path: Path) -> None:
    auth = users_file(tmp_path, USERS)
    assert auth.login("alice", "main", "bob")
    from coromail.errors import No

    with pytest.raises(No):
        auth.login("alice", "abcde-fghij", "bob")


def test_an_app_password_for_a_mailbox_shows_no_other(tmp_path: Path) -> None:
    auth = users_file(tmp_path, USERS)
    context = Context()
    assert auth.login("alice", "main")
    whole = Model(auth, context)
    for name in ("Scans/2030", "Scansion", "Secret"):
        whole.create(name)
    limited_auth = users_file(tmp_path, USERS)
    assert limited_auth.login("alice", "scan")
    limited = Model(limited_auth, context)
    assert [name for name, _ in limited.listed()] == ["Scans", "Scans/2030"]
    assert limited.find("Scans", "lri").full_path == "Scans"
    for hidden in ("INBOX", "Secret", "Scansion", "Nowhere"):
        with pytest.raises(NoSuchMailbox):
            limited.select(hidden)
    for forbidden in (
        lambda: limited.create("Scans/x"),
        lambda: limited.delete("Scans"),
        lambda: limited.rename("Scans", "Mine"),
        lambda: limited.demand(limited.find("Scans"), "a"),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    limited.close()
    assert whole.lookup("Secret") is not None
    whole.close()


@pytest.mark.parametrize(
    "entry",
    [
        "x",
        {"name": "x"},
        {"name": "x", "password": "bare"},
        {"name": "x", "password": hash_password("x")},
        {"name": "x", "password": "{PLAIN}x", "protocols": ["smtp"]},
        {"name": "x", "password": "{PLAIN}x", "protocols": []},
        {"name": "x", "password": "{PLAIN}x", "expires": "soon"},
        {"name": "x", "password": "{PLAIN}x", "mailbox": ""},
        {"name": "x", "password": "{PLAIN}x", "protocol": ["imap"]},
    ],
    ids=str,
)
def test_mistakes_in_an_app_password(entry: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        read(entry)
    import yaml

    file = tmp_path / "users.yaml"
    file.write_text(yaml.safe_dump({"alice": {"password": None, "app_passwords": [entry]}}))
    assert len(check_users(file)) == 1


def test_it_ends_with_its_day() -> None:
    day = datetime.date(2030, 1, 31)
    one = AppPassword("x", "{PLAIN}secret", expires=day)
    assert one.matches("secret", day)
    assert not one.matches("secret", day + datetime.timedelta(1))
    assert not one.matches("wrong", day)
    assert "secret" not in repr(one)


def test_generated_ones_differ() -> None:
    assert len({generate() for _ in range(100)}) == 100
    assert len(generate()) == 23


def test_groups_are_identifiers_of_access_control_lists(tmp_path: Path) -> None:
    class Shared(Model):
        sharing = True

    auth, context = users_file(tmp_path, USERS), Context()
    assert auth.login("bob", "b")
    bob = Shared(auth, context)
    bob.set_acl(bob.create("Plans"), {"group:staff": frozenset("lr")})
    bob.set_acl(bob.create("Private"), {"group:other": frozenset("lr")})
    assert auth.login("alice", "main")
    alice = Shared(auth, context)
    assert alice.groups == {"group:staff"}
    assert alice.rights(alice.find("Other Users/bob/Plans", "r")) == frozenset("lr")
    assert alice.lookup("Other Users/bob/Private") is None
    assert acl.rights_in(
        {"anyone": frozenset("lr"), "-group:staff": frozenset("r")}, "x", "y", alice.groups
    ) == {"l"}
    alice.close()
    bob.close()


def test_c8_no_user_is_mistaken_for_a_group() -> None:
    class Anybody(Auth):
        def auth_plain(self, user: str, password: str) -> bool:
            return True

    assert Anybody().login("staff", "x")
    assert not Anybody().login("group:staff", "x")
    assert not Anybody().login("GROUP:staff", "x")


def test_a_master_user_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    auth = users_file(tmp_path, USERS, master_separator="*")
    assert auth.login("bob*alice", "main")
    assert auth.user == "bob"
    assert "'alice' logs in as 'bob'" in caplog.text
    assert not auth.login("bob*alice", "b")
    assert not auth.login("*alice", "x")
    plain = users_file(tmp_path, USERS)
    assert not plain.login("bob*alice", "main")


def test_certificates_are_mapped_by_listener() -> None:
    mapping = {"imaps": {"a@x": "Alice"}, "1993": {"a@x": "bob"}, "all": {"c@x": "carol"}}
    auth = Auth(Context({"certificate_users": mapping}))
    for listener, names, user in (
        (("imaps", "993"), ["a@x"], "alice"),
        (("imaps", "1993"), ["a@x"], "bob"),
        (("pop3s", "995"), ["a@x"], None),
        (("pop3s", "995"), ["z", "c@x"], "carol"),
        ((), ["a@x"], None),
    ):
        auth.connection.listener = listener
        assert auth.external_user(names) == user


def test_tokens_beside_passwords(tmp_path: Path) -> None:
    pytest.importorskip("jwt")
    (tmp_path / "users.yaml").write_text(USERS)
    links = [
        {
            "class": "coromail.auth.oauth:OAuth",
            "oauth": {"issuer": "https://login.example.org", "audience": ["x"]},
        },
        {"class": "coromail.auth.users_file:UsersFile", "users_file": "users.yaml"},
    ]
    context = Context({"chain": links}, tmp_path)
    assert Chain.problems(context) == []
    auth = encrypted(Chain(context))
    passwords = auth.links[1].sasl_provides()
    assert "PLAIN" in passwords
    assert auth.sasl_provides() == ["OAUTHBEARER", "XOAUTH2", *passwords]
    assert auth.login("only", "app")
    assert auth.knows("bob")
    told = run(auth, "OAUTHBEARER", b"n,,\x01auth=Bearer x\x01\x01")
    assert b"login.example.org" in told.data  # type: ignore[union-attr]
    (tmp_path / "users.yaml").unlink()
    del links[0]["oauth"]
    assert [problem.setting for problem in Chain.problems(Context({"chain": links}, tmp_path))] == [
        ("chain", 0),
        ("chain", 1, "users_file"),
    ]
