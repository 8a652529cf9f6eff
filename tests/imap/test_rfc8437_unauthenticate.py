"""UNAUTHENTICATE: RFC 8437."""

from __future__ import annotations

from tests.imap.harness import Client, TestHost
from tests.imap.mails import PLAIN


def test_3_back_to_before_login(alice: Client) -> None:
    alice.append(PLAIN, flags=r"(\Deleted)")
    alice.ok("SELECT INBOX")
    alice.ok("UNAUTHENTICATE")
    alice.bad("SELECT INBOX")
    names = alice.ok("CAPABILITY").only("CAPABILITY")
    assert "AUTH=PLAIN" in names
    assert "UNAUTHENTICATE" not in names
    alice.login("alice")
    assert alice.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"] == 1


def test_3_another_user(alice: Client) -> None:
    alice.ok("CREATE secret")
    alice.ok("UNAUTHENTICATE")
    alice.login("bob")
    assert "secret" not in alice.ok('LIST "" *').lists


def test_3_pipelined_with_the_next_login(alice: Client) -> None:
    replies = alice.send(b"a UNAUTHENTICATE\r\nb LOGIN bob secret\r\nc SELECT INBOX\r\n")
    assert [(reply.tag, reply.name) for reply in replies if reply.tag] == [
        ("a", "OK"),
        ("b", "OK"),
        ("c", "OK"),
    ]


def test_3_syntax_and_state(stranger: Client, alice: Client) -> None:
    stranger.bad("UNAUTHENTICATE")
    alice.bad("UNAUTHENTICATE now")
    alice.ok("NOOP")


def test_4_1_what_was_enabled_is_forgotten(alice: Client) -> None:
    alice.ok("ENABLE CONDSTORE UTF8=ACCEPT")
    alice.ok("UNAUTHENTICATE")
    alice.login()
    assert not alice.session.enabled
    assert not alice.session.condstore
    alice.ok("CREATE &AOQ-")
    assert "&AOQ-" in alice.ok('LIST "" *').lists


def test_4_1_compression_ends(alice: Client) -> None:
    alice.ok("COMPRESS DEFLATE")
    alice.ok("UNAUTHENTICATE")
    assert not alice.wire.deflated
    alice.login()
    alice.ok("COMPRESS DEFLATE")


def test_lines_before_login_are_counted_anew(host: TestHost) -> None:
    client = Client(host)
    for _ in range(12):
        client.login()
        client.ok("UNAUTHENTICATE")
    for _ in range(host.limits.unauth_commands - 1):
        assert not client.closed
        client.ok("NOOP")
    assert client.closed
