"""What well-known clients do beside the RFCs."""

from __future__ import annotations

import pytest

from coromail.pop3_policy import WORKAROUNDS, Pop3Policy
from tests.pop3.harness import Client, TestHost, login


@pytest.mark.parametrize("line", ["AUTH", "AUTH "])
def test_outlook_asks_for_mechanisms_with_a_bare_auth(line: str) -> None:
    assert Client(TestHost()).multi(line) == [b"CRAM-MD5", b"PLAIN"]


def test_outlook_sends_utf8_after_login() -> None:
    login(TestHost()).ok("UTF8")


def test_outlook_hangs_on_nul() -> None:
    host = TestHost()
    host.fill(b"Subject: nul\n\na\0b\n")
    assert b"a\0b" in login(host).message(1)
    host = TestHost()
    host.pop3 = Pop3Policy(workarounds=frozenset({"outlook-no-nuls"}))
    host.fill(b"Subject: nul\n\na\0b\n")
    client = login(host)
    assert b"a\x80b" in client.message(1)
    assert len(client.message(1)) == client.session.maildrop.sizes[0]


@pytest.mark.parametrize("message", [b"Subject: header only\n", b"Subject: header only"])
def test_outlook_express_wants_an_end_of_the_header(message: bytes) -> None:
    host = TestHost()
    host.pop3 = Pop3Policy(workarounds=frozenset({"oe-ns-eoh"}))
    host.fill(message, b"Subject: whole\n\n", b"\nbody\n", b"Subject: x\n\nbody\n")
    client = login(host)
    assert client.message(1) == b"Subject: header only\r\n\r\n"
    assert client.multi("TOP 1 0") == [b"Subject: header only", b""]
    assert client.message(2) == b"Subject: whole\r\n\r\n"
    assert client.message(3) == b"\r\nbody\r\n"
    assert client.message(4) == b"Subject: x\r\n\r\nbody\r\n"


def test_the_workarounds_have_names() -> None:
    assert {"outlook-no-nuls", "oe-ns-eoh"} == WORKAROUNDS


def test_unique_ids_stay_when_uids_are_used_again() -> None:
    """Outlook: cyrus-imapd#374. A new UIDVALIDITY gives other unique-ids to the same UIDs."""
    host = TestHost()
    inbox = host.fill(b"a: 1\n\n")
    before = login(host)
    listing = before.multi("UIDL")
    before.quit()
    inbox.uidvalidity += 1
    assert login(host).multi("UIDL") != listing


def test_listings_have_exactly_one_space() -> None:
    host = TestHost()
    host.fill(b"a: 1\n\n")
    client = login(host)
    for verb in ("LIST", "UIDL"):
        assert all(line.count(b" ") == 1 for line in client.multi(verb))
        assert client.ok(f"{verb} 1").count(" ") == 1


def test_javamail_looks_for_uidl_before_login() -> None:
    assert "UIDL" in Client(TestHost()).capa()


@pytest.mark.parametrize("line", ["STAT ", "NOOP  ", "LIST ", "UIDL  "])
def test_blanks_at_the_end(line: str) -> None:
    client = login(TestHost())
    client.send(line)
    assert client.status()[0]
