"""RFC 4616: PLAIN, and the LOGIN mechanism beside it."""

from __future__ import annotations

import pytest

from coromail.auth.sasl.exchange import Challenge, Done, Refused
from coromail.errors import Bad, No

from .peers import Secrets, encrypted, run


def test_4_first_example() -> None:
    assert run(encrypted(Secrets()), "PLAIN", b"\0tim\0tanstaaftanstaaf") == Done("tim")


def test_2_an_equal_authorization_identity_is_fine() -> None:
    assert run(encrypted(Secrets()), "PLAIN", b"TIM\0tim\0tanstaaftanstaaf") == Done("tim")


def test_4_second_example_refuses_to_become_somebody_else() -> None:
    auth = encrypted(Secrets())
    with pytest.raises(No) as refused:
        run(auth, "PLAIN", b"user\0tim\0tanstaaftanstaaf")
    assert refused.value.code == "AUTHORIZATIONFAILED"
    assert auth.user is None


def test_a6_a_wrong_password_never_reveals_who_is_master() -> None:
    assert isinstance(run(encrypted(Secrets()), "PLAIN", b"user\0root\0wrong"), Refused)


def test_c8_a_master_user_acts_only_as_users_who_exist() -> None:
    auth = encrypted(Secrets())
    assert run(auth, "PLAIN", b"user\0root\0toor") == Done("user")
    for other in (b"nobody", b"../user", b"\xff", b"a" * 300):
        with pytest.raises(No):
            run(auth, "PLAIN", other + b"\0root\0toor")
        assert auth.user is None


@pytest.mark.parametrize("message", [b"", b"\0", b"tim", b"\0tim", b"\0tim\0x\0y", b"\0\0\0\0"])
def test_2_a_message_has_three_parts(message: bytes) -> None:
    with pytest.raises(Bad):
        run(encrypted(Secrets()), "PLAIN", message)


@pytest.mark.parametrize(
    "message",
    [
        b"\0\0",
        b"\0\0tanstaaftanstaaf",
        b"\0tim\0",
        b"\0tim\xff\0tanstaaftanstaaf",
        b"\0tim\0\xff\xfe",
        b"\0tim\x01\0tanstaaftanstaaf",
        b"\0tim\r\n\0tanstaaftanstaaf",
        b"\0" + b"t" * 256 + b"\0x",
        b"\0" + "ü".encode() * 200 + b"\0x",
        b"\0tim\0" + b"x" * 5000,
        b"\0../tim\0tanstaaftanstaaf",
        b"\0..\0x",
        b"\0tim\x7f\0tanstaaftanstaaf",
        "\0tim\u202e\0x".encode(),
        b"\0\xed\xa0\x80\0x",
    ],
)
def test_c6_hostile_names_and_passwords_are_just_wrong(message: bytes) -> None:
    assert isinstance(run(encrypted(Secrets()), "PLAIN", message), Refused)


@pytest.mark.parametrize("name", ["'; --", "*)(uid=*", "%u", "{user}", '"', "\\", "$HOME", "`id`", "~root"])
def test_c9_names_reach_auth_plain_as_they_are(name: str) -> None:
    seen = []

    class Recorder(Secrets):
        def auth_plain(self, user: str, password: str) -> bool:
            seen.append((user, password))
            return False

    run(encrypted(Recorder()), "PLAIN", b"\0" + name.encode() + b"\0" + name.encode())
    assert seen == [(name.lower(), name)]


def test_names_of_255_octets_are_accepted() -> None:
    class Anybody(Secrets):
        def auth_plain(self, user: str, password: str) -> bool:
            return True

    assert run(encrypted(Anybody()), "PLAIN", b"\0" + b"a" * 255 + b"\0" + b"b" * 255) == Done("a" * 255)


def test_login_mechanism_prompts_twice() -> None:
    auth = encrypted(Secrets())
    assert run(auth, "LOGIN") == Challenge(b"Username:")
    assert run(auth, "LOGIN", b"tim") == Challenge(b"Password:")
    assert run(auth, "LOGIN", b"tim", b"tanstaaftanstaaf") == Done("tim")
    assert isinstance(run(auth, "LOGIN", b"tim", b"wrong"), Refused)


def test_login_mechanism_takes_an_initial_response() -> None:
    assert run(encrypted(Secrets()), "LOGIN", b"tanstaaftanstaaf", initial=b"tim") == Done("tim")
