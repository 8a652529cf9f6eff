"""CONDSTORE: RFC 7162 section 3.1."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost, literal, two
from tests.imap.mails import numbered


def filled(count: int = 5, host: TestHost | None = None) -> tuple[Client, Client]:
    """Two clients of one user, `count` messages, nothing selected."""
    first, other = two(host)
    for number in range(1, count + 1):
        first.append(numbered(number))
    first.ok("SELECT INBOX")  # takes \\Recent away
    first.ok("UNSELECT")
    return first, other


def highest(client: Client, mailbox: str = "INBOX") -> int:
    return int(client.ok(f"STATUS {mailbox} (HIGHESTMODSEQ)").statuses[mailbox]["HIGHESTMODSEQ"])


# 3.1: what makes a client aware

ENABLING = [
    "SELECT INBOX (CONDSTORE)",
    "EXAMINE INBOX (condstore)",
    "STATUS INBOX (HIGHESTMODSEQ)",
    'LIST "" INBOX RETURN (STATUS (HIGHESTMODSEQ))',
    "FETCH 1 (MODSEQ)",
    "SEARCH MODSEQ 1",
    "SEARCH OR SEEN (NOT MODSEQ 1)",
    "FETCH 1 (FLAGS) (CHANGEDSINCE 1)",
    "STORE 1 (UNCHANGEDSINCE 100) +FLAGS.SILENT ($X)",
    "ENABLE CONDSTORE",
    "ENABLE QRESYNC",
]


@pytest.mark.parametrize("command", ENABLING)
def test_3_1_enabling_commands(command: str) -> None:
    client, other = filled()
    client.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    told = client.ok(command)
    if not command.startswith(("SELECT", "EXAMINE")):
        assert told.codes["HIGHESTMODSEQ"] >= 6
    other.ok("STORE 2 +FLAGS (\\Flagged)")
    news = client.ok("NOOP").fetches()[2]
    assert news["FLAGS"] == [b"\\Flagged"]
    assert news["MODSEQ"] > 6
    assert news["UID"] == 2  # section 3.2.4
    again = client.ok(command)
    if not command.startswith(("SELECT", "EXAMINE")):
        assert "HIGHESTMODSEQ" not in again.codes, "only the first one tells"


def test_3_1_not_aware_without() -> None:
    client, other = filled()
    client.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS (\\Flagged)")
    assert set(client.ok("NOOP").fetches()[2]) == {"FLAGS"}


def test_3_1_2_1_select_tells_highestmodseq() -> None:
    client, _ = filled()
    told = client.ok("SELECT INBOX (CONDSTORE)").codes["HIGHESTMODSEQ"]
    assert told == highest(client) == max(client.ok("FETCH 1:* MODSEQ").fetched("MODSEQ"))


def test_3_1_2_2_nomodseq() -> None:
    client, other = filled()
    client.session.model.find("INBOX").keeps_modseqs = False
    codes = client.ok("SELECT INBOX (CONDSTORE)").codes
    assert "NOMODSEQ" in codes
    assert "HIGHESTMODSEQ" not in codes
    client.bad("FETCH 1 (FLAGS) (CHANGEDSINCE 1)")
    client.bad("FETCH 1 (MODSEQ)")
    client.bad("SEARCH MODSEQ 1")
    client.bad("STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)")
    assert highest(client) == 0
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS (\\Flagged)")
    assert "MODSEQ" not in client.ok("NOOP").fetches()[2]
    other.ok("ENABLE QRESYNC")
    other.ok("STORE 1:2 +FLAGS (\\Deleted)")
    assert other.ok("EXPUNGE").expunges == [2, 1]


# 3.1.3: STORE


def test_3_1_3_all_pass() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX (CONDSTORE)")
    result = client.ok(f"UID STORE 2,4 (UNCHANGEDSINCE {highest(client)}) +FLAGS.SILENT (\\Deleted)")
    assert {number: set(items) for number, items in result.fetches().items()} == {
        2: {"UID", "MODSEQ"},
        4: {"UID", "MODSEQ"},
    }
    assert result.code is None


@pytest.mark.parametrize("uid", ["", "UID "])
def test_3_1_3_some_fail(uid: str) -> None:
    client, other = filled()
    client.ok("SELECT INBOX")
    client.ok("STORE 1 +FLAGS (\\Deleted)")
    client.ok("EXPUNGE")  # UIDs 2 to 5 are messages 1 to 4
    known = highest(client)
    other.ok("SELECT INBOX")
    other.ok("STORE 1,3 FLAGS (\\Flagged)")
    client.ok("NOOP")
    everything = "2:5" if uid else "1:4"
    result = client.ok(f"{uid}STORE {everything} (UNCHANGEDSINCE {known}) FLAGS (\\Seen)")
    failed = [(1, 1), (3, 3)] if not uid else [(2, 2), (4, 4)]
    assert result.tagged.code == ("MODIFIED", failed)
    fetched = result.fetches()
    assert fetched[1]["FLAGS"] == [b"\\Flagged"], "why it was left alone is told at once"
    assert fetched[2]["FLAGS"] == [b"\\Seen"]
    flags = other.ok("FETCH 1:* FLAGS").fetched("FLAGS")
    assert flags[0] == [b"\\Flagged"]
    assert flags[1] == [b"\\Seen"]


def test_3_1_3_twice_in_the_set() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX (CONDSTORE)")
    result = client.ok(f"STORE 3,1:4 (UNCHANGEDSINCE {highest(client)}) +FLAGS.SILENT (\\Deleted)")
    assert result.code is None
    assert len(result.fetches()) == 4


def test_3_1_3_zero_asks_for_existence() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX (CONDSTORE)")
    assert client.ok("STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT (\\Seen)").code == "MODIFIED"
    assert client.ok("STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($MDNSent)").code is None
    assert client.ok("STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($MDNSent)").code == "MODIFIED"
    assert client.ok("STORE 2 (UNCHANGEDSINCE 0) FLAGS ($MDNSent)").code == "MODIFIED"


def test_3_1_3_expunged_and_modified() -> None:
    client, other = filled(7)
    known = client.ok("SELECT INBOX (CONDSTORE)").codes["HIGHESTMODSEQ"]
    other.ok("SELECT INBOX")
    other.ok("STORE 4:7 +FLAGS (\\Deleted)")
    other.ok("STORE 2 +FLAGS (\\Seen)")
    other.ok("EXPUNGE")
    result = client.no(f"STORE 1:7 (UNCHANGEDSINCE {known}) +FLAGS (\\Seen)", code="MODIFIED")
    assert result.tagged.code == ("MODIFIED", [(2, 2)])
    assert client.ok("NOOP").expunges == [7, 6, 5, 4]


def test_3_1_3_bad_modifiers() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX")
    for modifier in ("()", "(UNCHANGEDSINCE)", "(UNCHANGEDSINCE -1)", "(UNCHANGEDSINCE 9223372036854775808)"):
        if modifier != "()":
            client.bad(f"STORE 1 {modifier} +FLAGS (\\Seen)")
    client.bad("STORE 1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 2) +FLAGS (\\Seen)")
    client.bad("STORE 1 (SINCE 1) +FLAGS (\\Seen)")


def test_3_1_3_silent_store_tells_the_modseq() -> None:
    """Example 14: a client that knows CONDSTORE needs the new number to keep its cache right."""
    client, _ = filled()
    before = client.ok("SELECT INBOX (CONDSTORE)").codes["HIGHESTMODSEQ"]
    fetched = client.ok("STORE 2 +FLAGS.SILENT (\\Deleted)").fetches()[2]
    assert set(fetched) == {"UID", "MODSEQ"}
    assert fetched["MODSEQ"] > before


# 3.1.4: FETCH


def test_3_1_4_1_changedsince() -> None:
    client, other = filled()
    client.ok("SELECT INBOX")
    known = highest(client)
    other.ok("SELECT INBOX")
    other.ok("STORE 2,4 +FLAGS (\\Seen)")
    result = client.ok(f"FETCH 1:* (FLAGS) (CHANGEDSINCE {known})")
    changed = {"FLAGS": [b"\\Seen"], "MODSEQ": known + 1}
    assert [result.fetches()[number].items() >= changed.items() for number in (2, 4)] == [True, True]
    assert len(result.fetches()) == 2
    assert list(client.ok(f"UID FETCH 1:3 (FLAGS) (CHANGEDSINCE {known})").fetches()) == [2]
    assert client.ok(f"FETCH 1:* (FLAGS) (CHANGEDSINCE {known + 1})").fetches() == {}


def test_3_1_4_1_changedsince_zero() -> None:
    """Sent by iOS Mail, though the grammar wants a number above 0."""
    client, _ = filled()
    client.ok("SELECT INBOX")
    assert len(client.ok("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 0)").fetches()) == 5


def test_3_1_4_1_changedsince_while_expunges_wait() -> None:
    client, other = filled()
    known = client.ok("SELECT INBOX (CONDSTORE)").codes["HIGHESTMODSEQ"]
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    other.ok("UID STORE 4 +FLAGS (\\Seen)")
    assert list(client.ok(f"FETCH 1:* (UID) (CHANGEDSINCE {known})").fetches()) == [4]


def test_3_1_4_fetch_that_sets_seen_tells_uid_and_modseq() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX (CONDSTORE)")
    items = client.ok("FETCH 2 BODY[TEXT]").fetches()[2]
    assert items["UID"] == 2
    assert items["MODSEQ"] == highest(client)
    assert items["FLAGS"] == [b"\\Seen"]


def test_3_1_4_no_modseq_unasked_in_other_fetches() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX (CONDSTORE)")
    assert set(client.ok("FETCH 2 FLAGS").fetches()[2]) == {"FLAGS"}
    assert set(client.ok("UID FETCH 2 FLAGS").fetches()[2]) == {"FLAGS", "UID"}


# 3.1.5 and 3.1.6: SEARCH


def test_3_1_5_search_modseq() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX (CONDSTORE)")
    known = highest(client)
    client.ok("STORE 2 +FLAGS (\\Seen)")
    client.ok("STORE 4 +FLAGS (\\Seen)")
    result = client.ok(f"SEARCH MODSEQ {known + 1}")
    assert result.search == [2, 4]
    assert result.only("SEARCH").modseq == known + 2
    result = client.ok(f'UID SEARCH MODSEQ "/flags/\\\\draft" all {known + 2} 1:4')
    assert result.search == [4]
    nothing = client.ok(f"SEARCH MODSEQ {known + 3}").only("SEARCH")
    assert (nothing.numbers, nothing.modseq) == ([], None)
    client.ok("SEARCH MODSEQ 0")


def test_3_1_10_esearch() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX (CONDSTORE)")
    for number in (4, 2, 3):
        client.ok(f"STORE {number} +FLAGS (\\Seen)")
    of = client.ok("FETCH 1:* MODSEQ").fetched("MODSEQ")
    for options, found in (
        ("MIN", of[1]),
        ("MAX", of[3]),
        ("MIN MAX", max(of[1], of[3])),
        ("MIN COUNT", of[2]),
        ("ALL", of[2]),
        ("COUNT", of[2]),
    ):
        data = client.ok(f"SEARCH RETURN ({options}) MODSEQ {of[4] + 1}").esearch.data
        assert data["MODSEQ"] == found, options
    assert "MODSEQ" not in client.ok("SEARCH RETURN (ALL) MODSEQ 9999").esearch.data
    assert "MODSEQ" not in client.ok("SEARCH RETURN (ALL) ALL").esearch.data


# 3.1.11 and 3.1.12: changes that are none


def test_3_1_11_storing_what_is_there_changes_nothing() -> None:
    client, other = filled()
    client.ok("SELECT INBOX (CONDSTORE)")
    client.ok("STORE 2 +FLAGS (\\Seen)")
    known = highest(client)
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS (\\Seen)")
    other.ok("STORE 3 -FLAGS (\\Seen)")
    other.ok("FETCH 2 BODY[]")
    assert highest(client) == known
    assert client.ok("NOOP").fetches() == {}


def test_3_1_12_others_changed_another_flag() -> None:
    client, other = filled()
    known = client.ok("SELECT INBOX (CONDSTORE)").codes["HIGHESTMODSEQ"]
    other.ok("SELECT INBOX")
    other.ok("STORE 3 +FLAGS (\\Deleted)")
    result = client.ok(f"STORE 3 (UNCHANGEDSINCE {known}) +FLAGS.SILENT ($Processed)")
    assert result.code is None
    assert result.fetches()[3]["FLAGS"] == [b"\\Deleted", b"$Processed"]


def test_3_1_12_others_changed_this_flag() -> None:
    client, other = filled()
    known = client.ok("SELECT INBOX (CONDSTORE)").codes["HIGHESTMODSEQ"]
    other.ok("SELECT INBOX")
    other.ok("STORE 3 +FLAGS ($Processed)")
    result = client.ok(f"STORE 3 (UNCHANGEDSINCE {known}) +FLAGS.SILENT ($Processed)")
    assert result.tagged.code == ("MODIFIED", [(3, 3)])
    assert result.fetches()[3]["FLAGS"] == [b"$Processed"]


def test_append_and_expunge_raise_the_modseq() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX")
    values = [highest(client)]
    client.ok("APPEND INBOX", literal(numbered(6)))
    values.append(highest(client))
    client.ok("STORE 1 +FLAGS (\\Deleted)")
    values.append(highest(client))
    client.ok("EXPUNGE")
    values.append(highest(client))
    assert values == sorted(set(values))
