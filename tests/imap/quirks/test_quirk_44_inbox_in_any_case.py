"""Client quirk 44: INBOX in any case is INBOX, and so is the first part of names below it, but nothing else."""

from __future__ import annotations

from tests.imap.harness import Client


def test_only_the_first_part(alice: Client) -> None:
    alice.ok("CREATE inbox/Sub")
    alice.ok("CREATE work/inbox")
    names = alice.ok('LIST "" *').lists
    assert {"INBOX", "INBOX/Sub", "work/inbox"} <= set(names)
    assert "work/INBOX" not in names
    for name in ("InBoX", "iNBOX/Sub"):
        alice.ok(f"SELECT {name}")
    alice.no("SELECT INBOX/sub", code="NONEXISTENT")
    alice.no("SELECT work/INBOX", code="NONEXISTENT")
