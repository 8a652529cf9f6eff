"""AUTHENTICATE: RFC 3501 and RFC 9051 section 6.2.2, RFC 4959 (initial response), RFC 4616 (PLAIN)."""

from __future__ import annotations

import base64
import hmac

import pytest

from tests.imap.harness import Client, TestHost

GOOD = base64.b64encode(b"\0alice\0secret").decode()
WRONG = base64.b64encode(b"\0alice\0wrong").decode()


def test_plain_with_initial_response(stranger: Client) -> None:
    result = stranger.ok(f"AUTHENTICATE PLAIN {GOOD}")
    assert "CAPABILITY" in result.codes
    stranger.ok("SELECT INBOX")


def test_plain_with_an_empty_challenge(stranger: Client) -> None:
    (challenge,) = stranger.send(b"x AUTHENTICATE PLAIN\r\n")
    assert (challenge.kind, challenge.data) == ("continuation", b"")
    (tagged,) = stranger.send(f"{GOOD}\r\n".encode())
    assert (tagged.tag, tagged.name) == ("x", "OK")


def test_mechanism_in_any_case(stranger: Client) -> None:
    stranger.ok(f"authenticate plain {GOOD}")


def test_cram_md5(stranger: Client) -> None:
    (challenge,) = stranger.send(b"x AUTHENTICATE CRAM-MD5\r\n")
    digest = hmac.new(b"secret", challenge.data, "md5").hexdigest()
    (tagged,) = stranger.send(base64.b64encode(f"alice {digest}".encode()) + b"\r\n")
    assert tagged.name == "OK"


def test_wrong_password_is_no_and_says_so(stranger: Client) -> None:
    stranger.no(f"AUTHENTICATE PLAIN {WRONG}", code="AUTHENTICATIONFAILED")
    stranger.bad("SELECT INBOX")
    stranger.ok(f"AUTHENTICATE PLAIN {GOOD}")


def test_unknown_user_and_wrong_password_look_alike(host: TestHost) -> None:
    unknown = base64.b64encode(b"\0nobody\0secret").decode()
    first = Client(host).no(f"AUTHENTICATE PLAIN {WRONG}")
    second = Client(host).no(f"AUTHENTICATE PLAIN {unknown}")
    assert (first.tagged.code, first.tagged.text) == (second.tagged.code, second.tagged.text)


@pytest.mark.parametrize(
    "response", [b"*", b"!!!", b"=AAA", b"AAA=BBB", b"AAA", b"A A=", b"====", b"(", b"\xff"]
)
def test_cancelled_or_not_base64_is_bad(stranger: Client, response: bytes) -> None:
    stranger.send(b"x AUTHENTICATE PLAIN\r\n")
    (tagged,) = stranger.send(response + b"\r\n")
    assert (tagged.tag, tagged.name) == ("x", "BAD")
    stranger.login()


@pytest.mark.parametrize("response", ["*", "!!!", "=AAA", "AAA=BBB", '"AHRlc3Q="'])
def test_initial_response_that_is_not_base64_is_bad(stranger: Client, response: str) -> None:
    stranger.bad(f"AUTHENTICATE PLAIN {response}")
    stranger.login()


def test_empty_initial_response_is_an_equals_sign(stranger: Client) -> None:
    """Present and empty: PLAIN has nothing to go on with, so no challenge follows."""
    assert stranger.command("AUTHENTICATE PLAIN =").status in {"NO", "BAD"}


def test_initial_response_where_the_server_speaks_first_is_bad(stranger: Client) -> None:
    stranger.bad("AUTHENTICATE CRAM-MD5 YWxpY2U=")


def test_unknown_mechanism_is_no(stranger: Client) -> None:
    stranger.no("AUTHENTICATE FROBNICATE")


def test_no_mechanism_is_bad(stranger: Client) -> None:
    stranger.bad("AUTHENTICATE")
    stranger.bad("AUTHENTICATE ")


def test_plaintext_mechanisms_are_refused_in_the_clear(host: TestHost) -> None:
    host.tls_available = True
    client = Client(host, encrypted=False)
    assert client.no(f"AUTHENTICATE PLAIN {GOOD}").continuations == []
    assert client.no("AUTHENTICATE LOGIN").continuations == []
    client.bad("SELECT INBOX")


def test_bad_after_login(alice: Client) -> None:
    alice.bad(f"AUTHENTICATE PLAIN {GOOD}")


def test_pipelined_exchange(stranger: Client) -> None:
    replies = stranger.send(f"x AUTHENTICATE PLAIN\r\n{GOOD}\r\ny NOOP\r\n".encode())
    assert [(reply.kind, reply.name) for reply in replies] == [
        ("continuation", ""),
        ("tagged", "OK"),
        ("tagged", "OK"),
    ]


def test_failures_in_a_row_end_the_connection(stranger: Client) -> None:
    limit = stranger.host.limits.login_failures
    for _ in range(limit - 1):
        stranger.no(f"AUTHENTICATE PLAIN {WRONG}")
    replies = stranger.send(f"last AUTHENTICATE PLAIN {WRONG}\r\n".encode())
    assert "BYE" in [reply.name for reply in replies]
    assert stranger.closed
