"""RFC 1939 section 5: STAT."""

from __future__ import annotations

import pytest

from tests.pop3.harness import Client, TestHost, crlf, login

BODIES = [b"a: 1\n\none\n", b"a: 2\n\ntwo two\n", b"a: 3\n\n\n"]
SIZES = [len(crlf(body)) for body in BODIES]


@pytest.fixture
def client() -> Client:
    host = TestHost()
    host.fill(*BODIES)
    return login(host)


def test_stat_is_number_and_octets_and_nothing_else(client: Client) -> None:
    assert client.raw(b"STAT\r\n") == b"+OK 3 %d\r\n" % sum(SIZES)


def test_stat_of_an_empty_maildrop() -> None:
    assert login(TestHost()).ok("STAT") == "0 0"


def test_stat_does_not_count_marked_messages(client: Client) -> None:
    client.ok("DELE 2")
    assert client.ok("STAT") == f"2 {SIZES[0] + SIZES[2]}"
