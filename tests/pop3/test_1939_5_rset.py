"""RFC 1939 section 5: RSET."""

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


def test_rset_takes_the_marks_back(client: Client) -> None:
    client.ok("DELE 1")
    client.ok("DELE 3")
    assert client.ok("RSET") == f"3 messages ({sum(SIZES)} octets)"
    assert client.ok("STAT") == f"3 {sum(SIZES)}"
    assert client.message(1) == crlf(BODIES[0])
    client.quit()
    assert client.host.inbox().exists == 3
