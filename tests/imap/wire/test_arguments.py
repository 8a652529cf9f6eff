"""Arguments: one test for each element of RFC 9051 section 9 that clients send."""

from __future__ import annotations

import pytest

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.receiver import Literal8
from tests.imap.wire.reading import read, refused

ATOM_SPECIALS = set(b'(){ %*"\\]') | set(range(0x20)) | {0x7F}
OCTETS = [bytes([octet]) for octet in range(256)]


def accepted(method: str) -> set[int]:
    """The octets that `method` takes in the middle of a word."""

    def takes(octet: bytes) -> bool:
        try:
            return read(method, b"a" + octet + b"a") is not None
        except Bad:
            return False

    return {octet[0] for octet in OCTETS if takes(octet)}


# Character classes, every octet


def test_atom_char() -> None:
    assert accepted("atom") == set(range(0x80)) - ATOM_SPECIALS


def test_astring_char() -> None:
    assert accepted("astring") == (set(range(0x80)) - ATOM_SPECIALS) | set(b"]")


def test_list_char() -> None:
    accepted_as_shift = {ord("&")}  # "a&a" is no modified UTF-7
    expected = ((set(range(0x80)) - ATOM_SPECIALS) | set(b"]%*")) - accepted_as_shift
    assert accepted("list_mailbox") == expected


def test_tag_char() -> None:
    assert accepted("tag") == ((set(range(0x80)) - ATOM_SPECIALS) | set(b"]")) - set(b"+")


def test_flag_char() -> None:
    assert accepted("flag") == set(range(0x80)) - ATOM_SPECIALS


def test_quoted_char() -> None:
    def takes(octet: bytes) -> bool:
        try:
            return bool(read("string", b'"' + octet + b'"') == octet)
        except Bad:
            return False

    assert {octet[0] for octet in OCTETS if takes(octet)} == set(range(1, 0x80)) - set(b'\r\n"\\')


# Punctuation


def test_space_is_exactly_one() -> None:
    args = Arguments([b" a"])
    args.space()
    assert args.peek() == b"a"
    for text in (b"\ta", b"a", b""):
        refused("space", text)
    refused("space", b"  ")


def test_bytes_and_end() -> None:
    args = Arguments([b"x(", b"literal", b""], position=1)
    assert not args.try_byte(b")")
    assert args.try_byte(b"(")
    assert args.peek() == b""
    assert not args.at_end()
    with pytest.raises(Bad):
        args.end()
    assert args.literal() == b"literal"
    assert args.at_end()
    args.end()
    with pytest.raises(Bad):
        args.expect(b")")


# Words


@pytest.mark.parametrize(
    ("method", "text", "expected"),
    [
        ("atom", b"foo[1]", "foo[1"),
        ("keyword", b"uid", "UID"),
        ("label", b"body.peek[", "BODY.PEEK"),
        ("label", b"rfc822.size)", "RFC822.SIZE"),
        ("tag", b"A.1]", "A.1]"),
        ("tag", b"A1+", "A1"),
    ],
)
def test_words(method: str, text: bytes, expected: str) -> None:
    assert read(method, text, end=False) == expected


@pytest.mark.parametrize("method", ["atom", "keyword", "label", "tag", "flag", "number", "sequence_set"])
@pytest.mark.parametrize("text", [b"", b" ", b"(", b'"a"', b"\r", b"\xe9"])
def test_words_are_not_empty(method: str, text: bytes) -> None:
    refused(method, text)


def test_try_keyword_reads_whole_words_only() -> None:
    args = Arguments([b"returning return (x"])
    assert args.try_keyword("RETURN") is None
    assert args.try_keyword("X", "RETURNING") == "RETURNING"
    args.space()
    assert args.try_keyword("RETURN") == "RETURN"
    args.space()
    assert args.try_keyword("RETURN") is None
    args.expect(b"(")


# Strings


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ((b"abc",), b"abc"),
        ((b"a]",), b"a]"),
        ((b'"a b"',), b"a b"),
        ((b'""',), b""),
        ((rb'"\"\\"',), rb'"' + b"\\"),
        ((b"", b"lit\r\n\xff", b""), b"lit\r\n\xff"),
        ((b"", b"", b""), b""),
        (('"é"'.encode(),), "é".encode()),
    ],
)
def test_astring(segments: tuple[bytes, ...], expected: bytes) -> None:
    assert read("astring", *segments) == expected


@pytest.mark.parametrize(
    "segments",
    [
        (b"",),
        (b"(",),
        (b'"',),
        (b'"a',),
        (rb'"\a"',),
        (rb'"a\"',),
        (b'"\r"',),
        (b'"\0"',),
        (b'"\xe9"',),
        (b'"a"b',),
        (b"", b"a\0", b""),
        (b"", Literal8(b"a"), b""),
        (b"x", b"a", b""),
    ],
)
def test_no_astring(segments: tuple[bytes, ...]) -> None:
    refused("astring", *segments)


def test_string_and_nstring() -> None:
    refused("string", b"abc")
    refused("nstring", b"abc")
    assert read("nstring", b"nil") is None
    assert read("nstring", b'"NIL"') == b"NIL"
    refused("nstring", b"NILS")


def test_literals() -> None:
    assert read("literal", b"", b"\x01\xff", b"") == b"\x01\xff"
    refused("literal", b'"a"')
    assert read("nstring8", b"", Literal8(b"\0"), b"") == b"\0"
    assert read("nstring8", b"NIL") is None
    assert read("nstring8", b'"a"') == b"a"


def test_append_data() -> None:
    assert read("append_data", b"", b"mail", b"") == b"mail"
    assert read("append_data", b"", Literal8(b"\0"), b"") == b"\0"
    assert read("append_data", b"UTF8 (", Literal8(b"mail"), b")") == b"mail"
    refused("append_data", b"", b"\0", b"")
    refused("append_data", b"UTF8 (", b"mail", b")")
    refused("append_data", b"UTF8 (", Literal8(b"mail"), b"")
    refused("append_data", b'"mail"')


def test_text_to_end() -> None:
    assert read("text_to_end", b"any \xe9 text") == b"any \xe9 text"
    refused("text_to_end", b"a\r")
    refused("text_to_end", b"a\0")
    refused("text_to_end", b"a", b"b", b"")


@pytest.mark.parametrize(
    ("text", "expected"),
    [(b"AGEAYg==", b"\0a\0b"), (b"YWJj", b"abc"), (b"YWI=", b"ab"), (b"", b""), (b"+/+/", b"\xfb\xff\xbf")],
)
def test_base64(text: bytes, expected: bytes) -> None:
    assert read("base64", text) == expected


@pytest.mark.parametrize("text", [b"=", b"YQ", b"YQ=", b"Y===", b"YW JJ", b"YQ==YQ==", b"-_-_", b"YR=\r"])
def test_no_base64(text: bytes) -> None:
    refused("base64", text)


# Numbers


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        ("number", 0, 2**32 - 1),
        ("nz_number", 1, 2**32 - 1),
        ("number64", 0, 2**63 - 1),
    ],
)
def test_numbers(method: str, low: int, high: int) -> None:
    assert read(method, b"%d" % low) == low
    assert read(method, b"%d" % high) == high
    refused(method, b"%d" % (low - 1))
    refused(method, b"%d" % (high + 1))
    refused(method, b"9" * 100_000)
    refused(method, "²".encode())


def test_leading_zeros() -> None:
    assert read("number", b"007") == 7
    refused("nz_number", b"007")


@pytest.mark.parametrize(
    ("text", "expected"),
    [(b"<0.1>", (0, 1)), (b"<9223372036854775807.9223372036854775807>", (2**63 - 1, 2**63 - 1))],
)
def test_partial(text: bytes, expected: tuple[int, int]) -> None:
    assert read("partial", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        b"<0.0>",
        b"<0>",
        b"<.1>",
        b"<0.1",
        b"<0.01>",
        b"<-1.1>",
        b"<9223372036854775808.1>",
        b"<0." + b"9" * 99,
    ],
)
def test_no_partial(text: bytes) -> None:
    refused("partial", text)


@pytest.mark.parametrize(
    ("text", "expected"), [(b"1:500", (1, 500)), (b"500:1", (500, 1)), (b"-1:-3", (-1, -3))]
)
def test_rfc9394_partial_range(text: bytes, expected: tuple[int, int]) -> None:
    assert read("partial_range", text) == expected


@pytest.mark.parametrize("text", [b"1:-3", b"-1:3", b"0:1", b"1:0", b"1:*", b"1", b"4294967296:1", b"-0:-1"])
def test_no_rfc9394_partial_range(text: bytes) -> None:
    refused("partial_range", text)
