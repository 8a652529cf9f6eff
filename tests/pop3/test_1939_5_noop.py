"""RFC 1939 section 5: NOOP."""

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


def test_noop(client: Client) -> None:
    assert client.raw(b"NOOP\r\n") == b"+OK\r\n"
