"""Client quirk 34: JavaMail fails without COPYUID, and on a space before a parenthesis."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_copyuid_and_no_space(alice: Client) -> None:
    alice.ok("CREATE other")
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    for command in ("COPY 1 other", "UID COPY 1 other", "UID MOVE 1 other"):
        assert "COPYUID" in alice.ok(command).codes
    alice.ok("SELECT other")
    raw = b"".join(
        reply.raw for reply in alice.ok("FETCH 1:3 (FLAGS ENVELOPE BODYSTRUCTURE INTERNALDATE)").untagged
    )
    assert b" )" not in raw
    assert b"( " not in raw
