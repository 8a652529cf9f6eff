"""Client quirk 24: Thunderbird fetches the second chunk of parts that have but one."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_it_is_empty(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    (values,) = alice.ok("UID FETCH 1 (UID RFC822.SIZE BODY.PEEK[1]<393216.393216>)").fetches().values()
    assert values["BODY[1]<393216>"] == b""
