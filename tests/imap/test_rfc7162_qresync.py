"""QRESYNC: RFC 7162 section 3.2."""

from __future__ import annotations

import pytest

from coromail.model import index
from tests.imap.harness import Client, Result, TestHost, expand, literal, two
from tests.imap.mails import numbered


def filled(count: int = 10, host: TestHost | None = None) -> tuple[Client, Client]:
    """Two clients of one user, `count` messages, nothing selected; the first has QRESYNC."""
    first, other = two(host)
    first.ok("ENABLE QRESYNC")
    for number in range(1, count + 1):
        first.append(numbered(number))
    other.ok("SELECT INBOX")
    return first, other


def remember(client: Client) -> tuple[int, int]:
    """UIDVALIDITY and HIGHESTMODSEQ at the end of a session."""
    codes = client.ok("SELECT INBOX").codes
    client.ok("UNSELECT")
    return codes["UIDVALIDITY"], codes["HIGHESTMODSEQ"]


def expunge(client: Client, uids: str) -> Result:
    client.ok(f"UID STORE {uids} +FLAGS.SILENT (\\Deleted)")
    return client.ok(f"UID EXPUNGE {uids}")


def earlier(result: Result) -> list[int]:
    """The UIDs of VANISHED (EARLIER), after which all FETCH must come."""
    names = [name for name in result.names if name in {"VANISHED", "FETCH"}]
    assert names == sorted(names, reverse=True)
    return [uid for data in result.data("VANISHED") if data.earlier for uid in expand(data.uids)]


# 3.2.3: ENABLE


@pytest.mark.parametrize("names", ["QRESYNC", "QRESYNC CONDSTORE", "CONDSTORE QRESYNC"])
def test_3_2_3_enable(names: str) -> None:
    client, _ = two()
    assert set(client.ok(f"ENABLE {names}").only("ENABLED")) == set(names.split())
    client.append(numbered(1))
    client.ok("SELECT INBOX")
    client.ok("STORE 1 +FLAGS (\\Deleted)")
    assert client.ok("EXPUNGE").vanished == [1]


def test_3_2_3_bad_without_enable() -> None:
    client, _ = two()
    client.append(numbered(1))
    client.bad("SELECT INBOX (QRESYNC (1 1))")
    client.ok("SELECT INBOX")
    client.bad("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)")
    client.ok("ENABLE CONDSTORE")
    client.bad("SELECT INBOX (QRESYNC (1 1))")
    client.ok("FETCH 1 FLAGS")  # BAD left the mailbox open


# 3.2.5: SELECT


def test_3_2_5_nothing_happened() -> None:
    client, _ = filled()
    validity, modseq = remember(client)
    result = client.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq}))")
    assert result.exists == 10
    assert result.vanished == []
    assert result.fetches() == {}


def test_3_2_5_uidvalidity_differs() -> None:
    client, other = filled()
    validity, modseq = remember(client)
    other.ok("STORE 1 +FLAGS (\\Seen)")
    expunge(other, "2")
    result = client.ok(f"SELECT INBOX (QRESYNC ({validity + 1} {modseq} 1:10))")
    assert result.exists == 9
    assert result.codes["UIDVALIDITY"] == validity
    assert "VANISHED" not in result.names
    assert "FETCH" not in result.names


def test_3_2_5_1_changes_and_expunges() -> None:
    client, other = filled()
    validity, modseq = remember(client)
    other.ok("UID STORE 2,9 +FLAGS (\\Seen)")
    expunge(other, "3:5,8")
    result = client.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq}))")
    assert earlier(result) == [3, 4, 5, 8]
    assert {items["UID"]: (items["FLAGS"], items["MODSEQ"]) for items in result.fetches().values()} == {
        2: ([b"\\Seen"], modseq + 1),
        9: ([b"\\Seen"], modseq + 1),
    }
    assert list(result.fetches()) == [2, 5]


def test_3_2_5_1_known_uids() -> None:
    client, other = filled()
    validity, modseq = remember(client)
    other.ok("UID STORE 1,2,10 +FLAGS (\\Seen)")
    expunge(other, "3:5,8")
    result = client.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq} 2:4))")
    assert earlier(result) == [3, 4]
    assert [items["UID"] for items in result.fetches().values()] == [2]


def test_3_2_5_1_new_messages_are_told_too() -> None:
    client, other = filled()
    validity, modseq = remember(client)
    other.ok("APPEND INBOX", literal(numbered(11)))
    result = client.ok(f"EXAMINE INBOX (QRESYNC ({validity} {modseq}))")
    assert [items["UID"] for items in result.fetches().values()] == [11]


def test_3_2_5_1_only_what_came_after() -> None:
    client, other = filled()
    expunge(other, "1:2")
    validity, modseq = remember(client)
    expunge(other, "5")
    assert earlier(client.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq}))")) == [5]


def test_3_2_5_1_empty_mailbox() -> None:
    client, _ = two()
    client.ok("ENABLE QRESYNC")
    validity, modseq = remember(client)
    assert client.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq}))").vanished == []


@pytest.mark.parametrize(
    "parameters",
    [
        "(QRESYNC)",
        "(QRESYNC ())",
        "(QRESYNC (1))",
        "(QRESYNC (0 1))",
        "(QRESYNC (1 1 1:*))",
        "(QRESYNC (1 1 $))",
        "(QRESYNC (1 1 1:2 (1 2 3)))",
        "(QRESYNC (1 1 1:2 (2,1 2,3)))",
        "(QRESYNC (1 1 1:2 (1:* 1:*)))",
        "(QRESYNC (1 1) QRESYNC (1 1))",
        "(CONDSTORE CONDSTORE)",
        "()x",
        "(UNKNOWN)",
        "CONDSTORE",
    ],
)
def test_3_2_5_bad_parameters(parameters: str) -> None:
    client, _ = filled(1)
    client.bad(f"SELECT INBOX {parameters}")
    client.bad("FETCH 1 FLAGS")  # nothing is selected


def test_3_2_5_2_match_data() -> None:
    """What the client must know of is left out, by the highest pair that fits."""
    client, other = filled(20)
    expunge(other, "3,6,9")
    validity, modseq = remember(client)
    since = modseq - 3  # before the expunges
    full = client.ok(f"SELECT INBOX (QRESYNC ({validity} {since} 1:20))")
    assert earlier(full) == [3, 6, 9]
    # Message 6 has UID 8, message 10 has UID 13, not 12.
    some = client.ok(f"SELECT INBOX (QRESYNC ({validity} {since} 1:20 (1,6,10 1,8,12)))")
    assert earlier(some) == [9]
    none = client.ok(f"SELECT INBOX (QRESYNC ({validity} {since} (10 13)))")
    assert earlier(none) == []


def test_3_2_5_2_match_data_of_any_length_costs_little() -> None:
    client, _ = filled(3)
    validity, modseq = remember(client)
    huge = "1:4294967295 1:4294967295"
    assert client.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq} 1:4294967295 ({huge})))").exists == 3


# 3.2.6: UID FETCH


def test_3_2_6_vanished() -> None:
    client, other = filled()
    _, modseq = remember(client)
    other.ok("UID STORE 7 +FLAGS (\\Seen)")
    expunge(other, "3:5,8")
    client.ok("SELECT INBOX")
    result = client.ok(f"UID FETCH 4:8 (FLAGS) (CHANGEDSINCE {modseq} VANISHED)")
    assert earlier(result) == [4, 5, 8]
    assert [items["UID"] for items in result.fetches().values()] == [7]
    assert earlier(client.ok(f"UID FETCH 1:* (FLAGS) (VANISHED CHANGEDSINCE {modseq})")) == [3, 4, 5, 8]


def test_3_2_6_goes_with_changedsince_and_uid() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX")
    client.bad("UID FETCH 1:* (FLAGS) (VANISHED)")
    client.bad("FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)")


def test_3_2_6_not_what_vanishes_now() -> None:
    """What this client still counts is told by VANISHED, so that its numbers stay right."""
    client, other = filled()
    _, modseq = remember(client)
    client.ok("SELECT INBOX")
    expunge(other, "5")
    result = client.ok(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {modseq} VANISHED)")
    assert earlier(result) == []
    assert result.vanished == [5]
    assert client.exists == 9


def test_3_2_6_forgotten_expunges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "GONE_LIMIT", 4)
    client, other = filled(12)
    _, modseq = remember(client)
    for uid in (2, 3, 6, 9, 11):
        expunge(other, str(uid))
    client.ok("SELECT INBOX")
    now = client.session.view.mailbox.highestmodseq
    full = client.ok(f"UID FETCH 3:12 (FLAGS) (CHANGEDSINCE {modseq} VANISHED)")
    assert earlier(full) == [3, 6, 9, 11], "too far back: all that is not there"
    assert earlier(client.ok(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {now - 1} VANISHED)")) == [11]
    assert earlier(client.ok(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {now} VANISHED)")) == []
    validity = client.session.view.mailbox.uidvalidity
    client.ok("UNSELECT")
    result = client.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq} (4 7)))")
    assert earlier(result) == [9, 11], "match data helps where the mailbox forgot"


# 3.2.7 to 3.2.9: EXPUNGE and its kin


def test_3_2_7_expunge_tells_highestmodseq() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX")
    client.ok("UID STORE 3,4,9 +FLAGS.SILENT (\\Deleted)")
    result = client.ok("EXPUNGE")
    assert result.vanished == [3, 4, 9]
    assert result.tagged.code == ("HIGHESTMODSEQ", client.session.view.mailbox.highestmodseq)
    assert client.ok("EXPUNGE").code is None


def test_3_2_8_close_does_not() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX")
    client.ok("STORE 3 +FLAGS.SILENT (\\Deleted)")
    result = client.ok("CLOSE")
    assert result.code is None
    assert result.names == []
    assert client.ok("SELECT INBOX").exists == 9


def test_3_2_9_uid_expunge() -> None:
    client, _ = filled()
    client.ok("SELECT INBOX")
    result = expunge(client, "3:5")
    assert result.vanished == [3, 4, 5]
    assert result.code == "HIGHESTMODSEQ"


def test_move() -> None:
    client, _ = filled()
    client.ok("CREATE Archive")
    client.ok("SELECT INBOX")
    result = client.ok("UID MOVE 3:5 Archive")
    assert result.vanished == [3, 4, 5]
    assert result.code == "HIGHESTMODSEQ"
    assert result.names.index("OK") < result.names.index("VANISHED")


# 3.2.10: VANISHED


def test_3_2_10_expunged_by_others() -> None:
    client, other = filled()
    client.ok("SELECT INBOX")
    expunge(other, "2,10")
    result = client.ok("NOOP")
    assert result.vanished == [2, 10]
    assert "EXISTS" not in result.names
    assert client.ok("UID FETCH 1:* UID").fetched("UID") == [1, 3, 4, 5, 6, 7, 8, 9]


def test_3_2_10_idle() -> None:
    client, other = filled()
    client.ok("SELECT INBOX")
    client.idle()
    expunge(other, "2")
    news = client.news()
    assert [reply.name for reply in news if reply.name == "VANISHED"] == ["VANISHED"]
    client.done()


def test_3_2_10_2_never_told_never_vanishes() -> None:
    client, other = filled()
    client.ok("SELECT INBOX")
    other.ok("APPEND INBOX", literal(numbered(11)))
    other.ok("NOOP")
    expunge(other, "11")
    assert client.ok("NOOP").names == []


@pytest.mark.parametrize("command", ["FETCH 1 FLAGS", "STORE 1 +FLAGS.SILENT (\\Seen)", "SEARCH ALL"])
def test_3_2_10_2_not_with_message_numbers(command: str) -> None:
    client, other = filled()
    client.ok("SELECT INBOX")
    expunge(other, "5")
    assert client.ok(command).vanished == []
    assert client.ok("UID SEARCH ALL").vanished == [5]


@pytest.mark.parametrize(
    "command",
    [
        "UID SEARCH 1:3",
        "UID SEARCH OR SEEN NOT 7",
        "UID SORT (ARRIVAL) UTF-8 2",
        "UID THREAD REFERENCES UTF-8 1,4",
    ],
)
def test_3_2_10_2_not_with_message_numbers_in_criteria(command: str) -> None:
    """VANISHED MUST NOT be sent during a UID SEARCH with message numbers; `$` and UIDs are none."""
    client, other = filled()
    client.ok("SELECT INBOX")
    expunge(other, "5")
    assert client.ok(command).vanished == []
    assert client.ok("UID SEARCH RETURN (SAVE) UID 1:3 $").vanished == [5]


# 6: HIGHESTMODSEQ while VANISHED waits


def test_6_delayed_vanished() -> None:
    client, other = filled()
    told = client.ok("SELECT INBOX").codes["HIGHESTMODSEQ"]
    other.ok("UID STORE 5 +FLAGS.SILENT (\\Deleted)")
    other.ok("UID EXPUNGE 5")
    gone = client.session.view.mailbox.highestmodseq
    first = client.ok("STORE 1:2 +FLAGS.SILENT (\\Seen)")
    assert told <= first.codes["HIGHESTMODSEQ"] < gone
    modified = client.ok(f"STORE 1 (UNCHANGEDSINCE {told}) FLAGS (\\Flagged)")
    assert modified.code == "MODIFIED"
    assert modified.codes["HIGHESTMODSEQ"] < gone, "in an untagged OK, as the tagged one has its code"
    last = client.ok("NOOP")
    assert last.vanished == [5]
    assert last.codes["HIGHESTMODSEQ"] == client.session.view.mailbox.highestmodseq


def test_6_connection_lost_while_vanished_waits() -> None:
    """Whatever the client was told last, nothing is missed when it comes back."""
    client, other = filled()
    codes = client.ok("SELECT INBOX").codes
    expunge(other, "5")
    result = client.ok("STORE 1 +FLAGS.SILENT (\\Seen)")
    known = result.codes["HIGHESTMODSEQ"]
    client.disconnect()
    again = Client(client.host).login()
    again.ok("ENABLE QRESYNC")
    assert earlier(again.ok(f"SELECT INBOX (QRESYNC ({codes['UIDVALIDITY']} {known}))")) == [5]


def test_3_2_setmetadata_is_a_change() -> None:
    client, _ = filled()
    _, before = remember(client)
    client.ok("SETMETADATA INBOX (/private/comment", '"x")')
    assert remember(client)[1] > before


def test_long_absence() -> None:
    client, other = filled(50)
    validity, modseq = remember(client)
    gone = [uid for uid in range(1, 51) if uid % 3]
    for uid in gone:
        expunge(other, str(uid))
    assert earlier(client.ok(f"SELECT INBOX (QRESYNC ({validity} {modseq}))")) == gone
