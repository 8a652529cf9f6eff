"""Encoded words (RFC 2047) and charsets (RFC 2045 section 5.1)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message import charsets, encoded_words


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"plain", "plain"),
        (b"=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
        (b"=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
        (b"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=", "If you can read this yo"),
        (b"(=?ISO-8859-1?Q?a?=)", "(a)"),
        (b"(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        (b"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
        (b"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"),
        (b"=?utf-8?Q?a=C3?= =?UTF-8?q?=A9b?=", "aéb"),
        (b"=?utf-8?B?w6?= =?utf-8?B?k=?=", "\ufffd"),
        (b"=?utf-8?B?w6k?=", "é"),
        (b"=?utf-8*en?Q?=C3=A9?=", "é"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?x-unknown?Q?a=E9?=", "a\ufffd"),
        (b"=?utf-8?X?a?=", "=?utf-8?X?a?="),
        (b"=?utf-8?Q?open", "=?utf-8?Q?open"),
        (b"x=?utf-8?Q?=41?=y", "xAy"),
        (b"=?utf-8?Q?a b?=", "a b"),
        (b"=?utf-8?Q??= =?utf-8?Q?x?=", "x"),
        (b"=?utf-8?Q?bad =ZZ = ?=", "bad =ZZ = "),
        (b"=?utf-8?B?!!!!?=", ""),
        ("raw é".encode(), "raw é"),
        (b"raw \xe9", "raw é"),
        (b"", ""),
    ],
)
def test_rfc2047(value: bytes, expected: str) -> None:
    assert encoded_words.decode(value) == expected


@pytest.mark.parametrize(
    ("octets", "charset", "expected"),
    [
        (b"abc", None, "abc"),
        ("é".encode(), None, "é"),
        (b"\xe9", b"us-ascii", "é"),
        (b"\x93x\x94", b"ISO-8859-1", "“x”"),
        (b"\x93x\x94", b'"Windows-1252"', "“x”"),
        ("ж".encode("koi8-r"), b"KOI8-R", "ж"),
        ("한".encode("cp949"), b"ks_c_5601-1987", "한"),
        ("日本".encode("cp932"), b"Shift_JIS", "日本"),
        ("中".encode("gb18030"), b"gb2312", "中"),
        ("a".encode("utf-16"), b"utf-16", "a"),
        (b"\xe9", b"utf-8", "\ufffd"),
        (b"a\xff", b"x-nonsense", "a\ufffd"),
        (b"+2AA-", b"utf-7", "\ufffd"),
        (b"\x1b$B", b"iso-2022-jp", ""),
        (b"~{", b"hz-gb-2312", ""),
    ],
)
def test_charsets(octets: bytes, charset: bytes | None, expected: str) -> None:
    assert charsets.decode(octets, charset) == expected


@pytest.mark.parametrize(
    "name",
    [b"zlib", b"bz2", b"hex", b"rot13", b"uu", b"idna", b"punycode", b"unicode_escape", b"raw-unicode-escape",
     b"base64", b"quopri", b"undefined", b"mbcs", b"../x", b"a" * 10_000, b"\xff", b"\0"],
)  # fmt: skip
def test_codecs_that_are_no_charset_cannot_be_named(name: bytes) -> None:
    assert charsets.codec(name) is None
    assert charsets.decode(b"x\x9c\x03\x00\x00\x00\x00\x01", name)[0] == "x"


@given(st.binary(max_size=60), st.sampled_from(sorted(set(charsets._CODECS.values()))))
@settings(max_examples=400, deadline=None)
def test_any_octets_in_any_charset_give_text_that_utf8_can_hold(octets: bytes, codec: str) -> None:
    charsets.decode(octets, codec.encode()).encode("utf-8")


_pieces = st.lists(
    st.sampled_from(
        [b"=?", b"utf-8", b"?Q?", b"?b?", b"?=", b" ", b"=", b"_", b"a", b"\xc3", b"\xa9", b"w6k=", b"*"]
    )
)


@given(_pieces)
@settings(max_examples=300, deadline=None)
def test_any_octets_give_text(pieces: list[bytes]) -> None:
    encoded_words.decode(b"".join(pieces)).encode("utf-8")
