"""Client quirk 29: Gmail's app shows garbage without the optional fields of BODYSTRUCTURE."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN

MAIL = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: inline\r\nContent-Language: de\r\n"
    b"Content-Location: x\r\nContent-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n\r\nhallo\r\n"
)


def test_all_fields_are_there(alice: Client) -> None:
    alice.append(MAIL)
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    first, second = (reply.raw.decode() for reply in alice.ok("FETCH 1:2 BODYSTRUCTURE").untagged)
    assert first.rstrip().endswith('"Q2hlY2sgSW50ZWdyaXR5IQ==" ("inline" NIL) ("de") "x"))')
    assert second.rstrip().endswith("NIL NIL NIL NIL))")
