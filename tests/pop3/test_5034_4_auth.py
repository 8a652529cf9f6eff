"""RFC 5034 section 4: AUTH; RFC 3206: what its failures are called."""

from __future__ import annotations

import base64
import hmac

import pytest

from coromail.auth.sasl.step import Step
from coromail.context import Context
from coromail.errors import No, Unavailable
from coromail.limits import Limits
from tests.pop3.harness import Client, TestAuth, TestHost, login


def b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


PLAIN = b64(b"\0alice\0secret")
WRONG = b64(b"\0alice\0wrong")


def challenge(client: Client, line: str) -> bytes:
    client.send(line)
    answer = client.line()
    client.empty()
    assert answer.startswith(b"+ ")
    return base64.b64decode(answer[2:], validate=True)


def test_initial_response() -> None:
    client = Client(TestHost())
    assert client.ok(f"AUTH PLAIN {PLAIN}") == "0 messages"
    assert client.session.user == "alice"


def test_without_initial_response_comes_an_empty_challenge() -> None:
    client = Client(TestHost())
    assert client.raw(b"AUTH PLAIN\r\n") == b"+ \r\n"
    client.ok(PLAIN)


@pytest.mark.parametrize("mechanism", ["plain", "Plain"])
def test_names_of_mechanisms_know_no_case(mechanism: str) -> None:
    Client(TestHost()).ok(f"auth {mechanism} {PLAIN}")


def test_challenge_and_response() -> None:
    client = Client(TestHost())
    nonce = challenge(client, "AUTH CRAM-MD5")
    client.ok(b64(b"alice " + hmac.new(b"secret", nonce, "md5").hexdigest().encode()))


def test_an_initial_response_for_a_mechanism_without_one() -> None:
    assert Client(TestHost()).err(f"AUTH CRAM-MD5 {PLAIN}")


def test_a_failure_changes_nothing() -> None:
    client = Client(TestHost())
    assert client.err(f"AUTH PLAIN {WRONG}") == ("AUTH", "Wrong name or password")
    assert client.err("STAT") == (None, "Log in first")
    client.ok(f"AUTH PLAIN {PLAIN}")


def test_failures_end_the_connection_after_some() -> None:
    host = TestHost(limits=Limits(login_failures=1))
    client = Client(host)
    assert client.err(f"AUTH PLAIN {WRONG}")[0] == "AUTH"
    assert client.session.closing
    assert host.logins == [("", False)]


def test_cancel() -> None:
    client = Client(TestHost())
    challenge(client, "AUTH PLAIN")
    client.err("*")
    client.ok(f"AUTH PLAIN {PLAIN}")


@pytest.mark.parametrize("response", ["=AAA", "AAA=BBB", "????", "AA", "AAAA AAAA", PLAIN + "=", "é"])
def test_bad_base64_is_refused(response: str) -> None:
    client = Client(TestHost())
    challenge(client, "AUTH PLAIN")
    client.err(response)
    assert client.err("STAT") == (None, "Log in first")


@pytest.mark.parametrize("mechanism", ["X-NONE", "PLAIN.", "(.*", "A" * 21, "SASL_PLAIN", "__INIT__", "é"])
def test_unknown_mechanisms(mechanism: str) -> None:
    host = TestHost()
    Client(host).err(f"AUTH {mechanism}")
    assert host.bugs() == []


def test_plain_needs_tls() -> None:
    host = TestHost(auth_context=Context())
    assert Client(host).err(f"AUTH PLAIN {PLAIN}") == (None, "This mechanism needs TLS")
    Client(host, encrypted=True).ok(f"AUTH PLAIN {PLAIN}")


def test_auth_after_login() -> None:
    client = login(TestHost())
    client.err(f"AUTH PLAIN {PLAIN}")


def test_responses_may_be_longer_than_commands() -> None:
    class Token(TestAuth):
        def sasl_provides(self) -> list[str]:
            return ["X-TOKEN"]

        def sasl_x_token(self) -> Step:
            def step(response: bytes | None) -> bytes | bool:
                if response is None:
                    return b""
                assert response == b"t" * 10_000
                return self.grant("alice")

            return step

    client = Client(TestHost(auth_class=Token))
    assert challenge(client, "AUTH X-TOKEN") == b""
    client.ok(b64(b"t" * 10_000))
    assert client.err("NOOP" + " " * 300) == (None, "The line is too long")


def test_endless_responses_are_not_kept() -> None:
    client = Client(TestHost())
    challenge(client, "AUTH PLAIN")
    for _ in range(100):
        client.session.receive(b"A" * 10_000)
        assert len(client.session.reader._buffer) <= 26_000
    assert client.err("") == (None, "The line is too long")
    client.ok(f"AUTH PLAIN {PLAIN}")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (No("Not as that user", code="AUTHORIZATIONFAILED"), "AUTH"),
        (No("Ask the postmaster", code="CONTACTADMIN"), "SYS/PERM"),
        (No("Later", code="UNAVAILABLE"), "SYS/TEMP"),
        (No("No such thing", code="CANNOT"), None),
        (Unavailable("Later"), "SYS/TEMP"),
    ],
)
def test_response_codes(error: Exception, code: str | None) -> None:
    class Failing(TestAuth):
        def auth_plain(self, user: str, password: str) -> bool:
            raise error

    client = Client(TestHost(auth_class=Failing))
    assert client.err(f"AUTH PLAIN {PLAIN}") == (code, str(error))


def test_a_session_that_ends_within_an_exchange() -> None:
    client = Client(TestHost())
    challenge(client, "AUTH PLAIN")
    client.session.timed_out()
    client.session.closed()
    client.empty()


def test_the_line_with_an_initial_response_may_be_long() -> None:
    """RFC 5034 holds clients to 255 octets; those that send a token at once are served all the same."""
    client = Client(TestHost())
    client.ok("AUTH PLAIN " + b64(b"alice\0alice\0secret"))
    client = Client(TestHost())
    client.send("AUTH PLAIN " + b64(b"\0alice\0" + b"x" * 600))
    assert client.status()[1] == "AUTH"
