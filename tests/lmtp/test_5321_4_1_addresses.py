"""MAIL and RCPT: RFC 5321 sections 4.1.1.2, 4.1.1.3 and 4.1.2, and their parameters."""

from __future__ import annotations

import pytest

from tests.lmtp.harness import HELLO, LmtpHost, connect, limited


@pytest.mark.parametrize(
    "sender",
    [
        "<a@example.com>",
        " <a@example.com>",
        "<@relay.example,@other.example:a@example.com>",
        '<"a b"@example.com>',
        '<"a\\"b"@example.com>',
        "<a..b.@docomo.example>",
        "<a@[192.0.2.1]>",
        "<a@my_host.example>",
        "<a!b%c@example.com>",
        "<>",
        "<> BODY=7BIT",
        "<a@example.com> SIZE=100 BODY=8bitmime SMTPUTF8",
    ],
)
def test_senders(sender: str) -> None:
    assert connect().codes(f"MAIL FROM:{sender}") == "250 2.1.0"


@pytest.mark.parametrize(
    ("argument", "codes"),
    [
        ("FROM:a@example.com", "501 5.1.7"),
        ("FROM:<a@example.com", "501 5.1.7"),
        ("FROM:<a@>", "501 5.1.7"),
        ("FROM:<a b@example.com>", "501 5.1.7"),
        ("FROM:<a\tb@example.com>", "501 5.1.7"),
        ('FROM:<"@example.com>', "501 5.1.7"),
        ("FROM:<" + "a" * 300 + "@example.com>", "501 5.1.7"),
        ("FROM:<a@" + "b" * 1000 + ">", "501 5.1.7"),
        ("TO:<a@example.com>", "501 5.5.4"),
        ("", "501 5.5.4"),
        ("FROM:<a@example.com>SIZE=1", "501 5.5.4"),
        ("FROM:<a@example.com> SIZE=1 SIZE=2", "501 5.5.4"),
        ("FROM:<a@example.com> SIZE", "501 5.5.4"),
        ("FROM:<a@example.com> SIZE=-1", "501 5.5.4"),
        ("FROM:<a@example.com> SIZE=²", "501 5.5.4"),
        ("FROM:<a@example.com> SIZE=" + "9" * 30, "501 5.5.4"),
        ("FROM:<a@example.com> SIZE=99999999999", "552 5.3.4"),
        ("FROM:<a@example.com> BODY=BINARYMIME", "501 5.5.4"),
        ("FROM:<a@example.com> SMTPUTF8=1", "501 5.5.4"),
        ("FROM:<a@example.com> RET=FULL", "555 5.5.4"),
        ("FROM:<a@example.com> =", "501 5.5.4"),
        ("FROM:<ä@example.com>", "553 5.6.7"),
    ],
)
def test_what_is_no_sender(argument: str, codes: str) -> None:
    client = connect()
    assert client.codes(f"MAIL {argument}") == codes
    assert client.codes("MAIL FROM:<a@example.com>") == "250 2.1.0"


def test_transactions_do_not_nest() -> None:
    client = connect()
    client.begin("alice")
    assert client.codes("MAIL FROM:<b@example.com>") == "503 5.5.1"
    assert client.data(HELLO) == ["250 2.0.0"]


@pytest.mark.parametrize(
    ("address", "user"),
    [
        ("alice@example.org", "alice"),
        ("alice", "alice"),
        ("ALICE@EXAMPLE.ORG", "alice"),
        ("alice+tag@example.org", "alice"),
        ("alice+tag+more", "alice"),
        ("alice+@example.org", "alice"),
        ('"alice"@example.org', "alice"),
        ("@relay.example:alice@example.org", "alice"),
        ("bob+list@example.org", "bob+list"),
        ("bob+other@example.org", "bob"),
        ("carol@example.com", "carol@example.com"),
        ("carol+x@Example.com", "carol@example.com"),
    ],
)
def test_whose_address_it_is(address: str, user: str) -> None:
    """With the domain or without, with the detail (RFC 5233) or without: the most exact one."""
    client = connect()
    client.begin(address)
    assert client.data(HELLO) == ["250 2.0.0"]
    assert len(client.host.mail(user)) == 1


@pytest.mark.parametrize(
    ("argument", "codes"),
    [
        ("TO:<nobody@example.org>", "550 5.1.1"),
        ("TO:<carol@elsewhere.example>", "550 5.1.1"),
        ("TO:<+alice@example.org>", "550 5.1.1"),
        ("TO:<../alice@example.org>", "550 5.1.1"),
        ('TO:<"al\\ice/../bob"@example.org>', "550 5.1.1"),
        ('TO:<""@example.org>', "550 5.1.1"),
        ("TO:<>", "501 5.1.3"),
        ("TO:<@example.org>", "501 5.1.3"),
        ("TO:alice", "501 5.1.3"),
        ("TO:<alice> NOTIFY=NEVER", "555 5.5.4"),
        ("TO:<grün@example.org>", "553 5.6.7"),
    ],
)
def test_who_gets_nothing(argument: str, codes: str) -> None:
    client = connect()
    client.begin("bob")
    assert client.codes(f"RCPT {argument}") == codes
    assert client.data(HELLO) == ["250 2.0.0"]
    assert not client.host.bugs()


def test_rcpt_before_mail() -> None:
    assert connect().codes("RCPT TO:<alice>") == "503 5.5.1"


def test_a_hundred_recipients_and_no_more() -> None:
    """RFC 5321 sections 4.5.3.1.8 and 4.5.3.1.10."""
    client = connect()
    client.begin(*[f"alice+{number}@example.org" for number in range(100)])
    assert client.codes("RCPT TO:<bob>") == "452 4.5.3"
    assert client.data(HELLO) == ["250 2.0.0"] * 100
    assert len(client.host.mail()) == 100


def test_utf8_addresses() -> None:
    """SMTPUTF8: RFC 6531 sections 3.3 and 4.3."""
    client = connect()
    assert client.codes("MAIL FROM:<ä@bücher.example> SMTPUTF8") == "250 2.1.0"
    assert client.codes("RCPT TO:<GRÜN@example.org>") == "250 2.1.5"
    assert client.data(HELLO) == ["250 2.0.0"]
    [message] = client.host.mail("grün")
    assert message.startswith(
        "Return-Path: <ä@bücher.example>\r\nDelivered-To: GRÜN@example.org\r\n".encode()
    )
    assert b" with UTF8LMTP id " in message


def test_over_quota_at_rcpt() -> None:
    """RFC 2033 section 4.2 shows 452; RFC 3463 section 3.3 calls it X.2.2."""
    client = connect(limited(alice="1k", bob={"messages": 1}))
    assert client.codes("MAIL FROM:<a@example.com> SIZE=2000") == "250 2.1.0"
    assert client.codes("RCPT TO:<alice>") == "452 4.2.2"
    assert client.codes("RCPT TO:<bob>") == "250 2.1.5"
    assert client.data(HELLO) == ["250 2.0.0"]
    assert client.codes("MAIL FROM:<a@example.com>") == "250 2.1.0"
    assert client.codes("RCPT TO:<bob>") == "452 4.2.2"
    assert client.host.inbox("alice").account.models == 0


def test_over_quota_after_data() -> None:
    """What was not declared is noticed then, for that recipient only."""
    client = connect(limited(alice="1k"))
    client.begin("alice", "bob")
    assert client.data(HELLO + b"x" * 2000) == ["452 4.2.2", "250 2.0.0"]


def test_a_message_that_is_too_big() -> None:
    """SIZE: RFC 1870 section 6.3; each recipient has its reply."""
    host = LmtpHost()
    host.limits.append = 5000
    client = connect(host)
    client.begin("alice", "bob")
    assert client.data(b"x" * 20_000) == ["552 5.3.4"] * 2
    client.begin("alice")
    assert client.data(b"x" * 4_998) == ["250 2.0.0"]
    assert not host.mail("bob")
