"""MULTISEARCH: the ESEARCH command, RFC 7377."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, Result, expand
from tests.imap.mails import numbered


@pytest.fixture
def boxes(alice: Client) -> Client:
    """Mailboxes with messages 1, 2 and so on; nothing selected."""
    for name, count in (("INBOX", 3), ("work", 1), ("work/a", 2), ("work/a/deep", 1), ("work/empty", 0)):
        if name != "INBOX":
            alice.ok(f"CREATE {name}")
        for number in range(count):
            alice.append(numbered(number + 1), name)
    return alice


def found(result: Result) -> dict[str, list[int]]:
    """UIDs by mailbox."""
    for one in result.data("ESEARCH"):
        assert one.uid
        assert one.correlator.keys() == {"TAG", "MAILBOX", "UIDVALIDITY"}
    return {one.correlator["MAILBOX"].decode(): expand(one.data["ALL"]) for one in result.data("ESEARCH")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("mailboxes INBOX", {"INBOX": [1, 2, 3]}),
        ("mailboxes (INBOX work nowhere)", {"INBOX": [1, 2, 3], "work": [1]}),
        ("subtree work", {"work": [1], "work/a": [1, 2], "work/a/deep": [1]}),
        ("subtree-one work", {"work": [1], "work/a": [1, 2]}),
        ("personal", {"INBOX": [1, 2, 3], "work": [1], "work/a": [1, 2], "work/a/deep": [1]}),
        ("inboxes", {"INBOX": [1, 2, 3], "work": [1], "work/a": [1, 2], "work/a/deep": [1]}),
        ("subscribed", {"INBOX": [1, 2, 3]}),
        ("mailboxes work mailboxes work subtree work/a/deep", {"work": [1], "work/a/deep": [1]}),
        ("mailboxes work/empty", {}),
        ("mailboxes nowhere", {}),
        ('mailboxes "*"', {}),
    ],
)
def test_2_2_sources(boxes: Client, source: str, expected: dict[str, list[int]]) -> None:
    assert found(boxes.ok(f"ESEARCH IN ({source}) ALL")) == expected


def test_2_2_update_is_for_the_selected_mailbox(boxes: Client, other: Client) -> None:
    """RFC 7377 section 2.2, RFC 5267 section 4.3: what comes to it later is told, of other mailboxes nothing."""
    boxes.bad("ESEARCH IN (personal) RETURN (UPDATE) ALL")
    boxes.ok("SELECT work")
    assert boxes.ok("ESEARCH IN (personal) RETURN (UPDATE COUNT) SUBJECT 7").data("ESEARCH") == []
    for name in ("work", "INBOX"):
        other.append(numbered(7), name)
    (update,) = boxes.ok("NOOP").data("ESEARCH")
    assert (update.correlator["MAILBOX"], update.uid) == (b"work", True)
    assert update.data.keys() == {"ADDTO"}
    other.ok("RENAME work play")
    other.append(numbered(7), "play")
    (update,) = boxes.ok("NOOP").data("ESEARCH")
    assert update.correlator["MAILBOX"] == b"play"
    other.ok("RENAME play work")
    boxes.ok(f'CANCELUPDATE "{update.correlator["TAG"].decode()}"')
    other.append(numbered(7), "work")
    assert boxes.ok("NOOP").data("ESEARCH") == []


def test_2_1_no_answer_for_mailboxes_without_matches(boxes: Client) -> None:
    result = boxes.ok("ESEARCH IN (personal) RETURN (COUNT MIN MAX) SUBJECT 2")
    data = {one.correlator["MAILBOX"]: one.data for one in result.data("ESEARCH")}
    assert data == {
        b"INBOX": {"COUNT": 1, "MIN": 2, "MAX": 2},
        b"work/a": {"COUNT": 1, "MIN": 2, "MAX": 2},
    }


def test_2_1_the_selected_mailbox_is_meant_without_a_source(boxes: Client) -> None:
    boxes.bad("ESEARCH ALL")
    boxes.bad("ESEARCH IN (selected) ALL")
    boxes.bad("ESEARCH IN (mailboxes work selected) ALL")
    boxes.ok("SELECT work/a")
    assert found(boxes.ok("ESEARCH ALL")) == {"work/a": [1, 2]}
    assert found(boxes.ok("ESEARCH IN (selected personal) SUBJECT 2")) == {"work/a": [2], "INBOX": [2]}
    assert boxes.ok("FETCH 1:2 UID").fetched("UID") == [1, 2]  # it is still selected


def test_2_uidvalidity_is_that_of_the_mailbox(boxes: Client) -> None:
    status = boxes.ok("STATUS work (UIDVALIDITY)").statuses["work"]["UIDVALIDITY"]
    (one,) = boxes.ok("ESEARCH IN (mailboxes work) ALL").data("ESEARCH")
    assert one.correlator["UIDVALIDITY"] == status


def test_2_numbers_beyond_the_end_are_no_error(boxes: Client) -> None:
    assert found(boxes.ok("ESEARCH IN (mailboxes INBOX) 2:100")) == {"INBOX": [2, 3]}
    assert found(boxes.ok("ESEARCH IN (mailboxes INBOX) 101:200")) == {}


def test_2_2_save_is_for_the_selected_mailbox_alone(boxes: Client) -> None:
    boxes.ok("SELECT INBOX")
    boxes.bad("ESEARCH IN (mailboxes work) RETURN (SAVE) ALL")
    boxes.bad("ESEARCH IN (selected mailboxes work) RETURN (SAVE) ALL")
    boxes.ok("ESEARCH RETURN (SAVE) SUBJECT 2")
    assert boxes.ok("FETCH $ UID").fetched("UID") == [2]
    boxes.ok("ESEARCH IN (selected) RETURN (SAVE) SUBJECT nothing")
    assert boxes.ok("UID SEARCH $").search == []


def test_2_2_partial_applies_to_each_mailbox(boxes: Client) -> None:
    result = boxes.ok("ESEARCH IN (mailboxes (INBOX work/a)) RETURN (PARTIAL 2:3) ALL")
    partial = {one.correlator["MAILBOX"]: expand(one.data["PARTIAL"][1]) for one in result.data("ESEARCH")}
    assert partial == {b"INBOX": [2, 3], b"work/a": [2]}


@pytest.mark.parametrize(
    "command",
    [
        "ESEARCH IN () ALL",
        "ESEARCH IN (selected-delayed) ALL",
        "ESEARCH IN (everything) ALL",
        "ESEARCH IN (mailboxes) ALL",
        "ESEARCH IN (mailboxes ()) ALL",
        "ESEARCH IN mailboxes INBOX ALL",
        "ESEARCH IN (personal)",
    ],
)
def test_4_syntax(boxes: Client, command: str) -> None:
    boxes.ok("SELECT INBOX")
    boxes.bad(command)


def test_5_others_mailboxes_do_not_show(boxes: Client, bob: Client) -> None:
    assert found(bob.ok("ESEARCH IN (personal) ALL")) == {}
    assert found(bob.ok('ESEARCH IN (mailboxes ("Other Users/alice/work" "alice/work")) ALL')) == {}
    assert found(bob.ok('ESEARCH IN (subtree "Other Users") ALL')) == {}


def test_what_others_deliver_is_found(boxes: Client, other: Client) -> None:
    other.append(numbered(9), "work")
    assert found(boxes.ok("ESEARCH IN (mailboxes work) SUBJECT 9")) == {"work": [2]}


def test_searching_does_not_make_messages_old(boxes: Client) -> None:
    boxes.ok("ESEARCH IN (mailboxes INBOX) ALL")
    assert boxes.ok("SELECT INBOX").recent == 3
