"""UIDBATCHES: RFC 10022."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from coromail.model.message import Message
from tests.imap.harness import Client, TestHost


def filled(count: int, gap: int = 1, host: TestHost | None = None) -> Client:
    """A client with that many messages selected, UIDs `gap` apart."""
    client = Client(host).login()
    inbox = client.session.model.find("INBOX")
    inbox.admit([Message(b"Subject: x\r\n\r\n", uid=number * gap) for number in range(1, count + 1)])
    client.ok("SELECT INBOX")
    return client


def batches(client: Client, arguments: str) -> list[tuple[int, int]]:
    tag, ranges = client.ok(f"UIDBATCHES {arguments}").only("UIDBATCHES")
    assert tag.decode() == f"t{client._count}"
    return list(ranges)


def sizes(client: Client, ranges: list[tuple[int, int]]) -> Iterator[int]:
    for high, low in ranges:
        yield client.ok(f"UID SEARCH RETURN (COUNT) UID {low}:{high}").esearch.data["COUNT"]


def test_3_1_partition() -> None:
    client = filled(6823, gap=3)
    found = batches(client, "2000")
    assert found[0][0] == 6823 * 3
    assert found[-1][1] == 1, "the last ends with 1 (section 3.1.4)"
    assert list(sizes(client, found)) == [2000, 2000, 2000, 823]
    assert all(before[1] == after[0] + 1 for before, after in pairwise(found))


def test_3_1_3_2_smallest() -> None:
    client = filled(10)
    client.no("UIDBATCHES 499", code="TOOFEW")
    client.bad("UIDBATCHES 0")
    assert batches(client, "500") == [(10, 1)]


def test_3_1_3_3_1_size_of_the_mailbox_or_more() -> None:
    client = filled(1000)
    assert batches(client, "1000") == [(1000, 1)]
    assert batches(client, "4294967295") == [(1000, 1)]


def test_3_1_5_ranges() -> None:
    client = filled(7000)
    everything = batches(client, "2000")
    assert batches(client, "2000 1:5") == everything
    assert batches(client, "2000 2:3") == everything[1:3]
    assert batches(client, "2000 4:4") == everything[3:]


def test_3_1_5_wrong_way_round() -> None:
    client = filled(10)
    assert client.bad("UIDBATCHES 2000 4:1").code == "CLIENTBUG"


def test_3_1_5_too_many() -> None:
    client = filled(10)
    client.no("UIDBATCHES 2000 1:51", code="TOOMANY")
    client.ok("UIDBATCHES 2000 1:50")
    client.no("UIDBATCHES 4294967295 1:4294967295", code="TOOMANY")


def test_3_1_6_empty() -> None:
    client = filled(0)
    assert batches(client, "2000") == []
    client = filled(7000)
    assert batches(client, "2000 6:8") == []


def test_3_1_7_large_mailbox() -> None:
    client = filled(100_000)
    assert len(batches(client, "500")) == 200


def test_3_1_1_not_again_for_nothing() -> None:
    client = filled(2000)
    client.ok("UIDBATCHES 500")
    client.no("UIDBATCHES 500", code="LIMIT")
    client.ok("UIDBATCHES 500 1:2")
    client.ok("UIDBATCHES 600")


def test_3_1_1_again_when_half_a_batch_changed() -> None:
    host = TestHost()
    client = filled(2000, host=host)
    client.ok("UIDBATCHES 500")
    inbox = client.session.model.find("INBOX")
    inbox.expunge(range(1, 251))
    client.ok("NOOP")
    client.no("UIDBATCHES 500", code="LIMIT")
    inbox.expunge([300])
    client.ok("NOOP")
    assert len(batches(client, "500")) == 4
    inbox.admit([Message(b"Subject: x\r\n\r\n") for _ in range(251)])
    client.ok("NOOP")
    client.ok("UIDBATCHES 500")
    client.ok("SELECT INBOX")
    client.ok("UIDBATCHES 500")


def test_3_4_saved_result_stays() -> None:
    client = filled(10)
    client.ok("SEARCH RETURN (SAVE) 2")
    client.ok("UIDBATCHES 500")
    assert list(client.ok("FETCH $ UID").fetches()) == [2]


@pytest.mark.parametrize(
    "arguments", ["", " x", " 500 1", " 500 1:", " 500 0:1", " 500 1:2 ", " 500 *:1", " -500"]
)
def test_4_syntax(arguments: str) -> None:
    filled(1).bad(f"UIDBATCHES{arguments}")
