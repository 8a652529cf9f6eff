"""STARTTLS: RFC 3501 and RFC 9051 section 6.2.1; octets injected behind it (CVE-2021-33515 and kin)."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost


@pytest.fixture
def clear(host: TestHost) -> Client:
    """A client on the cleartext port of a server with a certificate."""
    host.tls_available = True
    return Client(host, encrypted=False)


def test_begins_tls_and_stays_not_authenticated(clear: Client) -> None:
    clear.ok("STARTTLS")
    assert clear.wire.encrypted
    names = clear.ok("CAPABILITY").only("CAPABILITY")
    assert "STARTTLS" not in names
    assert "AUTH=PLAIN" in names
    clear.bad("SELECT INBOX")
    clear.login()


def test_bad_under_tls(clear: Client) -> None:
    clear.ok("STARTTLS")
    clear.bad("STARTTLS")


def test_bad_on_an_implicit_tls_port(host: TestHost) -> None:
    host.tls_available = True
    Client(host, encrypted=True).bad("STARTTLS")


def test_refused_without_certificate(host: TestHost) -> None:
    Client(host, encrypted=False).no("STARTTLS")


def test_arguments_are_bad(clear: Client) -> None:
    clear.bad("STARTTLS now")
    assert not clear.wire.encrypted


def test_bad_after_login(host: TestHost) -> None:
    host.tls_available = True
    host.plaintext_without_tls = True
    client = Client(host, encrypted=False).login()
    client.bad("STARTTLS")
    assert not client.wire.encrypted


@pytest.mark.parametrize(
    "injected", [b"y NOOP\r\n", b"y LOGIN alice secret\r\n", b"y LOGIN {5}\r\n", b"y CAPA"]
)
def test_octets_behind_it_are_never_run(clear: Client, injected: bytes) -> None:
    replies = clear.send(b"x STARTTLS\r\n" + injected)
    assert [reply.tag for reply in replies if reply.kind == "tagged"] == ["x"]
    assert clear.send(b"z NOOP\r\n")[-1].tag == "z"
    clear.bad("SELECT INBOX")


def test_injected_octets_that_come_one_by_one(clear: Client) -> None:
    for octet in b"x STARTTLS\r\n":
        clear.send(bytes([octet]))
    assert clear.wire.encrypted
    clear.ok("NOOP")


def test_exchange_begun_in_the_clear_does_not_go_on(clear: Client) -> None:
    replies = clear.send(b"x STARTTLS\r\ny AUTHENTICATE CRAM-MD5\r\n")
    assert [reply.kind for reply in replies] == ["tagged"]
    assert clear.send(b"z NOOP\r\n")[-1].name == "OK"
