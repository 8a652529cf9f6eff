"""Client quirk 7: Old macOS Mail wraps the whole Content-Type into encoded-words."""

from __future__ import annotations

from tests.imap.harness import Client


def test_the_type_is_decoded_first(alice: Client) -> None:
    alice.append(b"Content-Type: =?utf-8?Q?text/html;_charset=3Dutf-8?=\r\nSubject: x\r\n\r\n<b>x</b>\r\n")
    alice.ok("SELECT INBOX")
    (body,) = alice.ok("FETCH 1 BODYSTRUCTURE").fetched("BODYSTRUCTURE")
    assert (body.type.lower(), body.subtype.lower()) == (b"text", b"html")
