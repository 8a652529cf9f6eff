"""RFC 1939 section 5: LIST."""

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


def test_list_of_all(client: Client) -> None:
    assert client.multi("LIST") == [b"%d %d" % (n, size) for n, size in enumerate(SIZES, 1)]


def test_list_of_an_empty_maildrop() -> None:
    assert login(TestHost()).multi("LIST") == []


def test_list_of_one(client: Client) -> None:
    assert client.raw(b"LIST 2\r\n") == b"+OK 2 %d\r\n" % SIZES[1]


def test_list_leaves_marked_messages_out(client: Client) -> None:
    client.ok("DELE 2")
    assert client.multi("LIST") == [b"1 %d" % SIZES[0], b"3 %d" % SIZES[2]]
    assert client.err("LIST 2") == (None, "This message is marked as deleted")
    client.ok("DELE 1")
    client.ok("DELE 3")
    assert client.multi("LIST") == []
