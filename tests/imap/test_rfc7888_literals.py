"""LITERAL+ and LITERAL-: RFC 7888 (before: RFC 2088); literals in general: RFC 9051 section 4.3."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import PLAIN

MB = 1024 * 1024


def test_announced(stranger: Client) -> None:
    """LITERAL- before login, where no command needs more than 4,096 octets; LITERAL+ after it. Never both."""
    assert {"LITERAL-", "LITERAL+"} & set(stranger.ok("CAPABILITY").only("CAPABILITY")) == {"LITERAL-"}
    stranger.login()
    assert {"LITERAL-", "LITERAL+"} & set(stranger.ok("CAPABILITY").only("CAPABILITY")) == {"LITERAL+"}


@pytest.mark.parametrize("plus", [True, False])
def test_in_any_command(alice: Client, plus: bool) -> None:
    """Section 3: in all commands where a literal may be, several in one command too."""
    result = alice.ok("CREATE", literal(b"a b", plus=plus))
    assert len(result.continuations) == (0 if plus else 1)
    alice.ok("RENAME", literal(b"a b", plus=plus), literal(b"c", plus=plus))
    assert list(alice.ok('LIST ""', literal(b"c", plus=plus)).lists) == ["c"]
    alice.ok("APPEND", literal(b"c", plus=plus), literal(PLAIN, plus=plus))
    assert alice.ok("SELECT", literal(b"c", plus=plus)).exists == 1


@pytest.mark.parametrize("plus", [True, False])
def test_login_with_literals(stranger: Client, plus: bool) -> None:
    stranger.ok("LOGIN", literal(b"alice", plus=plus), literal(b"secret", plus=plus))


def test_the_two_kinds_mixed(stranger: Client) -> None:
    result = stranger.ok("LOGIN", literal(b"alice", plus=True), literal(b"secret"))
    assert len(result.continuations) == 1


def test_no_continuation_for_a_literal_on_its_way(alice: Client) -> None:
    """Section 3: the server MUST NOT send a command continuation request for it."""
    assert alice.ok("APPEND INBOX", literal(PLAIN, plus=True)).continuations == []


def test_empty_literals(alice: Client) -> None:
    alice.no("CREATE", literal(b""))
    alice.no("CREATE", literal(b"", plus=True))
    alice.ok("NOOP")


def test_refused_and_small_is_swallowed(alice: Client) -> None:
    """Section 4, choice 1: read it, answer NO, stay in step."""
    limit = alice.host.limits.literal
    alice.no("CREATE", literal(b"x NOOP\r\n" * limit, plus=True), code="TOOBIG")
    alice.ok("NOOP")


@pytest.mark.parametrize("logged_in", [True, False])
def test_refused_and_huge_ends_the_connection(host: TestHost, logged_in: bool) -> None:
    """Section 4, choice 2: an untagged BYE that says why, before the octets are paid for."""
    host.limits.append = MB
    client = Client(host)
    if logged_in:
        client.login()
    (bye,) = client.send(b"x APPEND INBOX {99999999999+}\r\n")
    assert bye.name == "BYE"
    assert bye.code == ("TOOBIG", None)
    assert client.closed


def test_refused_and_synchronizing_is_no_however_huge(host: TestHost) -> None:
    """Nothing is on its way, so the connection is worth keeping."""
    client = Client(host).login()
    (tagged,) = client.send(b"x APPEND INBOX {999999999999999999}\r\n")
    assert (tagged.tag, tagged.name, tagged.code) == ("x", "NO", ("TOOBIG", None))
    client.ok("NOOP")


@pytest.mark.parametrize("mark", ["{5+", "{5++}", "{+5}", "{5 +}", "{5+}x", "{-5+}", "{5-}"])
def test_what_is_no_literal(alice: Client, mark: str) -> None:
    alice.bad(f"CREATE {mark}")
    alice.ok("NOOP")


def test_rfc9051_7_1_3_a_literal_that_is_refused_without_a_tag() -> None:
    """What no command can be determined for is an untagged BAD. Found by fuzz/sessions.py."""
    client = Client()
    (reply,) = client.send(b"a\x01 CREATE {99999999}\r\n")
    assert (reply.tag, reply.name, reply.code) == (None, "BAD", ("TOOBIG", None))


def test_long_literals_only_where_mail_goes(alice: Client) -> None:
    """Other commands take much shorter ones, and not endlessly many together."""
    limits = alice.host.limits
    alice.no("CREATE", literal(b"x" * (limits.literal + 1)), code="TOOBIG")
    alice.ok("SELECT INBOX")
    many = [part for _ in range(20) for part in ("TEXT", literal(b"x" * limits.literal, plus=True))]
    alice.no("SEARCH", *many, code="TOOBIG")
    alice.ok("NOOP")
