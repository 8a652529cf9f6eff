"""Commands put together from bits at random: an answer each, never a traceback, never a reply a client chokes on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imap.harness import Client, TestHost
from tests.imap.mails import PLAIN

VERBS = """
    APPEND AUTHENTICATE CAPABILITY CHECK CLOSE COPY CREATE DELETE ENABLE EXAMINE EXPUNGE FETCH ID LIST LOGIN LSUB
    MOVE NAMESPACE NOOP RENAME SEARCH SELECT STARTTLS STATUS STORE SUBSCRIBE UNSELECT UNSUBSCRIBE UID
"""
ATOMS = r"""
    INBOX inbox/x * % 1 0 1:* *:1 1,2 4294967295 4294967296 99999999999999999999999 - -1 $ NIL () (( )) ( ) [ ] [] "" "
    "a" "\" "\\" \ \Seen \Deleted \Recent \* (\Seen) FLAGS +FLAGS -FLAGS.SILENT BODY BODY[] BODY[1] BODY[1.2.3.MIME]
    BODY.PEEK[HEADER.FIELDS BODY[HEADER.FIELDS () ] <0.5> <0.0> BODY[]<4294967295.1> BODY[]<99999999999999999999.1>
    BINARY[] BINARY.SIZE[1] ENVELOPE BODYSTRUCTURE RFC822.SIZE INTERNALDATE UID ALL FULL FAST MODSEQ (CHANGEDSINCE
    (UNCHANGEDSINCE RETURN (MIN MAX COUNT SAVE) CHARSET UTF-8 US-ASCII X-NONE OR NOT SUBJECT BEFORE 1-Jan-1970
    31-Feb-2020 SINCE 0-Foo-0000 LARGER HEADER KEYWORD UNKEYWORD DELETED (MESSAGES UIDNEXT) (SUBSCRIBED)
    (RECURSIVEMATCH) (STATUS &AGE- &- & &2AA- {5+ {5}x {-1} PLAIN = AGE= (USE (\Sent))
    "17-Jul-1996 IMAP4rev2 CONDSTORE (QRESYNC (1
"""
BITS = [
    *(bit.encode() for bit in ATOMS.split()),
    b'"17-Jul-1996 02:44:25 -0700"',
    b'"99-Jul-1996 02:44:25 -0700"',
    b"{3+}\r\nabc",
    b"{0+}\r\n",
    b"{4+}\r\n\0\xff\r\n",
    b"~{3+}\r\na\0c",
    b'"caf\xc3\xa9"',
    b"\xff",
    b"\0",
    b"\x7f",
]
LINES = st.builds(
    lambda uid, verb, bits, joint: uid + verb.encode() + b" " + joint.join(bits),
    st.sampled_from([b"", b"", b"UID "]),
    st.sampled_from(VERBS.split()),
    st.lists(st.sampled_from(BITS), max_size=7),
    st.sampled_from([b" ", b" ", b" ", b"", b"  "]),
)


def converse(lines: list[bytes], enable: str = "") -> None:
    host = TestHost()
    host.limits.bad_commands = 0
    client = Client(host).login()
    if enable:
        client.ok(f"ENABLE {enable}")
    client.append(PLAIN)
    client.append(b"\xff")
    client.ok("SELECT INBOX")
    for number, line in enumerate(lines):
        if not client.closed:
            client.session.receive(b"x%d %s\r\n" % (number, line))
            client.session.receive(b"\r\n")  # whatever waits for a line gets one
            client.hear()
    if not client.closed:
        client.session.receive(b"end NOOP\r\n")
        assert [reply.tag for reply in client.hear() if reply.tag][-1] == "end", client.transcript()


@settings(deadline=None, max_examples=300)
@given(st.lists(LINES, min_size=1, max_size=5))
def test_random_commands(lines: list[bytes]) -> None:
    converse(lines)


@settings(deadline=None, max_examples=100)
@given(st.lists(LINES, min_size=1, max_size=5))
def test_random_commands_with_everything_enabled(lines: list[bytes]) -> None:
    converse(lines, "IMAP4rev2 CONDSTORE QRESYNC UTF8=ACCEPT")


@settings(deadline=None, max_examples=200)
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_random_octets_before_login(pieces: list[bytes]) -> None:
    host = TestHost()
    client = Client(host)
    for piece in pieces:
        if not client.closed:
            client.session.receive(piece)
            client.hear()


@pytest.mark.parametrize("depth", [10, 100, 1000, 30_000])
@pytest.mark.parametrize(
    ("before", "opening", "after", "closing"),
    [
        ("SEARCH ", "(", "ALL", ")"),
        ("SEARCH ", "NOT ", "ALL", ""),
        ("SEARCH ", "OR ALL ", "ALL", ""),
        ("FETCH 1 ", "(", "FLAGS", ")"),
        ("STATUS INBOX ", "(", "MESSAGES", ")"),
        ("LIST ", "(", "SUBSCRIBED", ")"),
        ("ID ", "(", '"a" "b"', ")"),
        ("STORE 1 FLAGS ", "(", "\\Seen", ")"),
        ("SELECT INBOX ", "(", "CONDSTORE", ")"),
    ],
)
def test_nesting_without_end(
    alice: Client, depth: int, before: str, opening: str, after: str, closing: str
) -> None:
    """CVE-2026-27857 and kin: depth is limited, nothing recurses."""
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    alice.command(before + opening * depth + after + closing * depth)
    alice.command(before + opening * depth)
    alice.ok("NOOP")
