"""Two to eight sessions do what they like: all end up knowing the mailbox as it is (RFC 9051 5.2, 5.5, 7.5.1).

The harness checks every reply on the way: grammar, message numbers, UIDs that stay with their message.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import numbered

COMMANDS = [
    "APPEND",
    "NOOP",
    "IDLE",
    "SELECT INBOX",
    "EXAMINE INBOX",
    "CLOSE",
    "EXPUNGE",
    "CHECK",
    "FETCH 1:* (UID FLAGS)",
    "FETCH * FLAGS",
    "UID FETCH 2:4 FLAGS",
    "FETCH 1 BODY[TEXT]",
    "SEARCH ALL",
    "UID SEARCH UNSEEN",
    "STORE 1 +FLAGS (\\Deleted)",
    "STORE 2:3 FLAGS (\\Seen \\Deleted)",
    "STORE 1:* -FLAGS (\\Deleted)",
    "STORE 3 +FLAGS ($Work)",
    "UID STORE 1:3 +FLAGS (\\Flagged)",
    "UID STORE 4:* +FLAGS (\\Deleted)",
    "UID EXPUNGE 1:4",
    "COPY 1:2 INBOX",
    "COPY 1 Work",
    "UID MOVE 1:3 Work",
    "MOVE 2 INBOX",
    "STATUS INBOX (MESSAGES UNSEEN)",
]
CROWDS = st.integers(2, 8).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.tuples(st.integers(0, size - 1), st.sampled_from(COMMANDS)), max_size=15 + 5 * size),
    )
)


def do(client: Client, line: str) -> None:
    """One step; a refusal is as good as a success, for the mailbox may be empty or not selected."""
    if line == "APPEND":
        client.append(numbered(7))
    elif line == "IDLE":
        client.idle()
        client.news()
        client.done()
    else:
        client.command(line)


def converse(enable: str, size: int, steps: list[tuple[int, str]]) -> None:
    host = TestHost()
    host.limits.bad_commands = 0
    clients = [Client(host).login() for _ in range(size)]
    for client in clients:
        if enable:
            client.ok(f"ENABLE {enable}")
    clients[0].ok("CREATE Work")
    for number in range(3):
        clients[0].append(numbered(number))
    for client in clients:
        client.ok("SELECT INBOX")
        client.ok("FETCH 1:* (UID FLAGS)")
    for who, line in steps:
        do(clients[who], line)
    for client in clients:
        if client.mirror.uids is None:
            client.ok("SELECT INBOX")
    for client in clients:
        client.ok("NOOP")
    for client in clients:
        compare(client)


def compare(client: Client) -> None:
    """What the client was told before must be what it is told when it asks for everything."""
    told_uids, told_flags = list(client.mirror.uids or []), list(client.mirror.flags)
    there = client.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"]
    assert len(told_uids) == there, client.transcript()
    everything = client.ok("UID FETCH 1:* (FLAGS)").fetches()
    assert len(everything) == client.exists, client.transcript()
    for position, number in enumerate(sorted(everything)):
        assert number == position + 1, client.transcript()
        assert told_uids[position] in {None, everything[number]["UID"]}, client.transcript()
        flags = told_flags[position]
        assert flags in {None, frozenset(everything[number]["FLAGS"])}, client.transcript()


Crowd = tuple[int, list[tuple[int, str]]]


@settings(deadline=None, max_examples=100)
@given(CROWDS)
def test_rev1(crowd: Crowd) -> None:
    converse("", *crowd)


@settings(deadline=None, max_examples=50)
@given(CROWDS)
def test_rev2(crowd: Crowd) -> None:
    converse("IMAP4rev2", *crowd)


@settings(deadline=None, max_examples=50)
@given(CROWDS)
def test_condstore(crowd: Crowd) -> None:
    converse("CONDSTORE", *crowd)


@settings(deadline=None, max_examples=50)
@given(CROWDS)
def test_qresync(crowd: Crowd) -> None:
    converse("QRESYNC", *crowd)


def test_append_literal_while_the_other_expunges() -> None:
    """A literal that takes its time: what happens meanwhile is told with its answer."""
    host = TestHost()
    alice, other = Client(host).login(), Client(host).login()
    alice.append(numbered(1), flags="(\\Deleted)")
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    alice.send(b"x APPEND INBOX {%d}\r\n" % len(numbered(2)))
    other.ok("EXPUNGE")
    other.ok("APPEND INBOX", literal(numbered(3)))
    replies = alice.send(numbered(2) + b"\r\n")
    assert [reply.name for reply in replies if reply.tag] == ["OK"]
    alice.ok("NOOP")
    assert alice.exists == 2
