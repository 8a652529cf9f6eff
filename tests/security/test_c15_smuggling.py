# ruff: noqa: E501 (tables)
"""C15: one message stays one message; no header is made of what a client says. CVE-2023-51747, CVE-2024-21742.

More in tests/lmtp/test_attacks.py.
"""

from __future__ import annotations

import pytest

from coromail.testing import MailServer
from tests.lmtp.harness import LmtpHost, connect
from tests.security.attack import Raw


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n\0.\r\n", b"\r\n.\r\r\n"], ids=repr
)
def test_only_crlf_dot_crlf_ends_a_message(end: bytes) -> None:
    client = connect(LmtpHost())
    client.begin("alice")
    client.say("DATA")
    client.raw(b"a: b\r\n\r\nx" + end + b"MAIL FROM:<evil@x>\r\nRCPT TO:<bob>\r\nDATA\r\nevil: 1\r\n.\r\n")
    assert client.host.mail("bob") == []
    assert len(client.host.mail("alice")) == 1


@pytest.mark.parametrize(
    "sender", ["<a@b>\nX: y", "<a@b\rX: y>", '<"a\r\nX: y"@b>', "<a@b> BODY=8BITMIME\nX: y", "<a\0@b>"]
)
def test_no_header_by_the_envelope(sender: str) -> None:
    """Return-Path and Delivered-To are made from addresses that were understood."""
    client = connect(LmtpHost())
    client.raw(b"MAIL FROM:" + sender.encode() + b"\r\n")
    client.raw(b"RCPT TO:<alice>\r\n")
    client.raw(b"DATA\r\n")
    client.raw(b"a: b\r\n\r\nx\r\n.\r\n")
    for octets in client.host.mail("alice"):
        assert b"\nX:" not in octets


@pytest.mark.parametrize("text", [b"a\r\n* BYE x", b"a\r\n+OK x", b"a]\r\nb OK x"])
def test_no_reply_by_a_name(server: MailServer, text: bytes) -> None:
    """A literal with a line end in it comes back as one value, never as a line of its own."""
    literal = b"{%d+}\r\n%b" % (len(text), text)
    with Raw(server, login="alice") as client:
        for command in (b"CREATE " + literal, b"SELECT " + literal, b"SUBSCRIBE " + literal, b'ID ("name" ' + literal + b")",
                        b"STATUS " + literal + b" (MESSAGES)", b'LIST "" ' + literal):  # fmt: skip
            for line in client.command(command):
                assert not line.startswith((b"* BYE", b"+OK", b"b OK")), line


def test_mail_with_any_line_ends_stays_one_message_in_pop3(server: MailServer) -> None:
    """RETR ends where the message ends (RFC 1939 section 3)."""
    server.deliver("alice", b"a: b\n\nx\n.\ny\r.\rz\r\n.\r\n..\r\nend\r\n")
    with Raw(server, "pop3") as client:
        client.send(b"USER alice\r\nPASS secret\r\nRETR 1\r\nNOOP\r\nQUIT\r\n")
        replies = client.rest().split(b"\r\n")
        assert replies.count(b".") == 1
        assert replies[replies.index(b".") - 1] == b"end"
        assert [reply[:3] for reply in replies[replies.index(b".") + 1 :]] == [b"+OK", b"+OK", b""]
