"""Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2183 section 2, RFC 2231)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.parameters import content_type, with_parameters


def parameters(text: bytes) -> list[tuple[bytes, bytes]]:
    found = content_type(b"a/b; " + text)
    assert found is not None
    return list(found[2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"charset=us-ascii (Plain text)", [(b"charset", b"us-ascii")]),
        (b'charset="us-ascii"', [(b"charset", b"us-ascii")]),
        (b"(comment) charset = (more) x", [(b"charset", b"x")]),
        (b'CharSet=A; Name="b;c=\\"d\\""', [(b"charset", b"A"), (b"name", b'b;c="d"')]),
        (b"name=my file.txt; x=y", [(b"name", b"my file.txt"), (b"x", b"y")]),
        (b"name=file(1).txt", [(b"name", b"file(1).txt")]),
        (b'name="unclosed; x=y', [(b"name", b"unclosed; x=y")]),
        (b'name="a"junk; x=y', [(b"name", b"a"), (b"x", b"y")]),
        (b'name="a" x=y', [(b"name", b"a"), (b"x", b"y")]),
        (b";; ;novalue;=noname;x=;y", [(b"x", b"")]),
        (b'name="=?utf-8?q?a?="', [(b"name", b"=?utf-8?q?a?=")]),
        (b"name=\xc3\xa9", [(b"name", b"\xc3\xa9")]),
    ],
)
def test_rfc2045_5_1_values(text: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert parameters(text) == expected


@pytest.mark.parametrize(
    ("value", "media"),
    [
        (b"Text/HTML", (b"text", b"html")),
        (b"text / plain ; x=y", (b"text", b"plain")),
        (b"text/plain (comment; with=semicolon); x=y", (b"text", b"plain")),
        (b"text/html charset=utf-8", (b"text", b"html")),
        (b"application/vnd.ms-excel+x", (b"application", b"vnd.ms-excel+x")),
    ],
)
def test_rfc2045_5_1_media_types(value: bytes, media: tuple[bytes, bytes]) -> None:
    found = content_type(value)
    assert found is not None
    assert found[:2] == media


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'url*0="ftp://"; url*1="cs.utk.edu/x"', [(b"url", b"ftp://cs.utk.edu/x")]),
        (b"url*1=b; x=y; url*0=a", [(b"url", b"ab"), (b"x", b"y")]),
        (b"a*10=k; a*2=c; a*0=a; a*1=b", [(b"a", b"abck")]),
        (b"title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", [(b"title*", b"This is ***fun***")]),
        (
            b"title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%20; title*2=\"isn't\"",
            [(b"title*", b"This is even more ***fun* isn't")],
        ),
        (b"f*=iso-8859-1''%e9", [(b"f*", b"\xc3\xa9")]),
        (b"f*=utf-8''%ff%zz%", [(b"f*", "\ufffd%zz%".encode())]),
        (b"f*=x-unknown''%e9a", [(b"f*", "\ufffda".encode())]),
        (b"f*=no quotes", [(b"f*", b"no quotes")]),
        (b"f*=one'quote", [(b"f*", b"one'quote")]),
        (b"f*0*=utf-8''%c3; f*1*=%a9", [(b"f*", b"\xc3\xa9")]),
        (b"f=a; f*=utf-8''b", [(b"f", b"a"), (b"f*", b"b")]),
        (
            b"*=x; f*x=y; f*99999999999999999999=z",
            [(b"*", b"x"), (b"f*x", b"y"), (b"f*99999999999999999999", b"z")],
        ),
        (b"f*=utf-7''%2B2AA-", [(b"f*", "\ufffd".encode())]),
    ],
)
def test_rfc2231_3_and_4_continuations_and_charsets(text: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert parameters(text) == expected


def test_rfc2183_2_disposition() -> None:
    assert with_parameters(b'Attachment; FileName="a.txt"') == (b"attachment", ((b"filename", b"a.txt"),))
    assert with_parameters(b"inline (x)") == (b"inline", ())
    assert with_parameters(b"") == (b"", ())


@given(st.lists(st.sampled_from([b"a", b"*", b"0", b"=", b";", b'"', b"\\", b"(", b")", b" ", b"%", b"'"])))
@settings(max_examples=300, deadline=None)
def test_any_octets_give_parameters(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    found = with_parameters(b"x;" + text)
    assert all(name for name, _ in found[1])
    content_type(b"a/b;" + text)
    content_type(text)
