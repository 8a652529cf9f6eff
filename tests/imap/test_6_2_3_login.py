"""LOGIN: RFC 3501 and RFC 9051 section 6.2.3."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost, literal


@pytest.mark.parametrize("arguments", ["alice secret", '"alice" "secret"', 'alice "secret"', '"\\a" x'])
def test_arguments_are_astrings(stranger: Client, arguments: str) -> None:
    expected = "BAD" if "\\a" in arguments else "OK"
    assert stranger.command(f"LOGIN {arguments}").status == expected


def test_literals(stranger: Client) -> None:
    result = stranger.ok("LOGIN", literal(b"alice"), literal(b"secret"))
    assert len(result.continuations) == 2


def test_non_synchronizing_literals(stranger: Client) -> None:
    assert (
        stranger.ok("LOGIN", literal(b"alice", plus=True), literal(b"secret", plus=True)).continuations == []
    )


def test_user_name_in_any_case_is_the_same_user(stranger: Client, other: Client) -> None:
    stranger.ok("LOGIN ALICE secret")
    stranger.ok("CREATE shared")
    assert "shared" in other.ok('LIST "" *').lists


@pytest.mark.parametrize("arguments", ["alice wrong", "nobody secret", 'alice ""', '"" secret', '"" ""'])
def test_refused(stranger: Client, arguments: str) -> None:
    stranger.no(f"LOGIN {arguments}", code="AUTHENTICATIONFAILED")
    stranger.bad("SELECT INBOX")


@pytest.mark.parametrize("octets", [b"\xff\xfe", b"alice\xc3", b"\xed\xa0\x80"])
def test_names_that_are_not_utf8(stranger: Client, octets: bytes) -> None:
    assert stranger.command("LOGIN", literal(octets), "secret").status in {"NO", "BAD"}
    assert stranger.command("LOGIN alice", literal(octets)).status in {"NO", "BAD"}
    assert not stranger.closed


def test_nul_in_a_literal(stranger: Client) -> None:
    assert stranger.command("LOGIN", literal(b"al\0ice"), "secret").status in {"NO", "BAD"}


@pytest.mark.parametrize(
    "line", ["LOGIN", "LOGIN alice", "LOGIN alice secret more", "LOGIN  alice secret", "LOGIN (alice) secret"]
)
def test_bad_syntax(stranger: Client, line: str) -> None:
    stranger.bad(line)


def test_disabled_without_tls(host: TestHost) -> None:
    host.tls_available = True
    client = Client(host, encrypted=False)
    client.no("LOGIN alice secret", code="PRIVACYREQUIRED")
    client.bad("SELECT INBOX")


def test_bad_after_login(alice: Client) -> None:
    alice.bad("LOGIN bob secret")


def test_commands_that_need_login_are_bad_before_it(stranger: Client) -> None:
    for line in ("SELECT INBOX", 'LIST "" *', "STATUS INBOX (MESSAGES)", "IDLE", "FETCH 1 FLAGS"):
        stranger.bad(line)


def test_too_many_lines_before_login_end_the_connection(stranger: Client) -> None:
    for _ in range(stranger.host.limits.unauth_commands - 1):
        stranger.ok("NOOP")
    replies = stranger.send(b"last NOOP\r\n")
    assert "BYE" in [reply.name for reply in replies]
    assert stranger.closed


def test_users_have_their_own_mail(alice: Client, bob: Client) -> None:
    alice.append(b"Subject: x\r\n\r\n")
    assert bob.ok("SELECT INBOX").exists == 0
