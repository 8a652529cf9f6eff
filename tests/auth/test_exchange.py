"""RFC 9051 section 6.2.2 and RFC 4422: the exchange around every mechanism."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.auth import Auth
from coromail.auth.sasl.exchange import Challenge, Done, Exchange, Refused, decode_response
from coromail.auth.sasl.step import Step
from coromail.context import Context
from coromail.errors import Bad, No

from .peers import Secrets, b64, encrypted, run

MECHANISMS = [
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
    "ANONYMOUS",
]


class Everything(Secrets):
    def sasl_provides(self) -> list[str]:
        return MECHANISMS


def test_no_initial_response_brings_an_empty_challenge() -> None:
    result = Exchange(encrypted(Secrets()), "PLAIN").start()
    assert result == Challenge(b"")
    assert result.encoded == b""


def test_mechanism_names_are_case_insensitive() -> None:
    assert run(encrypted(Secrets()), "plain", initial=b"\0tim\0tanstaaftanstaaf") == Done("tim")


def test_equals_sign_is_an_empty_initial_response() -> None:
    with pytest.raises(Bad):
        Exchange(encrypted(Secrets()), "PLAIN").start(b"=")


def test_refusal_carries_the_rfc_5530_code() -> None:
    auth = encrypted(Secrets())
    result = run(auth, "PLAIN", initial=b"\0tim\0wrong")
    assert result == Refused(code="AUTHENTICATIONFAILED")
    assert auth.user is None


@pytest.mark.parametrize(
    "line",
    [
        b"=AAA",
        b"AAA=BBB",
        b"AAA",
        b"AAAAA",
        b"AA==AA==",
        b"AA=A",
        b"A A=",
        b"AAAA\r",
        b"\xff",
        b"AB==",
        b"AAB=",
        b"====",
        b" AAAA",
    ],
)
def test_base64_must_be_canonical(line: bytes) -> None:
    with pytest.raises(Bad):
        decode_response(line)
    exchange = Exchange(encrypted(Secrets()), "PLAIN")
    exchange.start()
    with pytest.raises(Bad):
        exchange.respond(line)


@given(st.binary(max_size=200))
def test_base64_agrees_with_the_encoder(data: bytes) -> None:
    assert decode_response(base64.b64encode(data)) == data


def test_too_long_a_response_is_refused_before_decoding() -> None:
    with pytest.raises(Bad):
        decode_response(b"A" * (64 * 1024 + 4))


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_star_cancels_every_mechanism_at_the_first_step(mechanism: str) -> None:
    exchange = Exchange(encrypted(Everything()), mechanism)
    exchange.start()
    with pytest.raises(Bad):
        exchange.respond(b"*")
    with pytest.raises(Bad, match="over"):
        exchange.respond(b64(b"\0tim\0tanstaaftanstaaf"))


def test_c7_nothing_follows_a_failed_exchange() -> None:
    auth = encrypted(Secrets())
    exchange = Exchange(auth, "PLAIN")
    assert isinstance(exchange.start(b64(b"\0tim\0wrong")), Refused)
    with pytest.raises(Bad):
        exchange.respond(b64(b"\0tim\0tanstaaftanstaaf"))
    assert auth.user is None


def test_c7_bad_base64_leaves_other_exchanges_alone() -> None:
    good, bad = Exchange(encrypted(Secrets()), "LOGIN"), Exchange(encrypted(Secrets()), "LOGIN")
    good.start(b64(b"tim"))
    bad.start(b64(b"tim"))
    with pytest.raises(Bad):
        bad.respond(b"!")
    assert good.respond(b64(b"tanstaaftanstaaf")) == Done("tim")


@settings(deadline=None, max_examples=60)
@given(
    mechanism=st.sampled_from(MECHANISMS), responses=st.lists(st.binary(max_size=60), min_size=1, max_size=4)
)
def test_c7_hostile_responses_never_raise_anything_else(mechanism: str, responses: list[bytes]) -> None:
    auth = encrypted(Everything())
    try:
        exchange = Exchange(auth, mechanism)
        result = exchange.start(None)
        for response in responses:
            if not isinstance(result, Challenge):
                break
            result = exchange.respond(b64(response))
        assert not isinstance(result, Done)
    except (Bad, No):
        pass
    assert auth.user is None


def test_endless_challenges_are_cut() -> None:
    class Chatty(Auth):
        def sasl_provides(self) -> list[str]:
            return ["X-CHAT"]

        def sasl_x_chat(self) -> Step:
            return lambda response: b"go on"

    exchange = Exchange(Chatty(), "X-CHAT")
    exchange.start()
    for _ in range(15):
        assert isinstance(exchange.respond(b""), Challenge)
    with pytest.raises(Bad):
        exchange.respond(b"")


def test_x31_a_mechanism_name_is_no_pattern() -> None:
    for name in ("(.*", "PLAIN.*", "", "PLAIN\0", "PL AIN", "X" * 21, "PLÄIN", "\u017f", "PLAIN\n"):
        with pytest.raises(Bad):
            Exchange(encrypted(Secrets()), name)


@pytest.mark.parametrize("name", ["PROVIDES", "MECHANISMS", "_CLASS__", "GSSAPI", "XOAUTH2"])
def test_x31_only_what_sasl_provides_names_is_reachable(name: str) -> None:
    with pytest.raises(No) as refused:
        Exchange(encrypted(Secrets()), name)
    assert refused.value.code == "CANNOT"


def test_plaintext_mechanisms_need_tls() -> None:
    auth = Secrets()
    assert auth.sasl_mechanisms() == ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"]
    with pytest.raises(No) as refused:
        Exchange(auth, "PLAIN")
    assert refused.value.code == "PRIVACYREQUIRED"


def test_plaintext_without_tls_when_the_configuration_says_so() -> None:
    auth = Secrets(Context({"plaintext_without_tls": True}))
    assert run(auth, "PLAIN", initial=b"\0tim\0tanstaaftanstaaf") == Done("tim")


def test_a5_a_mechanism_of_ones_own_works_by_existing() -> None:
    class Greeting(Auth):
        def sasl_provides(self) -> list[str]:
            return ["X-HELLO_1"]

        def sasl_x_hello_1(self) -> Step:
            def step(response: bytes | None) -> bytes | bool:
                if not response:
                    return b"who?"
                return self.grant(response.decode())

            return step

    assert run(Greeting(), "X-HELLO_1", b"bob") == Done("bob")


def test_success_without_a_user_is_our_fault_and_logs_nobody_in() -> None:
    class Forgetful(Auth):
        def sasl_provides(self) -> list[str]:
            return ["X-F"]

        def sasl_x_f(self) -> Step:
            return lambda response: True

    auth = Forgetful()
    auth.user = "left over"
    with pytest.raises(RuntimeError):
        Exchange(auth, "X-F").start()


def test_c19_nothing_secret_in_repr() -> None:
    assert "secret" not in repr(Challenge(b"secret"))
