"""CONTEXT=SEARCH, CONTEXT=SORT and ESORT: RFC 5267."""

from __future__ import annotations

import random
from typing import Any

import pytest

from coromail.imap import contexts
from tests.imap.checker import Reply
from tests.imap.harness import Client, Result, expand, literal, two
from tests.imap.mails import numbered


@pytest.fixture
def client(alice: Client) -> Client:
    """Six messages, 2 and 3 flagged; UIDs are one more than the numbers."""
    for number in range(7):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    alice.ok("STORE 1 +FLAGS (\\Deleted)")
    alice.ok("EXPUNGE")
    alice.ok("STORE 2:3 +FLAGS (\\Flagged)")
    return alice


def follow(client: Client, command: str, tag: str = "ctx") -> list[Reply]:
    return client.send(f"{tag} {command}\r\n".encode())


def moves(replies: list[Reply], tag: str = "ctx") -> list[tuple[str, int, list[int]]]:
    """ADDTO and REMOVEFROM of one context, in order."""
    found = []
    for reply in replies:
        if reply.name == "ESEARCH" and reply.data.correlator["TAG"].decode() == tag:
            for name in ("REMOVEFROM", "ADDTO"):
                found += [(name, place, expand(ranges)) for place, ranges in reply.data.data.get(name, [])]
    return found


# ESORT: section 3


def test_3_1_esort(client: Client) -> None:
    data = client.ok("UID SORT RETURN (MIN MAX COUNT ALL) (REVERSE SUBJECT) UTF-8 ALL").esearch.data
    assert data["ALL"] == [(number, number) for number in range(7, 1, -1)], (
        "no ranges that descend (section 3.2)"
    )
    assert (data["MIN"], data["MAX"], data["COUNT"]) == (7, 2, 6)
    assert client.ok("SORT RETURN () (SUBJECT) UTF-8 ALL").esearch.data == {"ALL": [(1, 6)]}


# CONTEXT: section 4


def test_4_2_the_hint_changes_nothing(client: Client) -> None:
    assert client.ok("SEARCH RETURN (CONTEXT COUNT) FLAGGED").esearch.data == {"COUNT": 2}
    client.ok("STORE 5 +FLAGS (\\Flagged)")
    assert moves(client.ok("NOOP").replies) == []


def test_4_3_own_and_others_changes(client: Client, other: Client) -> None:
    replies = follow(client, "UID SEARCH RETURN (UPDATE COUNT) FLAGGED")
    assert replies[0].data.data == {"COUNT": 2}
    own = client.ok("STORE 5:6 +FLAGS (\\Flagged)").untagged
    assert moves(own) == [("ADDTO", 0, [6, 7])]
    other.ok("SELECT INBOX")
    other.ok("UID STORE 3,7 -FLAGS (\\Flagged)")
    other.ok("UID STORE 2 +FLAGS (\\Flagged)")
    other.ok("UID STORE 5 +FLAGS (\\Seen)")
    assert moves(client.ok("NOOP").untagged) == [("REMOVEFROM", 0, [3, 7]), ("ADDTO", 0, [2])]


def test_4_3_message_numbers(client: Client, other: Client) -> None:
    follow(client, "SEARCH RETURN (UPDATE ALL) FLAGGED")
    other.ok("SELECT INBOX")
    other.ok("STORE 1,3 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    other.ok("APPEND INBOX", "(\\Flagged)", literal(numbered(9)))
    result = client.ok("NOOP")
    assert moves(result.untagged) == [("REMOVEFROM", 0, [3]), ("ADDTO", 0, [5])]
    names = result.names
    assert names.index("ESEARCH") < names.index("EXPUNGE"), "while the number still counts (section 4.3.4)"
    assert names[::-1].index("ESEARCH") < names[::-1].index("EXISTS"), (
        "when the number counts (section 4.3.3)"
    )


def test_4_3_idle(client: Client, other: Client) -> None:
    follow(client, "UID SEARCH RETURN (UPDATE) UNSEEN")
    client.idle()
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Seen)")
    assert moves(client.news()) == [("REMOVEFROM", 0, [2])]
    other.ok("APPEND INBOX", literal(numbered(9)))
    assert moves(client.news()) == [("ADDTO", 0, [8])]
    client.done()


def test_4_3_numbers_and_saved_result_are_frozen(client: Client, other: Client) -> None:
    client.ok("SEARCH RETURN (SAVE) 4:6")
    follow(client, "UID SEARCH RETURN (UPDATE) 1:3 FLAGGED", "numbers")
    follow(client, "UID SEARCH RETURN (UPDATE) $ FLAGGED", "saved")
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    client.ok("NOOP")
    client.ok("SEARCH RETURN (SAVE) 1")
    news = client.ok("UID STORE 5 +FLAGS (\\Flagged)").untagged  # message 3 now, but not then
    assert moves(news, "numbers") == []
    assert moves(news, "saved") == [("ADDTO", 0, [5])]


def test_4_3_expunge_that_waits_is_told_at_once(client: Client, other: Client) -> None:
    """Appendix A.3: REMOVEFROM may come where EXPUNGE may not."""
    follow(client, "UID SEARCH RETURN (UPDATE) ALL")
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    result = client.ok("FETCH 1 FLAGS")
    assert moves(result.untagged) == [("REMOVEFROM", 0, [3])]
    assert result.expunges == []
    assert client.ok("NOOP").names == ["EXPUNGE", "RECENT"]


def test_4_3_tag_in_use(client: Client) -> None:
    follow(client, "SEARCH RETURN (UPDATE) FLAGGED")
    assert follow(client, "UID SEARCH RETURN (UPDATE) ALL")[-1].name == "BAD"
    assert follow(client, "UID SEARCH RETURN (COUNT) ALL")[-1].name == "OK"


def test_4_3_1_too_many(client: Client) -> None:
    for number in range(contexts.MOST):
        follow(client, "SEARCH RETURN (UPDATE) FLAGGED", f"c{number}")
    replies = follow(client, "SEARCH RETURN (UPDATE COUNT) FLAGGED", "more")
    assert [(reply.name, reply.code) for reply in replies if reply.name == "NO"] == [
        ("NO", ("NOUPDATE", b"more"))
    ]
    assert [reply.data.data for reply in replies if reply.name == "ESEARCH"] == [{"COUNT": 2}]
    assert replies[-1].name == "OK"


def test_4_3_5_cancelupdate(client: Client) -> None:
    follow(client, "SEARCH RETURN (UPDATE) FLAGGED", "a")
    follow(client, "SEARCH RETURN (UPDATE) FLAGGED", "b")
    client.ok('CANCELUPDATE "a" "unknown"')
    news = client.ok("STORE 5 +FLAGS (\\Flagged)").untagged
    assert moves(news, "a") == []
    assert moves(news, "b") == [("ADDTO", 0, [5])]
    client.bad("CANCELUPDATE")
    client.bad("CANCELUPDATE a")


def test_4_3_ends_with_the_mailbox(client: Client) -> None:
    follow(client, "SEARCH RETURN (UPDATE) FLAGGED")
    client.ok("SELECT INBOX")
    assert moves(client.ok("STORE 5 +FLAGS (\\Flagged)").untagged) == []
    assert follow(client, "SEARCH RETURN (UPDATE) ALL")[-1].name == "OK"


def test_4_3_a_failed_search_is_not_followed(client: Client) -> None:
    assert follow(client, "SEARCH RETURN (UPDATE) CHARSET X-NONE TEXT x")[-1].name == "NO"
    assert client.session.view.contexts == []


def test_4_3_sort_positions(client: Client, other: Client) -> None:
    follow(client, "UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 FLAGGED")  # 4, 3
    other.ok("SELECT INBOX")
    other.ok("UID STORE 2,6,7 +FLAGS (\\Flagged)")
    assert moves(client.ok("NOOP").untagged) == [("ADDTO", 1, [7, 6]), ("ADDTO", 5, [2])]
    other.ok("UID STORE 7,3 -FLAGS (\\Flagged)")
    assert moves(client.ok("NOOP").untagged) == [("REMOVEFROM", 4, [3]), ("REMOVEFROM", 1, [7])]


def replay(order: list[int], replies: list[Reply], tag: str, *, ordered: bool) -> list[int]:
    """A client's list after ADDTO and REMOVEFROM."""
    for name, place, uids in moves(replies, tag):
        if name == "REMOVEFROM":
            if ordered:
                assert order[place - 1 : place - 1 + len(uids)] == uids
            order = [uid for uid in order if uid not in uids]
        elif ordered:
            order = order[: place - 1] + uids + order[place - 1 :]
        else:
            order = sorted(order + uids)
    return order


def step(chance: random.Random, client: Client) -> Result:
    """Something or other happens."""
    flags = chance.choice(["\\Seen", "\\Flagged", "\\Deleted", "\\Seen \\Flagged"])
    upto = chance.randrange(1, 30)
    kind = chance.randrange(4) if client.exists else 2
    if kind == 0:
        return client.ok(f"UID STORE 1:{upto} {chance.choice('+-')}FLAGS ({flags})")
    if kind == 1:
        return client.ok(f"UID STORE {upto} +FLAGS ({flags})")
    if kind == 2:
        return client.ok("APPEND INBOX", f"({flags})", literal(numbered(chance.randrange(100))))
    return client.ok(chance.choice(["EXPUNGE", "NOOP", "FETCH 1:* FLAGS", "UID SEARCH ALL"]))


@pytest.mark.parametrize("seed", range(5))
def test_what_the_client_keeps_is_what_a_search_finds(seed: int) -> None:
    chance = random.Random(seed)
    client, other = two()
    for _ in range(6):
        client.append(numbered(chance.randrange(100)))
    client.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    search, sort = "UNSEEN", "(SUBJECT) UTF-8 FLAGGED"
    commands = {
        "s": f"UID SEARCH RETURN (UPDATE ALL) {search}",
        "o": f"UID SORT RETURN (UPDATE ALL) {sort}",
    }
    lists: dict[str, list[int]] = {}
    for tag, command in commands.items():
        data: dict[str, Any] = follow(client, command, tag)[0].data.data
        lists[tag] = expand(data.get("ALL", []))
    for _ in range(40):
        who = chance.choice([client, other])
        result = step(chance, who)
        replies = result.untagged if who is client else []
        replies += client.ok("NOOP").untagged
        lists = {tag: replay(uids, replies, tag, ordered=tag == "o") for tag, uids in lists.items()}
        assert lists["s"] == client.ok(f"UID SEARCH {search}").search
        assert lists["o"] == client.ok(f"UID SORT {sort}").search
