"""Client quirk 39: mbsync needs APPENDUID: UIDVALIDITY first, then the UID."""

from __future__ import annotations

from tests.imap.harness import Client, literal
from tests.imap.mails import PLAIN


def test_order_and_values(alice: Client) -> None:
    validity, uids = alice.ok("APPEND INBOX", literal(PLAIN)).codes["APPENDUID"]
    result = alice.ok("SELECT INBOX")
    assert validity == result.codes["UIDVALIDITY"]
    assert uids == [(1, 1)]
