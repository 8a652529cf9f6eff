"""Client quirk 31: Gmail's fetcher needs the same unique-ids in the same order; what it deletes may stay for IMAP."""

from __future__ import annotations

from coromail.pop3_policy import Pop3Policy
from tests.pop3.harness import TestHost, login


def test_ids_and_order_stay() -> None:
    host = TestHost()
    host.fill(*(b"a: b\n\n%d\n" % number for number in range(5)))
    first = login(host)
    before = first.multi("UIDL")
    first.quit()
    assert login(host).multi("UIDL") == before


def test_deleted_by_pop3_is_only_hidden() -> None:
    host = TestHost()
    host.pop3 = Pop3Policy(deleted_flag="$POP3Deleted")
    inbox = host.fill(b"a: b\n\n1\n", b"a: b\n\n2\n")
    client = login(host)
    client.ok("DELE 1")
    client.quit()
    assert inbox.exists == 2
    assert login(host).ok("STAT").split()[0] == "1"
