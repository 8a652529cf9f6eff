"""The checker on lines and literals: RFC 9051 sections 2.2, 4.3 and 9; input cut anywhere; big literals."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imap.checker import Checker, GrammarError

STREAM = (
    b"* OK [CAPABILITY IMAP4rev1 IDLE] ready {3}\r\n"
    b"+ idling\r\n"
    b'* LIST (\\HasNoChildren) "/" {5}\r\nab cd\r\n'
    b"* 2 FETCH (UID 7 BODY[HEADER.FIELDS ({7}\r\nSubject To)] {12}\r\na\r\n{3}\r\nfoo) RFC822.SIZE 12)\r\n"
    b"* 12 EXPUNGE\r\n"
    b"a1 OK done {5}\r\n"
)


def test_whole_stream() -> None:
    replies = Checker().feed(STREAM)
    assert [reply.name for reply in replies] == ["OK", "", "LIST", "FETCH", "EXPUNGE", "OK"]
    assert replies[3].data["RFC822.SIZE"] == 12
    assert b"a\r\n{3}\r\nfoo)" in replies[3].data.values()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_cut_at_any_octet(cuts: list[int]) -> None:
    checker = Checker()
    replies = []
    places = [0, *sorted(cuts), len(STREAM)]
    for start, stop in pairwise(places):
        replies += checker.feed(STREAM[start:stop])
    checker.finish()
    assert replies == Checker().feed(STREAM)


def test_octet_by_octet() -> None:
    checker = Checker()
    replies = [reply for at in range(len(STREAM)) for reply in checker.feed(STREAM[at : at + 1])]
    assert replies == Checker().feed(STREAM)


def test_megabytes_in_small_pieces() -> None:
    size = 8 * 1024 * 1024
    checker = Checker()
    assert checker.feed(b"* 1 FETCH (BODY[] {%d}\r\n" % size) == []
    piece = b"line of text\r\n" + b"x" * 1010
    for _ in range(size // 1024):
        assert checker.feed(piece) == []
    (reply,) = checker.feed(b")\r\n")
    assert len(reply.data["BODY[]"]) == size


@pytest.mark.parametrize(
    "octets",
    [
        b"* OK a\rb\r\n",
        b"* OK a\nb\r\n",
        b"* 1 EXISTS\n* 2 EXISTS\r\n",
        b'* 1 FETCH (BODY[] "a\nb")\r\n',
        b"* 1 FETCH (BODY[] {0}\r\n)\r\n",
        b"* 1 FETCH (BODY[] {03}\r\nabc)\r\n",
        b"* 1 FETCH (BODY[] {3+}\r\nabc)\r\n",
        b"* 1 FETCH (BODY[] {3}\r\na\x00c)\r\n",
        b"* 1 FETCH (BODY[] {2}\r\nabc)\r\n",
        b"* 1 FETCH (BODY[] {3} abc)\r\n",
        b"* 1 FETCH (BODY[] ~{3}\r\nabc)\r\n",
        b"* 1 FETCH (BINARY[1] ~{0}\r\n)\r\n",
    ],
)
def test_refused(octets: bytes) -> None:
    with pytest.raises(GrammarError):
        Checker().feed(octets)


def test_unfinished_reply() -> None:
    checker = Checker()
    checker.feed(b"* 1 FETCH (BODY[] {5}\r\nabc")
    with pytest.raises(GrammarError, match="unfinished"):
        checker.finish()


def test_literal8_may_hold_nul() -> None:
    (reply,) = Checker().feed(b"* 1 FETCH (BINARY[1] ~{3}\r\na\x00c)\r\n")
    assert reply.data == {"BINARY[1]": b"a\x00c"}


def test_enabled_changes_the_mode() -> None:
    checker = Checker()
    checker.feed(b"* 3 RECENT\r\n* 3 EXPUNGE\r\n* SEARCH 3\r\n* ENABLED IMAP4rev2 QRESYNC\r\n")
    assert checker.enabled == {"IMAP4REV2", "QRESYNC"}
    for line in (
        b"* 3 RECENT\r\n",
        b"* 3 EXPUNGE\r\n",
        b"* SEARCH 3\r\n",
        b"* 3 FETCH (FLAGS (\\Recent))\r\n",
    ):
        with pytest.raises(GrammarError):
            checker.feed(line)
    checker.reset()
    assert [reply.name for reply in checker.feed(b"* 3 RECENT\r\n")] == ["RECENT"]


def test_uidonly_has_no_message_numbers() -> None:
    checker = Checker()
    with pytest.raises(GrammarError):
        checker.feed(b"* 3 UIDFETCH (FLAGS ())\r\n")
    checker = Checker()
    checker.feed(b"* ENABLED UIDONLY\r\n* 25996 UIDFETCH (FLAGS (\\Seen))\r\n* VANISHED 405,407\r\n")
    for line in (b"* 3 FETCH (FLAGS ())\r\n", b"* 3 EXPUNGE\r\n"):
        with pytest.raises(GrammarError):
            checker.feed(line)
