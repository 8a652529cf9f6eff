"""RFC 2449 section 8: response codes."""

from __future__ import annotations

from coromail.pop3 import Command
from coromail.pop3.commands import BUILTIN
from tests.pop3.harness import Client, TestHost


def test_texts_hold_no_brackets_but_codes() -> None:
    class Odd(Command):
        name = "ODD"

        def run(self) -> None:
            self.session.err("[x] \r\n+OK \x00 [IN-USE] \x85 ä")

    registry = BUILTIN.copy()
    registry.add(Odd)
    client = Client(TestHost(), registry)
    client.ok("USER alice")
    client.ok("PASS secret")
    assert client.err("ODD") == (None, "(x)   +OK   (IN-USE)   ?")
