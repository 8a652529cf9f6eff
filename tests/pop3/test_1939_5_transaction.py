"""RFC 1939 section 5: STAT, LIST, RETR, DELE, NOOP, RSET."""

from __future__ import annotations

import pytest

from coromail.model.mailbox import Mailbox
from coromail.pop3 import wire
from coromail.stores.memory import MemoryModel
from tests.pop3.harness import HELLO, Client, TestHost, crlf, login

BODIES = [b"a: 1\n\none\n", b"a: 2\n\ntwo two\n", b"a: 3\n\n\n"]
SIZES = [len(crlf(body)) for body in BODIES]


@pytest.fixture
def client() -> Client:
    host = TestHost()
    host.fill(*BODIES)
    return login(host)


# STAT


def test_stat_is_number_and_octets_and_nothing_else(client: Client) -> None:
    assert client.raw(b"STAT\r\n") == b"+OK 3 %d\r\n" % sum(SIZES)


def test_stat_of_an_empty_maildrop() -> None:
    assert login(TestHost()).ok("STAT") == "0 0"


def test_stat_does_not_count_marked_messages(client: Client) -> None:
    client.ok("DELE 2")
    assert client.ok("STAT") == f"2 {SIZES[0] + SIZES[2]}"


# LIST


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


# RETR


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


# DELE


def test_dele_marks_only(client: Client) -> None:
    client.ok("DELE 1")
    assert client.host.inbox().exists == 3


def test_dele_twice(client: Client) -> None:
    client.ok("DELE 1")
    assert client.err("DELE 1") == (None, "This message is marked as deleted")
    assert client.ok("STAT").startswith("2 ")


def test_any_reference_to_a_marked_message_is_an_error(client: Client) -> None:
    client.ok("DELE 1")
    for line in ("RETR 1", "TOP 1 0", "LIST 1", "UIDL 1", "DELE 1"):
        client.err(line)


def test_dele_in_a_maildrop_that_cannot_be_changed() -> None:
    class Fixed(Mailbox):
        @property
        def read_only(self) -> bool:
            return True

    class FixedModel(MemoryModel):
        mailbox_class = Fixed

    host = TestHost(FixedModel)
    host.fill(HELLO)
    client = login(host)
    assert client.err("DELE 1") == ("SYS/PERM", "This maildrop cannot be changed")
    client.quit()


# NOOP


def test_noop(client: Client) -> None:
    assert client.raw(b"NOOP\r\n") == b"+OK\r\n"


# RSET


def test_rset_takes_the_marks_back(client: Client) -> None:
    client.ok("DELE 1")
    client.ok("DELE 3")
    assert client.ok("RSET") == f"3 messages ({sum(SIZES)} octets)"
    assert client.ok("STAT") == f"3 {sum(SIZES)}"
    assert client.message(1) == crlf(BODIES[0])
    client.quit()
    assert client.host.inbox().exists == 3
