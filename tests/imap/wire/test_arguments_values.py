"""Arguments: names, sets, flags, dates and lists of RFC 9051 section 9."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.errors import Bad
from coromail.imap.wire.arguments import MAX_MAILBOX_NAME, Arguments
from coromail.imap.wire.sequence_set import SequenceSet
from tests.imap.wire.reading import read, refused

# Mailboxes


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ((b"inBOX",), "INBOX"),
        ((b'"Inbox"',), "INBOX"),
        ((b"", b"INBOX", b""), "INBOX"),
        ((b"inbox/x",), "inbox/x"),
        ((b"Entw&APw-rfe",), "Entwürfe"),
        ((b'"a &- b"',), "a & b"),
        ((b"e&AwE-",), "é"),  # e and a combining acute: NFC makes one character of them
        ((b'""',), ""),
    ],
)
def test_mailbox(segments: tuple[bytes, ...], expected: str) -> None:
    assert read("mailbox", *segments) == expected


@pytest.mark.parametrize(
    "segments",
    [
        ("é".encode(),),
        ('"é"'.encode(),),
        (b"", "é".encode(), b""),
        (b"a&b",),
        (b"&AGE-",),
        (b"&AAA-",),  # NUL
        (b"&AA0-",),  # CR
        (b"", b"a\r\nb", b""),
        (b"a%",),
        (b"",),
        (b"", b"a" * (MAX_MAILBOX_NAME + 1), b""),
    ],
)
def test_no_mailbox(segments: tuple[bytes, ...]) -> None:
    refused("mailbox", *segments)


def test_rfc6855_mailbox_names_in_utf8() -> None:
    assert read("mailbox", '"Entwürfe & x"'.encode(), utf8=True) == "Entwürfe & x"
    assert read("mailbox", b"a&b", utf8=True) == "a&b"
    assert read("mailbox", b"", "e\u0301".encode(), b"", utf8=True) == "é"
    refused("mailbox", b"", b"\xe9", b"", utf8=True)
    refused("mailbox", b'"\xed\xa0\xbd"', utf8=True)


def test_list_mailbox_and_patterns() -> None:
    assert read("list_mailbox", b"&APw-/%") == "ü/%"
    assert read("list_mailbox", b'"a b*"') == "a b*"
    assert read("list_mailbox", b'""') == ""
    assert read("patterns", b"INBOX.*") == ["INBOX.*"]
    assert read("patterns", b'(a "b %")') == ["a", "b %"]
    refused("patterns", b"()")
    refused("patterns", b"(a")


# Sets, flags, dates


def test_sequence_set() -> None:
    assert read("sequence_set", b"1:*,4") == SequenceSet(((1, None), (4, 4)))
    assert read("sequence_set", b"$ x", end=False).saved


@pytest.mark.parametrize(
    ("text", "expected"),
    [(b"()", []), (rb"(\Seen)", ["\\Seen"]), (rb"($Junk \Flagged x)", ["$Junk", "\\Flagged", "x"])],
)
def test_flag_list(text: bytes, expected: list[str]) -> None:
    assert read("flag_list", text) == expected
    assert read("flags", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        b"(", b"( )", b"(a )", b"( a)", b"(a  b)", rb"(\)", rb"(\*)", b"(a]b)", b'("a")', b"(a,\xe9)", rb"(S\een x)",
        rb"(\Seen\Seen)", rb"(a\\b)", b"(a",
    ],
)  # fmt: skip
def test_no_flag_list(text: bytes) -> None:
    refused("flag_list", text)
    refused("flags", text)


def test_rfc3501_store_flags_without_parentheses() -> None:
    assert read("flags", rb"\Seen x") == ["\\Seen", "x"]
    refused("flags", b"")
    refused("flags", b"a ")


def test_dates() -> None:
    assert read("date", b"1-Feb-1994") == date(1994, 2, 1)
    assert read("date", b'"1-Feb-1994"') == date(1994, 2, 1)
    for text in (b"", b'"1-Feb-1994', b"30-Feb-1994", b"1-Feb", b"today"):
        refused("date", text)
    expected = datetime(1996, 7, 17, 2, 44, 25, tzinfo=timezone(timedelta(hours=-7)))
    assert read("date_time", b'"17-Jul-1996 02:44:25 -0700"') == expected
    for text in (
        b"17-Jul-1996",
        b'"17-Jul-1996 02:44:25 -0700',
        b'"17-Jul-1996 02:44:25"',
        b'"1-Jan-0000 00:00:00 +0000"',
    ):
        refused("date_time", text)


# Lists


def parenthesised(args: Arguments) -> list[str]:
    return args.parenthesised(args.atom)


@pytest.mark.parametrize(("text", "expected"), [(b"()", []), (b"(a)", ["a"]), (b"(a b)", ["a", "b"])])
def test_parenthesised(text: bytes, expected: list[str]) -> None:
    assert parenthesised(Arguments([text])) == expected


@pytest.mark.parametrize("text", [b"", b"(", b"(a", b"(a ", b"(a )", b"( a)", b"(a  b)", b"(a)("])
def test_no_parenthesised(text: bytes) -> None:
    args = Arguments([text])
    with pytest.raises(Bad):  # noqa: PT012
        parenthesised(args)
        args.end()


def test_rfc4466_parameters() -> None:
    def number(args: Arguments) -> int:
        args.space()
        return args.number()

    known: dict[str, Callable[[Arguments], int]] = {"CHANGEDSINCE": number, "VANISHED": lambda _: 1}
    assert Arguments([b"(changedsince 5 VANISHED)"]).parameters(known, "modifier") == {
        "CHANGEDSINCE": 5,
        "VANISHED": 1,
    }
    assert Arguments([b"()"]).parameters(known, "modifier") == {}
    for text in (b"(FOO)", b"(VANISHED VANISHED)", b"(CHANGEDSINCE)", b"(VANISHED", b"VANISHED"):
        with pytest.raises(Bad):
            Arguments([text]).parameters(known, "modifier")


def test_errors_do_not_repeat_what_the_client_sent() -> None:
    for method in ("string", "flag_list", "mailbox", "number", "date", "sequence_set"):
        with pytest.raises(Bad) as caught:
            read(method, b'"SECRET&\r' + b"9" * 500)
        assert "SECRET" not in caught.value.text
        assert len(caught.value.text) < 80


METHODS = [
    *(
        "atom",
        "keyword",
        "label",
        "astring",
        "string",
        "nstring",
        "nstring8",
        "literal",
        "append_data",
        "base64",
    ),
    *(
        "number",
        "nz_number",
        "number64",
        "partial",
        "partial_range",
        "mailbox",
        "list_mailbox",
        "patterns",
        "sequence_set",
    ),
    *(
        "flag",
        "flag_list",
        "flags",
        "date",
        "date_time",
        "text_to_end",
        "space",
        "end",
        "tag",
    ),
]
SEGMENTS = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.text(alphabet='()"\\{}<>.:*$&-1aZ ,NIL\r\x00é', max_size=12).map(str.encode),
    ),
    min_size=3,
    max_size=3,
)


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(METHODS), SEGMENTS, st.booleans())
def test_any_input_gives_a_value_or_bad(method: str, segments: list[bytes], utf8: bool) -> None:
    with suppress(Bad):
        read(method, *segments, utf8=utf8)
