"""Receiver: RFC 9051 section 2.2.1 (lines, literals), RFC 7888 (non-synchronizing), RFC 3516 (literal8)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.imap.wire.receiver import Continue, Line, Literal8, Receiver, Refused

MAX_LINE = 40
MAX_LITERAL = 100


def judge(segments: list[bytes], size: int, synchronizing: bool) -> bool:
    return size <= MAX_LITERAL


def shown(event: object) -> tuple[object, ...]:
    """An event as plain values; a literal8 is told apart from a literal."""
    if isinstance(event, Continue):
        return ("continue", event.size)
    if isinstance(event, Refused):
        return ("refused", event.segments, event.size, event.reason)
    assert isinstance(event, Line)
    return ("line", *[("8", s) if isinstance(s, Literal8) else s for s in event.segments])


def events(data: bytes, *cuts: int, max_line: int = MAX_LINE) -> list[tuple[object, ...]]:
    """All events of `data`, which arrives in pieces that end at `cuts`."""
    receiver = Receiver(judge, max_line)
    seen = []
    start = 0
    for cut in [*sorted(cuts), len(data)]:
        receiver.receive(data[start:cut])
        start = cut
        while (event := receiver.next_event()) is not None:
            seen.append(shown(event))
    return seen


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a NOOP\r\n", [("line", b"a NOOP")]),
        (b"a NOOP\n", [("line", b"a NOOP")]),
        (b"a\rb\r\n", [("line", b"a\rb")]),
        (b"a\r\r\n", [("line", b"a\r")]),
        (b"\r\n", [("line", b"")]),
        (b"\n", [("line", b"")]),
        (b"}\r\n", [("line", b"}")]),
        (b"a 1\r\nb 2\r\n", [("line", b"a 1"), ("line", b"b 2")]),
        (b"a NOOP", []),
        (b"a NOOP\r", []),
        (b"DONE\r\nb NOOP\r\n", [("line", b"DONE"), ("line", b"b NOOP")]),
    ],
)
def test_lines_end_with_crlf_or_lf(data: bytes, expected: list[object]) -> None:
    assert events(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a {3}\r\nfoo\r\n", [("continue", 3), ("line", b"a ", b"foo", b"")]),
        (b"a {3}\nfoo\n", [("continue", 3), ("line", b"a ", b"foo", b"")]),
        (b"a {3+}\r\nfoo\r\n", [("line", b"a ", b"foo", b"")]),
        (b"a {003+}\r\nfoo\r\n", [("line", b"a ", b"foo", b"")]),
        (b"a {3+}\r\nfoo bar\r\n", [("line", b"a ", b"foo", b" bar")]),
        (b"a {0+}\r\n\r\n", [("line", b"a ", b"", b"")]),
        (b"a {0}\r\n\r\n", [("continue", 0), ("line", b"a ", b"", b"")]),
        (b"a {2+}\r\n\r\n\r\n", [("line", b"a ", b"\r\n", b"")]),
        (b"a {1+}\r\nx{1+}\r\ny\r\n", [("line", b"a ", b"x", b"", b"y", b"")]),
        (b"a ~{2}\r\n\0\0\r\n", [("continue", 2), ("line", b"a ", ("8", b"\0\0"), b"")]),
        (b"a ~{2+}\r\n\0\0 b\r\n", [("line", b"a ", ("8", b"\0\0"), b" b")]),
        (b"a {4+}\r\n{3}\n\r\n", [("line", b"a ", b"{3}\n", b"")]),
    ],
)
def test_rfc7888_literals(data: bytes, expected: list[object]) -> None:
    assert events(data) == expected


@pytest.mark.parametrize(
    "text",
    [
        b"a {3} ",
        b"a {3}x",
        b"a {}",
        b"a {+}",
        b"a {-1}",
        b"a {3-}",
        b"a {3++}",
        b"a { 3}",
        b"a {3",
        b"a 3}",
        b"a {\xb2}",
    ],
)
def test_what_only_looks_like_a_literal_is_text(text: bytes) -> None:
    assert events(text + b"\r\n") == [("line", text)]


def test_attack_literal_size_of_too_many_digits() -> None:
    text = b"a {" + b"9" * 21 + b"}"
    assert events(text + b"\r\n") == [("line", text)]
    assert events(b"a {" + b"9" * 20 + b"}\r\n") == [("refused", [b"a "], int("9" * 20), "TOOBIG")]


def test_the_size_of_a_literal_is_judged_before_it_is_asked_for() -> None:
    calls = []

    def remember(segments: list[bytes], size: int, synchronizing: bool) -> bool:
        calls.append((list(segments), size, synchronizing))
        return True

    receiver = Receiver(remember, MAX_LINE)
    receiver.receive(b"a {3+}\r\nfoo {1}\r\n")
    assert receiver.next_event() == Continue(1)
    assert calls == [([b"a "], 3, False), ([b"a ", b"foo", b" "], 1, True)]


def test_a_refused_synchronizing_literal_ends_its_command_at_once() -> None:
    assert events(b"a {101}\r\nb NOOP\r\n") == [("refused", [b"a "], 101, "TOOBIG"), ("line", b"b NOOP")]


def test_a_refused_non_synchronizing_literal_is_swallowed_with_its_command() -> None:
    big = b"{101+}\r\n" + b"z" * 101
    after = [("line", b"b NOOP")]
    assert events(b"a " + big + b"\r\nb NOOP\r\n") == [("refused", [b"a "], 101, "TOOBIG"), *after]
    more = b"a " + big + b" {3+}\r\nx\r\n" + big + b" tail\r\nb NOOP\r\n"
    assert events(more) == [("refused", [b"a "], 101, "TOOBIG"), *after]


def test_a_synchronizing_literal_inside_a_refused_command_is_not_waited_for() -> None:
    data = b"a {101+}\r\n" + b"z" * 101 + b" {3}\r\nb NOOP\r\n"
    assert events(data) == [("refused", [b"a "], 101, "TOOBIG"), ("line", b"b NOOP")]


def test_a_line_of_exactly_the_limit_is_accepted() -> None:
    assert events(b"x" * MAX_LINE + b"\r\n") == [("line", b"x" * MAX_LINE)]
    assert events(b"x" * MAX_LINE + b"\n") == [("line", b"x" * MAX_LINE)]
    assert events(b"x" * (MAX_LINE + 1) + b"\r\nb\r\n") == [
        ("refused", [b"x" * MAX_LINE], MAX_LINE, "LINE"),
        ("line", b"b"),
    ]


def test_the_limit_covers_all_text_of_a_command() -> None:
    fits = b"a" * 30 + b"{1+}\r\nz" + b"b" * 6 + b"\r\n"
    assert events(fits) == [("line", b"a" * 30, b"z", b"b" * 6)]
    over = b"a" * 30 + b"{1+}\r\nz" + b"b" * 7 + b"\r\nb\r\n"
    assert events(over) == [("refused", [b"a" * 30, b"z", b"b" * 6], MAX_LINE, "LINE"), ("line", b"b")]


def test_attack_literal_bomb_of_empty_literals() -> None:
    seen = events(b"a " + b"{0+}\r\n" * 1000 + b"\r\nb NOOP\r\n")
    assert [event[0] for event in seen] == ["refused", "line"]
    assert seen[0][3] == "LINE"


def test_literals_are_swallowed_after_a_line_that_was_too_long() -> None:
    data = b"x" * 60 + b" {8+}\r\na NOOP\r\n\r\nb NOOP\r\n"
    assert events(data) == [("refused", [b"x" * MAX_LINE], MAX_LINE, "LINE"), ("line", b"b NOOP")]


@pytest.mark.parametrize("octet", [b"x", b"(", b"\r", b'"', b"{", b"\0"])
def test_attack_endless_line_costs_no_memory(octet: bytes) -> None:
    receiver = Receiver(judge, MAX_LINE)
    for _ in range(100):
        receiver.receive(octet * 1000)
        assert receiver.next_event() is None
        assert receiver.buffered == 0
    receiver.receive(b"\r\nb\r\n")
    assert isinstance(receiver.next_event(), Refused)
    assert receiver.next_event() == Line([b"b"])


def test_attack_endless_refused_literal_costs_no_memory() -> None:
    receiver = Receiver(judge, MAX_LINE)
    receiver.receive(b"a {99999999999999999999+}\r\n")
    for _ in range(100):
        receiver.receive(b"z\r\n" * 1000)
        assert receiver.next_event() is None
        assert receiver.buffered == len(b"a ")


def test_max_line_may_change_between_events() -> None:
    receiver = Receiver(judge, 6)
    receiver.receive(b"a LOGI\r\nb " + b"x" * 50 + b"\r\n")
    assert receiver.next_event() == Line([b"a LOGI"])
    receiver.max_line = 100
    assert receiver.next_event() == Line([b"b " + b"x" * 50])


def test_attack_starttls_injection_discard_empties_everything() -> None:
    receiver = Receiver(judge, MAX_LINE)
    receiver.receive(b"a STARTTLS\r\nb LOGIN x y\r\nc NO")
    assert receiver.next_event() == Line([b"a STARTTLS"])
    assert receiver.buffered == 17
    assert receiver.discard() == 17
    receiver.receive(b"OP\r\n")
    assert receiver.next_event() == Line([b"OP"])


def test_discard_forgets_a_half_received_literal() -> None:
    receiver = Receiver(judge, MAX_LINE)
    receiver.receive(b"a {10+}\r\nhalf")
    assert receiver.next_event() is None
    assert receiver.discard() == 6
    receiver.receive(b"b NOOP\r\n")
    assert receiver.next_event() == Line([b"b NOOP"])


def test_take_rest_hands_back_what_was_not_read() -> None:
    receiver = Receiver(judge, MAX_LINE)
    receiver.receive(b"a COMPRESS DEFLATE\r\n\x78\x9c")
    assert receiver.next_event() == Line([b"a COMPRESS DEFLATE"])
    assert receiver.take_rest() == b"\x78\x9c"
    assert receiver.buffered == 0


def test_a_literal_in_many_pieces_comes_out_whole() -> None:
    receiver = Receiver(lambda *_: True, MAX_LINE)
    receiver.receive(b"a ~{300000+}\r\n")
    for _ in range(300):
        receiver.receive(b"\0" * 1000)
        assert receiver.next_event() is None
    receiver.receive(b"\r\n")
    event = receiver.next_event()
    assert isinstance(event, Line)
    assert event.segments == [b"a ", b"\0" * 300000, b""]
    assert isinstance(event.segments[1], Literal8)


PIECES = st.lists(
    st.sampled_from(
        [
            b"a NOOP",
            b"\r\n",
            b"\n",
            b"\r",
            b"{",
            b"}",
            b"{3}",
            b"{3+}",
            b"~{2+}",
            b"{0+}",
            b"{101+}",
            b"{101}",
            b"xyz",
            b"z" * 101,
            b"\x00",
            b"y" * 39,
            b" ",
            b"{12345678901234567890+}",
            b"{123456789012345678901+}",
        ]
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=300)
@given(PIECES, st.lists(st.integers(0, 300), max_size=6))
def test_input_cut_anywhere_gives_the_same_events(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    whole = events(data)
    assert events(data, *[cut for cut in cuts if cut <= len(data)]) == whole
    assert events(data, *range(len(data))) == whole
