"""Client quirk 47: Command lines with sets of UIDs of tens of kilobytes."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_60_kilobytes(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    uids = ",".join(str(number) for number in range(1, 20_000, 2))[: 60 * 1024].rpartition(",")[0]
    assert len(uids) > 50_000
    assert list(alice.ok(f"UID FETCH {uids} (FLAGS)").fetches()) == [1]
