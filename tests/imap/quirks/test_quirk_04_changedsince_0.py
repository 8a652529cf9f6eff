"""Client quirk 4: iOS Mail 16.5 asks for CHANGEDSINCE 0."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_everything_has_changed_since_0(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX (CONDSTORE)")
    assert list(alice.ok("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 0)").fetches()) == [1]
