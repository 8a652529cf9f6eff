"""The memory of right passwords (C8: its key is every input) and the bounded queue of checks (C2)."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.auth.attempt import MOST, Attempt, Memory
from coromail.auth.remote_auth import RemoteAuth
from coromail.auth.turnstile import Turnstile
from coromail.auth.user_record import user_of
from coromail.auth.user_table import User
from coromail.context import Context, run_here
from coromail.errors import Unavailable

from .peers import encrypted

ONE = Attempt("alice", "secret", "imap", "192.0.2.1")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("field", [field.name for field in fields(Attempt)])
def test_every_input_is_part_of_the_key(field: str) -> None:
    memory: Memory[str] = Memory(60, Clock())
    memory.put(ONE, "alice")
    assert memory.get(ONE) == "alice"
    assert memory.get(replace(ONE, **{field: "other"})) is None


@given(st.tuples(*[st.text()] * 4), st.tuples(*[st.text()] * 4))
@settings(deadline=None, max_examples=100)
def test_only_equal_questions_share_an_answer(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    memory: Memory[bool] = Memory(60, Clock())
    memory.put(Attempt(*one), True)
    assert (memory.get(Attempt(*other)) is not None) == (one == other)


@pytest.mark.parametrize("other", [("a", "lices"), ("alicesecret", ""), ("", "alicesecret")])
def test_a_border_between_inputs_cannot_be_moved(other: tuple[str, str]) -> None:
    memory: Memory[bool] = Memory(60, Clock())
    memory.put(Attempt("alice", "secret"), True)
    assert memory.get(Attempt(*other)) is None


def test_answers_end_and_are_bounded() -> None:
    clock = Clock()
    memory: Memory[bool] = Memory(60, clock)
    memory.put(ONE, True)
    clock.now = 59
    assert memory.get(ONE)
    clock.now = 60
    assert memory.get(ONE) is None
    assert len(memory) == 0
    for number in range(MOST + 10):
        memory.put(replace(ONE, user=str(number)), True)
    assert len(memory) == MOST
    nothing: Memory[bool] = Memory(0, clock)
    nothing.put(ONE, True)
    assert nothing.get(ONE) is None


def test_the_memory_holds_no_password() -> None:
    memory: Memory[bool] = Memory(60, Clock())
    memory.put(ONE, True)
    assert "secret" not in repr(vars(memory))
    assert "secret" not in repr(ONE)


def test_a_full_queue_puts_off_who_comes_next() -> None:
    turnstile = Turnstile(2)

    def inner() -> Any:
        with pytest.raises(Unavailable):
            turnstile(False, run_here, lambda: None)
        return "in"

    assert turnstile(False, run_here, lambda: turnstile(False, run_here, inner)) == "in"
    assert turnstile.inside == 0
    with pytest.raises(ZeroDivisionError):
        turnstile(False, run_here, lambda: 1 / 0)
    assert turnstile.inside == 0


class Elsewhere:
    """Two users, and a count of questions."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.password = "secret"

    def check(self, attempt: Attempt) -> User | None:
        self.asked.append(f"check {attempt.user}")
        return self.find(attempt.user) if attempt.password == self.password else None

    def find(self, name: str) -> User | None:
        self.asked.append(f"find {name}")
        known = {
            "alice": user_of("alice", {"quota": "1M", "protocols": "imap, pop3", "password": "{PLAIN}x"}),
            "root": user_of("root", {"master": "yes", "allow_networks": ["192.0.2.0/24"]}),
        }
        return known.get("root" if name == "admin" else name)

    def close(self) -> None:
        self.asked.append("close")


def remote(**given_settings: Any) -> tuple[Any, Elsewhere]:
    elsewhere = Elsewhere()

    class Remote(RemoteAuth):
        @classmethod
        def make_directory(cls, context: Context) -> Elsewhere:
            return elsewhere

    return encrypted(Remote(Context(given_settings))), elsewhere


def test_a_right_password_is_asked_about_once_while_it_is_remembered() -> None:
    auth, elsewhere = remote(cache=60)
    assert auth.login("alice", "secret")
    assert auth.login("alice", "secret")
    assert elsewhere.asked.count("check alice") == 1
    assert not auth.login("alice", "wrong")
    assert not auth.login("alice", "wrong")
    assert elsewhere.asked.count("check alice") == 3
    elsewhere.password = "new"
    assert type(auth).reload(auth.context) == []
    assert "close" in elsewhere.asked
    assert not auth.login("alice", "secret")


def test_without_a_cache_every_password_is_asked_about() -> None:
    auth, elsewhere = remote()
    assert auth.login("alice", "secret")
    elsewhere.password = "new"
    assert not auth.login("alice", "secret")


def test_what_the_source_says_of_a_user_holds() -> None:
    auth, _ = remote()
    assert auth.login("alice", "secret")
    assert auth.user_settings("alice") == {"quota": "1M", "protocols": ["imap", "pop3"]}
    auth.connection.protocol = "lmtp"
    assert not auth.login("alice", "secret")
    auth.connection.protocol = "imap"
    assert auth.login("admin", "secret")
    assert auth.user == "root"
    assert auth.login("root", "secret", "alice")
    assert auth.user == "alice"
    auth.connection.peer = "198.51.100.1"
    assert not auth.login("root", "secret")
    assert auth.knows("alice")
    assert not auth.knows("bob")
    assert not auth.knows("admin")
    assert auth.user_settings("bob") == {}


@pytest.mark.parametrize("wrong", [-1, "x", True])
def test_a_cache_that_is_no_number_is_a_mistake(wrong: object) -> None:
    auth, _ = remote()
    (problem,) = type(auth).problems(Context({"cache": wrong}))
    assert problem.setting == ("cache",)
    assert type(auth).reload(Context({"cache": wrong})) == [problem]


@pytest.mark.parametrize(
    "record", [{"allow_networks": "everywhere"}, {"deny_networks": "here"}, {"protocols": 5}]
)
def test_a_rule_that_cannot_be_read_lets_nobody_in(record: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        user_of("alice", record)


def test_networks_of_a_record() -> None:
    user = user_of("alice", {"allow_networks": "192.0.2.0/24, 198.51.100.0/24", "deny_networks": "192.0.2.9"})
    assert [user.admits("imap", peer) for peer in ("192.0.2.1", "192.0.2.9", "203.0.113.1")] == [
        True,
        False,
        False,
    ]


def test_the_queue_is_a_setting() -> None:
    auth, _ = remote(password_queue=0)
    with pytest.raises(Unavailable):
        auth.login("alice", "secret")


def test_strangers_cannot_fill_the_queue_for_those_who_are_known() -> None:
    turnstile = Turnstile(1)

    def come(*known: bool) -> Any:
        return turnstile(known[0], run_here, come, *known[1:]) if known else "in"

    assert come(False, True) == come(True, True) == "in"
    for known in ((False, False), (True, False), (False, True, True)):
        with pytest.raises(Unavailable):
            come(*known)
        assert turnstile.inside == 0
