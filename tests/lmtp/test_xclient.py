"""XCLIENT, as Postfix's XCLIENT_README has it; what the server does with it is in tests/server/test_xclient.py."""

from __future__ import annotations

import pytest

from coromail.host import Transport
from coromail.origin import Origin
from tests.lmtp.harness import HELLO, Client, LmtpHost, connect


class Believing(LmtpHost):
    """Trusts everybody, and lets in who does not come from 203.0.113.9."""

    taken: Origin | None = None

    def trusts(self, transport: Transport) -> bool:
        return True

    def speaks_for(self, transport: Transport, origin: Origin) -> bool:
        self.taken = origin
        transport.peer = origin.peer or transport.peer
        return origin.peer != "203.0.113.9"


def test_announced_to_proxies_only() -> None:
    announced = "XCLIENT NAME ADDR PORT LOGIN DESTADDR SESSION"
    assert announced in Client(Believing()).say("LHLO a.example")[2]
    assert not any("XCLIENT" in line for line in Client(LmtpHost()).say("LHLO a.example")[2])
    assert connect().codes("XCLIENT ADDR=192.0.2.9") == "500 5.5.1"


def test_all_begins_anew() -> None:
    """The reply is a greeting, and LHLO comes again; the trace names the client."""
    host = Believing()
    client = connect(host)
    line = "XCLIENT NAME=a.example ADDR=IPV6:2001:db8::9 PORT=4711 LOGIN=bob+40a+2Bb PROTO=ESMTP"
    assert client.say(line) == (220, "", ["mail.example.org LMTP ready"])
    assert host.taken == Origin("2001:db8::9", port=4711, login="bob@a+b", name="a.example")
    assert client.codes("MAIL FROM:<a@example.com>") == "503 5.5.1"
    client.say("LHLO proxy.example")
    client.begin("alice@example.org")
    client.say("DATA")
    client.raw(HELLO + b".\r\n")
    assert b"Received: from proxy.example ([IPv6:2001:db8::9])\r\n" in host.mail()[0]


def test_not_within_a_transaction() -> None:
    client = connect(Believing())
    client.begin("alice@example.org")
    assert client.codes("XCLIENT ADDR=192.0.2.9") == "503 5.5.1"


def test_one_who_may_not_come_is_sent_away() -> None:
    client = connect(Believing())
    assert client.say("XCLIENT ADDR=203.0.113.9")[0] == 421
    assert client.session.closing


@pytest.mark.parametrize("line", ["", " ", "ADDR", "ADDR=x", "PORT=70000", "ADDR=+0A", "LOGIN=" + "x" * 256])
def test_bad_arguments(line: str) -> None:
    host = Believing()
    assert connect(host).codes(f"XCLIENT {line}") == "501 5.5.4"
    assert host.taken is None
