"""Client quirk 2: iOS Mail waits for minutes on a literal of no octets."""

from __future__ import annotations

from tests.imap.harness import Client


def test_what_is_empty_is_quoted(alice: Client) -> None:
    alice.append(b"Subject:\r\n\r\n")
    alice.ok("SELECT INBOX")
    result = alice.ok(
        "FETCH 1 (BODY.PEEK[TEXT] BODY.PEEK[HEADER.FIELDS (X-NONE)]<5.10> BODY.PEEK[]<1000.10> ENVELOPE)"
    )
    raw = b"".join(reply.raw for reply in result.untagged)
    assert b"{0}" not in raw
    assert b'BODY[TEXT] ""' in raw
