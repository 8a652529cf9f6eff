"""Client quirk 40: offlineimap stops when UIDVALIDITY changes."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_fixed_at_create(alice: Client, other: Client) -> None:
    alice.ok("CREATE work")
    first = alice.ok("STATUS work (UIDVALIDITY)").statuses["work"]
    other.append(PLAIN, "work")
    other.ok("SELECT work")
    assert other.ok("STATUS work (UIDVALIDITY)").statuses["work"] == first
    other.ok("RENAME work play")
    assert alice.ok("STATUS play (UIDVALIDITY)").statuses["play"] == first
    alice.ok('LIST "" ""')
