"""Client quirk 41: imapsync wants dates kept, APPENDLIMIT, keywords of its own, and headers as they are."""

from __future__ import annotations

from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import PLAIN

DATE = '"05-Feb-1996 09:20:57 +0100"'


def test_date_limit_and_keywords(alice: Client) -> None:
    names = alice.ok("CAPABILITY").only("CAPABILITY")
    assert any(name.startswith("APPENDLIMIT=") for name in names)
    alice.ok("APPEND INBOX", r"(\Seen MyOwn)", DATE, literal(PLAIN))
    codes = alice.ok("SELECT INBOX").codes
    assert b"\\*" in codes["PERMANENTFLAGS"]
    (values,) = alice.ok("FETCH 1 (INTERNALDATE FLAGS)").fetches().values()
    assert b"MyOwn" in values["FLAGS"]
    (found,) = alice.ok("SEARCH ON 5-Feb-1996").search
    assert found == 1


def test_for_migrations_8_bit_headers_can_be_let_in() -> None:
    """RFC 9755 section 4 forbids them to clients without UTF8=ACCEPT; a listener without it has no such rule."""
    host = TestHost()
    host.capabilities_off = {"143": ["UTF8=ACCEPT"]}
    client = Client(host).login()
    client.ok("APPEND INBOX", literal(b"Subject: gr\xfc\xdfe\r\n\r\nx\r\n"))
