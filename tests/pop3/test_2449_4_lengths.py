"""RFC 2449 section 4: lengths."""

from __future__ import annotations

from coromail.pop3 import Command
from coromail.pop3.commands import BUILTIN
from tests.pop3.harness import Client, TestHost, login


def test_commands_of_255_octets() -> None:
    client = Client(TestHost())
    client.ok("USER " + "a" * (255 - len("USER \r\n")))
    assert client.err("USER " + "a" * (256 - len("USER \r\n"))) == (None, "The line is too long")


def test_commands_of_255_octets_after_login() -> None:
    client = login(TestHost())
    client.ok("NOOP" + " " * (255 - len("NOOP\r\n")))
    assert client.err("NOOP" + " " * (256 - len("NOOP\r\n"))) == (None, "The line is too long")
    client.ok("NOOP")


def test_a_response_has_512_octets_at_most() -> None:
    class Long(Command):
        name = "LONG"

        def run(self) -> None:
            self.ok("x" * 1000)

    registry = BUILTIN.copy()
    registry.add(Long)
    client = Client(TestHost(), registry)
    client.ok("USER alice")
    client.ok("PASS secret")
    assert len(client.raw(b"LONG\r\n")) == 512
