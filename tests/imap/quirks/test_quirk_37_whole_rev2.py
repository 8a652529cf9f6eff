"""Client quirk 37: ENABLE IMAP4rev2 on half a server shows no mail: whoever gets ENABLED gets ESEARCH with results."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_search_after_enable_rev2(alice: Client) -> None:
    alice.append(PLAIN)
    assert "IMAP4REV2" in alice.ok("ENABLE IMAP4rev2").only("ENABLED")
    alice.ok("SELECT INBOX")
    assert alice.ok("UID SEARCH ALL").esearch.data["ALL"] == [(1, 1)]
    assert alice.ok("UID SEARCH SUBJECT nothing").esearch.data.get("ALL") is None
