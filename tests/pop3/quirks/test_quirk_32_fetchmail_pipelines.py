"""Client quirk 32: fetchmail and mpop send many commands at once and count octets."""

from __future__ import annotations

from tests.pop3.harness import TestHost, login


def test_pipelined_commands_and_exact_sizes() -> None:
    host = TestHost()
    host.fill(b"Subject: x\n\n.dot\n..two\n", b"a: b\n\nc\n")
    client = login(host)
    sizes = [int(line.split()[1]) for line in client.multi("LIST")]
    assert [len(client.message(number)) for number in (1, 2)] == sizes
    replies = client.raw(b"STAT\r\nLIST 1\r\nTOP 1 0\r\nRETR 2\r\nDELE 1\r\nSTAT\r\n")
    assert replies.count(b"+OK") == 6
    assert replies.rstrip().endswith(b"+OK 1 %d" % sizes[1])
