"""The users file: what it accepts, what it refuses, and how it is put in force."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from coromail.auth import passwords
from coromail.auth.problem import UsersError
from coromail.auth.sasl.exchange import Done
from coromail.auth.users_file import UsersFile, check_users
from coromail.context import Context
from coromail.errors import No

from .peers import encrypted, run, users_file

CHEAP_ARGON2 = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzYWx0$"


def test_contract_both_forms_of_password(tmp_path: Path) -> None:
    hashed = passwords.hash_password("wonderland")
    auth = users_file(tmp_path, f'alice: {{password: "{hashed}"}}\nbob: {{password: "{{PLAIN}}secret"}}\n')
    assert auth.login("alice", "wonderland")
    assert auth.user == "alice"
    assert auth.login("bob", "secret")
    assert not auth.login("bob", "wonderland")
    assert auth.user is None


def test_names_fold_case_passwords_do_not(tmp_path: Path) -> None:
    auth = users_file(tmp_path, 'Alice: {password: "{PLAIN}Secret"}')
    assert auth.login("ALICE", "Secret")
    assert auth.user == "alice"
    assert not auth.login("alice", "secret")


def test_x36_an_empty_file_lets_nobody_in(tmp_path: Path) -> None:
    auth = users_file(tmp_path, "")
    assert not auth.login("", "")
    assert not auth.login("root", "root")


def test_further_keys_are_kept_without_the_password(tmp_path: Path) -> None:
    auth = users_file(tmp_path, 'bob: {password: "{PLAIN}x", home: /srv/bob, quota: 1G, colour: red}')
    assert auth.user_settings("bob") == {"home": "/srv/bob", "quota": "1G", "colour": "red"}
    assert auth.user_settings("nobody") == {}


def test_protocols_and_networks_hold_after_the_password(tmp_path: Path) -> None:
    auth = users_file(
        tmp_path,
        'bob: {password: "{PLAIN}x", protocols: [imap], allow_networks: [192.0.2.0/24, "2001:db8::/32"]}',
    )
    assert auth.login("bob", "x")
    for peer in ("::ffff:192.0.2.7", "2001:db8::1%eth0", None):
        auth.connection.peer = peer
        assert auth.login("bob", "x")
    auth.connection.peer = "198.51.100.1"
    assert not auth.login("bob", "x")
    auth.connection.peer, auth.connection.protocol = "192.0.2.1", "pop3"
    assert not auth.login("bob", "x")
    assert run(auth, "CRAM-MD5") is not None


@pytest.mark.parametrize(
    ("peer", "welcome"),
    [
        ("192.0.2.1", True),
        ("192.0.2.66", False),
        ("::ffff:192.0.2.66", False),
        ("198.51.100.1", False),
        ("2001:db8:1::1", False),
        (None, True),
    ],
)
def test_who_is_denied_may_not_come_allowed_or_not(tmp_path: Path, peer: str | None, welcome: bool) -> None:
    denied = 'deny_networks: [192.0.2.64/26, "2001:db8:1::/48"]'
    auth = users_file(
        tmp_path,
        f'bob: {{password: "{{PLAIN}}x", allow_networks: [192.0.2.0/24, "2001:db8::/32"], {denied}}}\n'
        f'eve: {{password: "{{PLAIN}}x", {denied}}}',
    )
    auth.connection.peer = peer
    assert auth.login("bob", "x") == welcome
    assert auth.login("eve", "x") == (welcome or peer == "198.51.100.1")


def test_master_users_act_as_users_of_the_file(tmp_path: Path) -> None:
    auth = users_file(
        tmp_path,
        'root: {password: "{PLAIN}r", master: true}\nbob: {password: "{PLAIN}b"}\n'
        "gone: {password: null, protocols: [pop3]}",
    )
    assert run(auth, "PLAIN", b"bob\0root\0r") == Done("bob")
    for other in (b"eve\0root\0r", b"root\0bob\0b"):
        with pytest.raises(No):
            run(auth, "PLAIN", other)
    assert not auth.login("root", "r", "gone")  # what binds a user binds whoever acts as that user


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- a\n- b", 1, "must map"),
        ('\nbob: {password: "{ROT13}x"}', 2, "unknown password scheme {ROT13}"),
        ("bob: {password: hunter2}", 1, "without a scheme"),
        ("bob: {password: 12345}", 1, "in quotes"),
        ("bob: {password: {PLAIN}hunter2}", 1, "not YAML"),
        ("bob: {password: *hunter2}", 1, "not YAML"),
        ("bob: {password: !hunter2 x}", 1, "not YAML"),
        ("bob: {password: 2001-99-99}", 0, "not YAML"),
        ("bob:\n  home: /x", 1, "no password"),
        ("bob:\n  home: /x\n  pasword: x", 3, 'did you mean "password"'),
        ('bob: {password: "{PLAIN}a"}\nBOB: {password: "{PLAIN}hunter2"}', 2, "twice"),
        ('bob: {password: "{PLAIN}a", password: "{PLAIN}hunter2"}', 1, "twice"),
        ('"../bob": {password: "{PLAIN}x"}', 1, "not a user name"),
        ("bob: hunter2", 1, "expected a mapping"),
        ('bob: {password: "{PLAIN}x",\n protocols: [smtp]}', 2, '"smtp" is none of'),
        ('bob: {password: "{PLAIN}x",\n protocols: imap}', 2, "must be a list"),
        ('bob: {password: "{PLAIN}x",\n\n allow_networks: [10.0.0.0/99]}', 3, "is no network"),
        (
            'bob: {password: "{PLAIN}x",\n deny_networks: [nowhere]}',
            2,
            'deny_networks: "nowhere" is no network',
        ),
        ('bob: {password: "{PLAIN}x", master: maybe}', 1, "true or false"),
        ('bob: {password: "{SSHA}hunter2"}', 1, "damaged value for {SSHA}"),
        ('bob: {password: "{PLAIN}"}', 1, "empty"),
        ('bob: {password: "$9$hunter2$x"}', 1, "unknown hash format"),
    ],
)
def test_check_users_tells_line_and_reason_but_no_password(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = tmp_path / "users.yaml"
    path.write_text(text)
    problems = check_users(path)
    assert [(problem.line, words in problem.text) for problem in problems][:1] == [(line, True)], problems
    assert "hunter2" not in str(problems)


def test_check_users_tells_everything_at_once(tmp_path: Path) -> None:
    path = tmp_path / "users.yaml"
    path.write_text('a: {password: x}\nb: 1\nc: {password: "{PLAIN}fine"}\nd: {password: "{NO}x"}\n')
    assert [problem.line for problem in check_users(path)] == [1, 2, 4]
    assert str(check_users(path)[1]).startswith(f"{path}:2: user b:")


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    assert "cannot be read" in check_users(tmp_path / "none.yaml")[0].text
    with pytest.raises(UsersError):
        UsersFile(Context({"users_file": "none.yaml"}, tmp_path))
    with pytest.raises(UsersError):
        UsersFile(Context({}, tmp_path))


def test_sighup_puts_new_users_in_force_on_open_connections(tmp_path: Path) -> None:
    auth = users_file(tmp_path, 'bob: {password: "{PLAIN}old"}')
    (tmp_path / "users.yaml").write_text('bob: {password: "{PLAIN}new"}')
    assert auth.login("bob", "old")
    assert UsersFile.reload(auth.context) == []
    assert auth.login("bob", "new")
    assert not auth.login("bob", "old")


def test_sighup_with_a_broken_file_keeps_the_old_users(tmp_path: Path) -> None:
    auth = users_file(tmp_path, 'bob: {password: "{PLAIN}old"}')
    (tmp_path / "users.yaml").write_text('bob: {password: "{ROT13}hunter2"}')
    [problem] = UsersFile.reload(auth.context)
    assert auth.login("bob", "old")
    assert str(problem).startswith(f"{tmp_path}/users.yaml:1: user bob: unknown password scheme {{ROT13}}")
    assert "hunter2" not in str(problem)


def test_the_file_is_read_once_for_all_connections(tmp_path: Path) -> None:
    auth = users_file(tmp_path, 'bob: {password: "{PLAIN}x"}')
    os.remove(tmp_path / "users.yaml")
    assert UsersFile(auth.context).login("bob", "x")


def test_slow_hashes_are_offloaded_and_cheap_ones_are_not(tmp_path: Path) -> None:
    hashed = passwords.hash_password("a", "SHA512-CRYPT")
    auth = users_file(tmp_path, f'alice: {{password: "{hashed}"}}\nbob: {{password: "{{PLAIN}}b"}}')
    calls: list[Any] = []

    def offload(function: Any, *args: Any) -> Any:
        calls.append(function)
        return function(*args)

    auth.context.offload = offload
    assert auth.login("bob", "b")
    assert calls == []
    assert auth.login("alice", "a")
    assert calls == [passwords.verify]


def test_c16_an_unknown_user_costs_a_check_of_somebodys_password(tmp_path: Path, monkeypatch: Any) -> None:
    hashed = passwords.hash_password("a", "SHA512-CRYPT")
    auth = users_file(tmp_path, f'u0: {{password: "{hashed}"}}')
    checked: list[str] = []
    real = passwords.verify

    def verify(stored: str, password: str) -> bool:
        checked.append(stored)
        return real(stored, password)

    monkeypatch.setattr(passwords, "verify", verify)
    assert not auth.login("nobody", "a")  # even with the very password of the decoy
    assert not auth.login("u0", "wrong")
    assert checked == [hashed, hashed]


def test_c16_a_user_without_a_password_cannot_be_guessed(tmp_path: Path) -> None:
    auth = users_file(tmp_path, "bob: {password: null}")
    for password in ("", "null", "None", "~"):
        assert not auth.login("bob", password)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a: {password: "{PLAIN}x"}', ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"]),
        (
            'a: {password: "{PLAIN}x"}\nb: {password: "{SSHA}4xVzzT5yMBFBoBnUL7VGPRbNQq3vqzN6"}',
            ["PLAIN", "LOGIN"],
        ),
        ("", ["PLAIN", "LOGIN"]),
    ],
)
def test_mechanisms_follow_what_all_stored_passwords_can_do(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    auth = users_file(tmp_path, text)
    assert auth.sasl_mechanisms() == expected
    assert auth.provides_apop == ("CRAM-MD5" in expected)


def test_stored_scram_keys_offer_their_mechanism_and_plain(tmp_path: Path) -> None:
    stored = passwords.hash_password("x", "SCRAM-SHA-256")
    auth = users_file(tmp_path, f'a: {{password: "{stored}"}}\nb: {{password: "{{PLAIN}}y"}}')
    assert auth.sasl_mechanisms() == ["SCRAM-SHA-256", "PLAIN", "LOGIN"]
    assert auth.login("a", "x")


def test_the_configuration_may_choose_the_mechanisms(tmp_path: Path) -> None:
    auth = users_file(tmp_path, 'a: {password: "{PLAIN}x"}', mechanisms=["plain"])
    assert auth.sasl_mechanisms() == ["PLAIN"]
    assert not auth.provides_apop


def test_c19_no_password_in_repr(tmp_path: Path) -> None:
    auth = encrypted(users_file(tmp_path, 'bob: {password: "{PLAIN}hunter2"}'))
    assert "hunter2" not in repr(auth.table.users)
