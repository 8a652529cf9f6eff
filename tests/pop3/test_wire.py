"""The grammar of lines: RFC 1939 section 3, RFC 2449 section 3."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.errors import Bad
from coromail.message.lines import to_crlf
from coromail.pop3 import wire
from coromail.pop3.wire import LineReader, stuffed


def events(reader: LineReader, data: bytes) -> list[bytes | None]:
    """All lines; None for one that was too long."""
    reader.receive(data)
    found: list[bytes | None] = []
    while True:
        try:
            line = reader.next_line()
        except Bad:
            found.append(None)
            continue
        if line is None:
            return found
        found.append(line)


LINES = st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"." * 9, b"x" * 30])).map(b"".join)


@settings(deadline=None, max_examples=300)
@given(LINES, st.lists(st.integers(0, 100), max_size=6))
def test_input_cut_anywhere_gives_the_same_lines(data: bytes, cuts: list[int]) -> None:
    whole = events(LineReader(20), data)
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    pieces = LineReader(20)
    found = []
    for start, end in pairwise(places):
        found += events(pieces, data[start:end])
    assert found == whole
    assert len(pieces._buffer) <= 20


def test_line_ends() -> None:
    assert events(LineReader(99), b"a\r\nb\nc\r\r\n\r\n\nd") == [b"a", b"b", b"c\r", b"", b""]


def test_a_line_of_exactly_the_limit() -> None:
    assert events(LineReader(10), b"12345678\r\n123456789\r\n1\r\n") == [b"12345678", None, b"1"]


def test_octets_by_the_one_cost_no_more_memory() -> None:
    reader = LineReader(100)
    for _ in range(1000):
        assert events(reader, b"x") == []
        assert len(reader._buffer) <= 101
    assert events(reader, b"\nSTAT\r\n") == [None, b"STAT"]


def test_discard() -> None:
    reader = LineReader(10)
    reader.receive(b"abc")
    assert reader.next_line() is None
    assert reader.discard() == 3
    assert events(reader, b"d\r\n") == [b"d"]


def client_side(response: bytes) -> bytes:
    """What RFC 1939 section 3 has the client make of a multi-line response."""
    lines = []
    rest = response
    while True:
        line, end, rest = rest.partition(b"\r\n")
        assert end
        if line == b".":
            assert rest == b""
            return b"".join(lines)
        lines.append(line.removeprefix(b".") + b"\r\n")


@settings(deadline=None, max_examples=500)
@given(
    st.lists(st.sampled_from([b".", b"\n", b"\r\n", b"..", b"x", b"\r", b"y" * 11])).map(b"".join),
    st.integers(3, 12),
)
def test_every_message_comes_out_as_it_was(content: bytes, chunk: int) -> None:
    octets = to_crlf(content)
    before, wire.CHUNK = wire.CHUNK, chunk
    try:
        pieces = list(stuffed(octets))
    finally:
        wire.CHUNK = before
    expected = octets if not octets or octets.endswith(b"\r\n") else octets + b"\r\n"
    assert client_side(b"".join(pieces)) == expected


@pytest.mark.parametrize("text", [b"", b"-1", b"1a", b" 1", b"1" * 11, "१".encode(), b"\xb2"])
def test_numbers(text: bytes) -> None:
    with pytest.raises(Bad):
        wire.number(text)
    assert wire.number(b"0000000001") == 1


def test_status_lines() -> None:
    assert wire.status_line(b"+OK", "") == b"+OK\r\n"
    assert wire.status_line(b"-ERR", "no", "IN-USE") == b"-ERR [IN-USE] no\r\n"
    assert wire.status_line(b"+OK", "ä\ud800", utf8=True) == "+OK ä?\r\n".encode()
    assert wire.status_line(b"+OK", "ä") == b"+OK ?\r\n"
    for extra in range(3):
        line = wire.status_line(b"+OK", "x" * extra + "ä" * 600, utf8=True)
        assert len(line) in (511, 512)
        assert line.decode().endswith("ä\r\n")
