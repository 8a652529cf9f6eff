"""Client quirk 6: Apple Mail 3.2 relies on tagged replies in the order of its commands."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_pipelined_commands_are_answered_in_order(alice: Client) -> None:
    for _ in range(3):
        alice.append(PLAIN)
    commands = [
        "SELECT INBOX",
        "FETCH 1:3 (UID BODY.PEEK[])",
        "NOOP",
        "SEARCH TEXT meet",
        "UID FETCH 1 FLAGS",
        "STATUS INBOX (MESSAGES)",
    ]
    lines = "".join(f"x{number} {command}\r\n" for number, command in enumerate(commands))
    replies = alice.send(lines.encode())
    assert [reply.tag for reply in replies if reply.tag] == [f"x{number}" for number in range(len(commands))]
