"""RFC 1939 section 5: RETR."""

from __future__ import annotations

import pytest

from coromail.pop3 import wire
from tests.pop3.harness import Client, TestHost, crlf, login

BODIES = [b"a: 1\n\none\n", b"a: 2\n\ntwo two\n", b"a: 3\n\n\n"]
SIZES = [len(crlf(body)) for body in BODIES]


@pytest.fixture
def client() -> Client:
    host = TestHost()
    host.fill(*BODIES)
    return login(host)


def test_retr_sends_every_octet(client: Client) -> None:
    for number, body in enumerate(BODIES, 1):
        assert client.message(number) == crlf(body)


@pytest.mark.parametrize(
    "octets",
    [
        b".",
        b".\n",
        b"..\n",
        b"\n",
        b"a\n.\n",
        b"a\n.\n.\n.\n",
        b"a\n..b\n",
        b".a\n\n.",
        b"x: y\n\n\n\n.\n\n",
        b"a\rb\n",
    ],
)
def test_retr_stuffs_lines_that_begin_with_a_dot(octets: bytes) -> None:
    host = TestHost()
    host.fill(octets)
    client = login(host)
    client.send("RETR 1")
    client.status()
    output = client.take()
    assert output.endswith(b"\r\n.\r\n")
    lines = output[: -len(b".\r\n")].split(b"\r\n")[:-1]
    assert all(not line.startswith(b".") or line.startswith(b"..") for line in lines)
    plain = crlf(octets)
    assert b"".join(line.removeprefix(b".") + b"\r\n" for line in lines) == (
        plain if plain.endswith(b"\r\n") else plain + b"\r\n"
    )


def test_retr_of_an_empty_message() -> None:
    host = TestHost()
    host.fill(b"")
    assert login(host).multi("RETR 1") == []


def test_retr_of_a_marked_message(client: Client) -> None:
    client.ok("DELE 1")
    assert client.err("RETR 1") == (None, "This message is marked as deleted")


def test_the_size_is_the_number_of_octets_that_come(client: Client) -> None:
    for number, size in enumerate(SIZES, 1):
        assert len(client.message(number)) == size


def test_big_messages_are_streamed(client: Client) -> None:
    host = TestHost()
    big = (
        b"Subject: big\n\n"
        + b"".join(b".%d\n" % n + b"x" * 70 + b"\n" for n in range(20_000))
        + b"." * 300_000
        + b"\n"
    )
    host.fill(big)
    client = login(host)
    client.wire.writes.clear()
    assert client.message(1) == crlf(big)
    assert len(client.wire.writes) > 10
    assert max(client.wire.writes) < 3 * wire.CHUNK


def test_a_message_that_imap_removed_meanwhile() -> None:
    host = TestHost()
    inbox = host.fill(*BODIES)
    client = login(host)
    inbox.expunge([2])
    assert client.err("RETR 2") == (None, "Somebody else has removed this message")
    assert client.err("TOP 2 0") == (None, "Somebody else has removed this message")
    assert client.message(3) == crlf(BODIES[2])
    assert len(client.multi("LIST")) == 3
    assert len(client.multi("UIDL")) == 3
    client.ok("DELE 2")
    client.ok("DELE 3")
    client.quit()
    assert list(inbox.index.uids) == [1]
