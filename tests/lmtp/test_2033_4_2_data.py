"""DATA: one reply for each recipient (RFC 2033 section 4.2), and what ends it."""

from __future__ import annotations

import re

import pytest

from coromail.errors import Unavailable
from coromail.model.mailbox import Mailbox, NewMessage
from coromail.model.message import Message
from coromail.stores.memory import MemoryModel
from tests.lmtp.harness import HELLO, Client, LmtpHost, body, connect


def test_a_delivery() -> None:
    client = connect()
    client.begin("alice@example.org")
    assert client.data(HELLO[:-2]) == ["250 2.0.0"]
    [message] = client.host.mail()
    assert body(message) == HELLO
    assert not client.host.bugs()


def test_without_recipients_503() -> None:
    client = connect()
    assert client.codes("DATA") == "503 5.5.1"
    assert client.codes("MAIL FROM:<a@example.com>") == "250 2.1.0"
    assert client.codes("RCPT TO:<nobody@example.com>") == "550 5.1.1"
    assert client.codes("DATA") == "503 5.5.1"
    assert client.codes("RCPT TO:<alice@example.com>") == "250 2.1.5", "the transaction goes on"
    assert client.codes("DATA x") == "501 5.5.4"


def test_one_reply_for_each_recipient_even_the_same_one() -> None:
    client = connect()
    client.begin("alice@example.org", "bob@example.org", "alice@example.net")
    assert client.data(HELLO) == ["250 2.0.0"] * 3
    assert len(client.host.mail("alice")) == 2
    assert len(client.host.mail("bob")) == 1


def test_after_data_the_transaction_is_over() -> None:
    client = connect()
    client.begin("alice")
    client.data(HELLO)
    assert client.codes("DATA") == "503 5.5.1"
    client.begin("alice")
    assert client.data(HELLO) == ["250 2.0.0"]


class Moody(Mailbox):
    """Fails for bob, breaks for carol."""

    def append(self, new: NewMessage, by: object = None) -> Message:
        if self.account.user == "bob":
            raise Unavailable("The disk is full")
        if self.account.user.startswith("carol"):
            raise RuntimeError("broken on purpose")
        return super().append(new)


class MoodyModel(MemoryModel):
    mailbox_class = Moody


def test_each_recipient_has_a_fate_of_its_own_in_order() -> None:
    host = LmtpHost(MoodyModel)
    client = connect(host)
    client.begin("bob@a.example", "alice@a.example", "carol@example.com", "alice@b.example")
    assert client.data(HELLO) == ["451 4.3.0", "250 2.0.0", "451 4.3.0", "250 2.0.0"]
    assert len(host.mail("alice")) == 2
    [bug] = host.bugs()
    assert "broken on purpose" in bug
    assert client.codes("NOOP") == "250 2.0.0"


def test_dots_are_unstuffed() -> None:
    """RFC 5321 section 4.5.2: a first period goes, whatever follows it."""
    client = connect()
    client.begin("alice")
    client.data(b"Subject: x\r\n\r\n..\r\n...two\r\n.one\r\n x.\r\n..")
    assert body(client.host.mail()[0]) == b"Subject: x\r\n\r\n.\r\n..two\r\none\r\n x.\r\n.\r\n"


def test_a_dot_on_the_first_line_ends_an_empty_message() -> None:
    client = connect()
    client.begin("alice")
    assert client.say("DATA")[0] == 354
    assert [code for code, _, _ in client.raw(b".\r\n")] == [250]
    assert body(client.host.mail()[0]) == b""


def test_the_data_may_come_one_octet_at_a_time() -> None:
    client = connect()
    client.begin("alice")
    client.say("DATA")
    replies = []
    for octet in HELLO + b"..\r\n.\r\nNOOP\r\n":
        replies += client.raw(bytes([octet]))
    assert [code for code, _, _ in replies] == [250, 250]
    assert body(client.host.mail()[0]) == HELLO + b".\r\n"


def test_eight_bits_and_controls_are_kept() -> None:
    """8BITMIME (RFC 6152), and what else a server may let through."""
    client = connect()
    assert client.codes("MAIL FROM:<a@example.com> BODY=8BITMIME") == "250 2.1.0"
    assert client.codes("RCPT TO:<alice>") == "250 2.1.5"
    every = b"Subject: x\r\n\r\n" + bytes(octet for octet in range(1, 256) if octet not in (10, 13))
    assert client.data(every) == ["250 2.0.0"]
    assert body(client.host.mail()[0]) == every + b"\r\n"


def test_trace_of_final_delivery() -> None:
    """RFC 5321 section 4.4: Return-Path, then Received."""
    client = connect()
    client.begin("alice+tag@example.org", sender="Bounce+x@lists.example")
    client.data(HELLO)
    date = rb"\w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"
    assert re.match(
        rb"Return-Path: <Bounce\+x@lists\.example>\r\n"
        rb"Delivered-To: alice\+tag@example\.org\r\n"
        rb"Received: from mta\.example\.org \(\[192\.0\.2\.7\]\)\r\n"
        rb"\tby mail\.example\.org with LMTP id [0-9a-f]{16}\r\n"
        rb"\tfor <alice\+tag@example\.org>; " + date + rb"\r\n"
        rb"From: a@example\.com\r\n",
        client.host.mail()[0],
    )


@pytest.mark.parametrize(
    ("peer", "shown"), [("", b"mta.example.org"), ("2001:db8::1", b"([IPv6:2001:db8::1])")]
)
def test_where_it_came_from(peer: str, shown: bytes) -> None:
    client = connect(peer=peer)
    client.begin("alice")
    client.data(HELLO)
    [line] = [line for line in client.host.mail()[0].split(b"\r\n") if line.startswith(b"Received:")]
    assert line.endswith(shown)


def test_the_null_sender() -> None:
    client = connect()
    client.begin("alice", sender="")
    client.data(HELLO)
    assert client.host.mail()[0].startswith(b"Return-Path: <>\r\n")


@pytest.mark.parametrize("old", [b"Return-Path: <x@y>\r\n", b"return-PATH:\r\n <x@\r\n\ty>\r\n"])
def test_there_is_one_return_path(old: bytes) -> None:
    client = connect()
    client.begin("alice")
    client.data(old + HELLO)
    assert body(client.host.mail()[0]) == HELLO + b"\r\n"


def test_an_idle_client_holds_no_model() -> None:
    client = connect()
    client.begin("alice", "bob")
    assert client.host.inbox("alice").account.models == 1
    client.session.closed()
    assert client.host.inbox("alice").account.models == 0


def test_the_client_vanishes_in_the_middle_of_the_data() -> None:
    client = connect()
    client.begin("alice")
    client.say("DATA")
    client.raw(HELLO)
    client.session.closed()
    assert client.host.mail() == []


def test_input_cut_anywhere_gives_the_same() -> None:
    whole = b"MAIL FROM:<a@b>\r\nRCPT TO:<alice>\r\nDATA\r\n" + HELLO + b"..x\r\n.\r\nNOOP\r\n"
    wanted = None
    for cut in range(len(whole)):
        host = LmtpHost()
        client = Client(host)
        client.say("LHLO x")
        replies = [reply[:2] for reply in client.raw(whole[:cut]) + client.raw(whole[cut:])]
        found = (replies, [body(message) for message in host.mail()])
        wanted = wanted or found
        assert found == wanted
