"""XCLIENT, as Dovecot's proxies speak it; what the server does with it is in tests/server/test_xclient.py."""

from __future__ import annotations

import pytest

from coromail.host import Transport
from coromail.origin import Origin
from tests.pop3.harness import Client, TestHost


class Believing(TestHost):
    """Trusts everybody, and lets in who does not come from 203.0.113.9."""

    taken: Origin | None = None

    def trusts(self, transport: Transport) -> bool:
        return True

    def speaks_for(self, transport: Transport, origin: Origin) -> bool:
        self.taken = origin
        return origin.peer != "203.0.113.9"


def test_announced_to_proxies_only() -> None:
    """In the greeting, where Dovecot looks, and by CAPA; after login no more."""
    host = Believing()
    host.fill()
    client = Client(host)
    assert "XCLIENT" in client.capa()
    plain = Client(TestHost())
    assert "XCLIENT" not in plain.capa()
    assert plain.err("XCLIENT ADDR=192.0.2.9") == (None, "Unknown command")
    client.ok("USER alice")
    client.ok("PASS secret")
    assert "XCLIENT" not in client.capa()
    assert client.err("XCLIENT ADDR=192.0.2.9") == (None, "Not after login")


def test_the_greeting_has_the_code() -> None:
    client = Client(Believing())
    client.session.greeting()
    assert client.line().startswith(b"+OK [XCLIENT] ")


def test_what_was_said_before_is_forgotten() -> None:
    client = Client(Believing())
    client.ok("USER alice")
    client.ok("XCLIENT ADDR=192.0.2.9 PORT=1 SESSION=x TTL=4")
    client.err("PASS secret")


def test_a_long_line_as_dovecot_sends_it() -> None:
    """Up to 1024 octets, where RFC 2449 section 4 has 255."""
    host = Believing()
    Client(host).ok("XCLIENT ADDR=2001:db8::9 PORT=4711 SESSION=a/+b TTL=4 FORWARD=" + "A" * 900)
    assert host.taken == Origin("2001:db8::9", port=4711, session="a/+b")


def test_one_who_may_not_come_is_sent_away() -> None:
    client = Client(Believing())
    client.err("XCLIENT ADDR=203.0.113.9")
    assert client.session.closing


@pytest.mark.parametrize("line", ["", "ADDR", "ADDR=", "ADDR=x", "ADDR=192.0.2.9 PORT=x", "\u00e4=1"])
def test_bad_arguments(line: str) -> None:
    host = Believing()
    if line == "ADDR=":
        Client(host).ok(f"XCLIENT {line}")  # a client on a unix socket has no address
        assert host.taken == Origin()
    else:
        Client(host).err(f"XCLIENT {line}")
        assert host.taken is None
