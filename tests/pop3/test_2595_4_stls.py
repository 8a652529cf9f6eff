"""RFC 2595 section 4: STLS, and the injection attacks on it."""

from __future__ import annotations

import pytest

from coromail.context import Context
from tests.pop3.harness import Client, TestHost, login


@pytest.fixture
def host() -> TestHost:
    host = TestHost(auth_context=Context())
    host.tls_available = True
    return host


def test_stls_brings_tls_and_stays_in_authorization(host: TestHost) -> None:
    client = Client(host)
    assert "STLS" in client.capa()
    client.ok("STLS")
    assert client.wire.encrypted
    assert "STLS" not in client.capa()
    assert "USER" in client.capa()
    assert client.err("STAT") == (None, "Log in first")
    client.ok("USER alice")
    client.ok("PASS secret")


def test_stls_under_tls(host: TestHost) -> None:
    client = Client(host, encrypted=True)
    assert client.err("STLS") == (None, "TLS is active already")


def test_stls_without_certificate() -> None:
    client = Client(TestHost())
    assert "STLS" not in client.capa()
    assert client.err("STLS") == (None, "There is no TLS here")


def test_stls_after_login(host: TestHost) -> None:
    host.plaintext_without_tls = True
    client = login(host)
    assert "STLS" not in client.capa()
    client.err("STLS")
    assert not client.wire.encrypted


def test_stls_after_utf8(host: TestHost) -> None:
    client = Client(host)
    client.ok("UTF8")
    client.utf8 = True
    assert client.err("STLS") == (None, "STLS comes before UTF8")


@pytest.mark.parametrize(
    "injected", [b"USER alice\r\n", b"USER alice\r\nPASS secret\r\n", b"USER al", b"\r\n"]
)
def test_what_is_sent_along_with_stls_never_runs(host: TestHost, injected: bytes) -> None:
    client = Client(host)
    assert client.raw(b"STLS\r\n" + injected) == b"+OK Begin with TLS now\r\n"
    assert client.wire.encrypted
    assert client.raw(b"CAPA\r\n").startswith(b"+OK This is")
    assert client.err("PASS secret") == (None, "USER comes first")
    assert any("octets after STLS" in text for _, text in host.logged)


def test_what_was_said_before_counts_for_nothing(host: TestHost) -> None:
    host.plaintext_without_tls = True
    client = Client(host)
    client.ok("USER alice")
    client.session.language = "de"
    client.raw(b"STLS\r\n")
    assert client.session.language is None
    assert client.err("PASS secret") == (None, "USER comes first")


def test_a_failed_handshake_ends_the_connection(host: TestHost) -> None:
    client = Client(host)

    def fail() -> None:
        raise OSError("bad record")

    client.wire.start_tls = fail  # type: ignore[method-assign]
    with pytest.raises(OSError, match="bad record"):
        client.send("STLS")
    assert client.session.closing
    assert host.bugs() == []
