"""Client quirk 3: iOS Mail fetches in slices of 393216 octets, whatever the size."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN

SLICE = 393216


def fetch(client: Client, start: int) -> dict[str, bytes]:
    (values,) = client.ok(f"UID FETCH 1 (BODY.PEEK[]<{start}.{SLICE}>)").fetches().values()
    return values


def test_slices_of_a_small_and_a_large_message(alice: Client) -> None:
    alice.append(PLAIN)
    alice.append(PLAIN + b"x" * SLICE + b"\r\n")
    alice.ok("SELECT INBOX")
    assert fetch(alice, 0)["BODY[]<0>"] == PLAIN
    assert fetch(alice, len(PLAIN))[f"BODY[]<{len(PLAIN)}>"] == b""
    assert fetch(alice, SLICE)[f"BODY[]<{SLICE}>"] == b""
    (size,) = alice.ok("UID FETCH 2 RFC822.SIZE").fetched("RFC822.SIZE")
    whole = b""
    for start in range(0, size + SLICE, SLICE):
        (values,) = alice.ok(f"UID FETCH 2 (BODY.PEEK[]<{start}.{SLICE}>)").fetches().values()
        whole += values[f"BODY[]<{start}>"]
    assert len(whole) == size


def test_the_message_is_read_once_for_all_slices(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    fetch(alice, 0)
    kept = alice.session.view._open
    fetch(alice, 100)
    assert kept is not None
    assert alice.session.view._open is kept
