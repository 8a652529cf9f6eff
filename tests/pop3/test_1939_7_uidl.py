"""RFC 1939 section 7: UIDL."""

from __future__ import annotations

import re

from coromail.model.mailbox import Mailbox
from coromail.stores.memory import MemoryModel
from tests.pop3.harness import HELLO, TestHost, login


def ids(host: TestHost) -> list[bytes]:
    client = login(host)
    listing = client.multi("UIDL")
    assert [line.split(b" ")[0] for line in listing] == [b"%d" % n for n in range(1, len(listing) + 1)]
    client.quit()
    return [line.split(b" ")[1] for line in listing]


def test_unique_ids_have_1_to_70_printable_octets_and_differ() -> None:
    host = TestHost()
    host.fill(HELLO, HELLO, HELLO)
    found = ids(host)
    assert len(set(found)) == 3
    assert all(re.fullmatch(rb"[!-~]{1,70}", one) for one in found)


def test_unique_ids_persist_across_sessions_without_update() -> None:
    host = TestHost()
    host.fill(HELLO, HELLO)
    before = ids(host)
    login(host).drop()
    assert ids(host) == before


def test_unique_ids_are_never_used_again() -> None:
    host = TestHost()
    host.fill(HELLO, HELLO)
    before = ids(host)
    client = login(host)
    client.ok("DELE 2")
    client.quit()
    host.fill(HELLO)
    after = ids(host)
    assert after[0] == before[0]
    assert after[1] not in before


def test_two_mailboxes_do_not_share_unique_ids() -> None:
    host = TestHost()
    host.fill(HELLO)
    first = ids(host)
    inbox = host.inbox()
    inbox.uidvalidity += 1
    assert ids(host) != first


def test_one_message() -> None:
    host = TestHost()
    host.fill(HELLO, HELLO)
    client = login(host)
    listing = client.multi("UIDL")
    assert client.raw(b"UIDL 2\r\n") == b"+OK " + listing[1] + b"\r\n"


def test_marked_messages_are_not_listed() -> None:
    host = TestHost()
    host.fill(HELLO, HELLO)
    client = login(host)
    listing = client.multi("UIDL")
    client.ok("DELE 1")
    assert client.multi("UIDL") == listing[1:]
    client.err("UIDL 1")


class Migrated(Mailbox):
    """Keeps the unique-ids and the order of the server before."""

    def pop3_uidl(self, uid: int) -> str:
        return f"old-{uid:08x}"

    def pop3_uids(self) -> list[int]:
        return sorted(self.index.uids, reverse=True)


class MigratedModel(MemoryModel):
    mailbox_class = Migrated


def test_kept_unique_ids_and_order_of_a_migrated_maildrop() -> None:
    host = TestHost(MigratedModel)
    host.fill(b"a: 1\n\n1\n", b"a: 2\n\n2\n")
    assert ids(host) == [b"old-00000002", b"old-00000001"]
    client = login(host)
    assert client.message(1) == b"a: 2\r\n\r\n2\r\n"
    client.ok("DELE 1")
    client.quit()
    assert ids(host) == [b"old-00000001"]
