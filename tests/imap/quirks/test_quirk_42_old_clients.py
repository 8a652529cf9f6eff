"""Client quirk 42: Netscape and Pine fetch a message slice by slice, and LIST without LSUB."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_consecutive_slices(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    whole = b""
    for start in range(0, len(PLAIN) + 50, 50):
        (values,) = alice.ok(f"FETCH 1 BODY[]<{start}.50>").fetches().values()
        whole += values[f"BODY[]<{start}>"]
    assert whole == PLAIN


def test_rfc822_and_list(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    (values,) = alice.ok("FETCH 1 (RFC822.HEADER RFC822.TEXT)").fetches().values()
    assert values["RFC822.HEADER"] + values["RFC822.TEXT"] == PLAIN
    assert "INBOX" in alice.ok('LIST "" *').lists
