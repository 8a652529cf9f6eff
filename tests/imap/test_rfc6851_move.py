"""MOVE and UID MOVE: RFC 6851, RFC 9051 sections 6.4.8 and 6.4.9."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, expand
from tests.imap.mails import numbered
from tests.imap.test_6_4_7_copy import SmallModel, TestHost


@pytest.fixture
def four(alice: Client) -> Client:
    """alice has INBOX open with four messages, and there is `work`."""
    for number in range(1, 5):
        alice.append(numbered(number), flags="(\\Seen k)" if number == 3 else "()")
    alice.ok("CREATE work")
    alice.ok("SELECT INBOX")
    return alice


def test_announced(alice: Client) -> None:
    assert "MOVE" in alice.ok("CAPABILITY").only("CAPABILITY")


def test_moved_messages_are_there_and_no_longer_here(four: Client) -> None:
    result = four.ok("MOVE 2:3 work")
    assert len(result.expunges) == 2
    assert four.ok("UID SEARCH ALL").search == [1, 4]
    assert four.ok("SELECT work").exists == 2
    values = four.ok("FETCH 1:2 (FLAGS BODY.PEEK[])").fetches()
    assert [values[number]["BODY[]"] for number in (1, 2)] == [numbered(2), numbered(3)]
    assert {b"\\Seen", b"k"} <= set(values[2]["FLAGS"])
    assert b"\\Deleted" not in values[1]["FLAGS"]


def test_copyuid_comes_before_the_expunges(four: Client) -> None:
    """RFC 6851 section 4.3: COPYUID in an untagged OK, before EXPUNGE, so that clients can follow the messages."""
    result = four.ok("MOVE 2,4 work")
    codes = [reply.code[0] if reply.code else reply.name for reply in result.untagged]
    assert codes.index("COPYUID") < codes.index("EXPUNGE")
    _, old, new = result.codes["COPYUID"]
    assert (expand(old), expand(new)) == ([2, 4], [1, 2])


def test_deleted_flag_of_others_is_of_no_matter(four: Client) -> None:
    """Section 3.3: messages with \\Deleted that were not moved stay."""
    four.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    four.ok("MOVE 2 work")
    assert four.ok("UID SEARCH ALL").search == [1, 3, 4]


def test_both_mailboxes_tell_others(four: Client, other: Client) -> None:
    four.ok("MOVE 1 work")
    other.ok("SELECT work")
    four.ok("UID MOVE 2 work")
    assert other.ok("NOOP").exists == 2
    other.ok("SELECT INBOX")
    four.ok("UID MOVE 4 work")
    assert other.ok("NOOP").expunges == [2]


def test_missing_target_is_trycreate(four: Client) -> None:
    four.no("MOVE 1 missing", code="TRYCREATE")
    four.no("UID MOVE 1 missing", code="TRYCREATE")
    assert four.ok("SEARCH ALL").search == [1, 2, 3, 4]


def test_move_onto_itself(four: Client) -> None:
    """Section 3.3 leaves it to the server: nothing is lost, whether UIDs change or not."""
    four.command("MOVE 1:2 INBOX")
    four.ok("NOOP")
    bodies = four.ok("FETCH 1:* BODY.PEEK[]").fetched("BODY[]")
    assert sorted(bodies) == [numbered(number) for number in range(1, 5)]


def test_read_only_source_is_no(four: Client) -> None:
    four.ok("EXAMINE INBOX")
    four.no("MOVE 1 work")
    four.no("UID MOVE 1 work")
    assert four.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 0


def test_uids_that_there_are_not(four: Client) -> None:
    result = four.ok("UID MOVE 99 work")
    assert "COPYUID" not in result.codes
    assert result.expunges == []


@pytest.mark.parametrize(
    "line", ["MOVE", "MOVE 1", "MOVE 0 work", "MOVE 9 work", "MOVE 1 work x", "UID MOVE x work"]
)
def test_bad_syntax(four: Client, line: str) -> None:
    four.bad(line)
    assert four.ok("SEARCH ALL").search == [1, 2, 3, 4]


def test_one_refused_refuses_all() -> None:
    """Never half of it: what cannot be copied stays with all the others."""
    client = Client(TestHost(SmallModel)).login()
    for octets in (numbered(1), b"Subject: secret\r\n\r\n", numbered(3)):
        client.append(octets)
    client.ok("CREATE work")
    client.ok("SELECT INBOX")
    client.no("MOVE 1:3 work", code="NOPERM")
    assert client.ok("SEARCH ALL").search == [1, 2, 3]
    assert client.ok("STATUS work (MESSAGES)").statuses["work"]["MESSAGES"] == 0


def test_messages_that_are_gone(four: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    four.no("MOVE 1:2 work", code="EXPUNGEISSUED")
    four.ok("UID MOVE 1:2 work")
    assert four.ok("UID SEARCH ALL").search == [3, 4]
