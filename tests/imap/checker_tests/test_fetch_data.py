"""The checker on FETCH: RFC 9051 section 7.5.2, RFC 3501 7.4.2, RFC 3516, 7162, 8474, 8514, 8970."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imap.checker import Address, Checker, GrammarError

TEXT = b'"TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48'
ENVELOPE = b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"


def fetch(items: bytes, **modes: bool) -> Any:
    (reply,) = Checker(**modes).feed(b"* 1 FETCH (" + items + b")\r\n")
    assert (reply.name, reply.number) == ("FETCH", 1)
    return reply.data


@pytest.mark.parametrize(
    ("items", "data"),
    [
        (b"FLAGS ()", {"FLAGS": []}),
        (b"FLAGS (\\Seen \\Recent $Junk) UID 5", {"FLAGS": [b"\\Seen", b"\\Recent", b"$Junk"], "UID": 5}),
        (b"uid 5", {"UID": 5}),
        (b'INTERNALDATE "17-Jul-1996 02:44:25 -0700"', {"INTERNALDATE": b"17-Jul-1996 02:44:25 -0700"}),
        (b'INTERNALDATE " 1-Jul-1996 02:44:25 +0000"', {"INTERNALDATE": b" 1-Jul-1996 02:44:25 +0000"}),
        (b'INTERNALDATE "01-Jul-1996 02:44:60 +0000"', {"INTERNALDATE": b"01-Jul-1996 02:44:60 +0000"}),
        (b"RFC822.SIZE 44827", {"RFC822.SIZE": 44827}),
        (b"BODY[] {3}\r\nabc", {"BODY[]": b"abc"}),
        (b'BODY[]<0> ""', {"BODY[]<0>": b""}),
        (b"BODY[1.2.MIME] NIL", {"BODY[1.2.MIME]": None}),
        (b'BODY[1.HEADER] "x"', {"BODY[1.HEADER]": b"x"}),
        (b'BODY[TEXT]<17> "x"', {"BODY[TEXT]<17>": b"x"}),
        (b'BODY[HEADER.FIELDS (subject "To")] "x"', {'BODY[HEADER.FIELDS (SUBJECT "TO")]': b"x"}),
        (b'BODY[3.HEADER.FIELDS.NOT (X)] "x"', {"BODY[3.HEADER.FIELDS.NOT (X)]": b"x"}),
        (b"BINARY[1] ~{2}\r\n\x00\xff", {"BINARY[1]": b"\x00\xff"}),
        (b'BINARY[]<4> "x"', {"BINARY[]<4>": b"x"}),
        (b"BINARY.SIZE[1.2] 3", {"BINARY.SIZE[1.2]": 3}),
        (b"MODSEQ (624140003)", {"MODSEQ": 624140003}),
        (b"EMAILID (M1) THREADID (T1)", {"EMAILID": b"M1", "THREADID": b"T1"}),
        (b"THREADID NIL SAVEDATE NIL", {"THREADID": None, "SAVEDATE": None}),
        (b'SAVEDATE "17-Jul-1996 02:44:25 -0700"', {"SAVEDATE": b"17-Jul-1996 02:44:25 -0700"}),
        (b'PREVIEW "hi"', {"PREVIEW": b"hi"}),
        (b"PREVIEW {5}\r\ncaf\xc3\xa9", {"PREVIEW": "café".encode()}),
        (
            b'RFC822.HEADER "x" RFC822.TEXT "" RFC822 NIL',
            {"RFC822.HEADER": b"x", "RFC822.TEXT": b"", "RFC822": None},
        ),
        (b'BODY[1] "a \\"quoted\\" \\\\ string"', {"BODY[1]": b'a "quoted" \\ string'}),
    ],
)
def test_accepted(items: bytes, data: dict[str, object]) -> None:
    found = fetch(items)
    assert found == data
    assert list(found) == list(data)


@pytest.mark.parametrize(
    "items",
    [
        b"",
        b" FLAGS ()",
        b"FLAGS () ",
        b"FLAGS ()  UID 1",
        b"FLAGS ()UID 1",
        b"FLAGS",
        b"FLAGS NIL",
        b"FLAGS (\\*)",
        b"FLAGS (\\Foo)",
        b"UID 0",
        b"UID 1 UID 1",
        b'UID "1"',
        b'INTERNALDATE "1-Jul-1996 02:44:25 -0700"',
        b'INTERNALDATE "32-Jul-1996 02:44:25 -0700"',
        b'INTERNALDATE "31-Jun-1996 02:44:25 -0700"',
        b'INTERNALDATE "17-Foo-1996 02:44:25 -0700"',
        b'INTERNALDATE "17-Jul-96 02:44:25 -0700"',
        b'INTERNALDATE "17-Jul-1996 24:44:25 -0700"',
        b'INTERNALDATE "17-Jul-1996 02:44:25 -0760"',
        b'INTERNALDATE "17-Jul-1996 02:44:25 GMT"',
        b'INTERNALDATE "17-Jul-1996 02:44:25"',
        b"INTERNALDATE NIL",
        b"RFC822.SIZE -1",
        b"RFC822.SIZE NIL",
        b"RFC822.SIZE (1)",
        b"BODY[]  NIL",
        b"BODY[] abc",
        b'BODY[]<0.5> ""',
        b'BODY[]<> ""',
        b'BODY.PEEK[] ""',
        b'BODY[0] ""',
        b'BODY[1.] ""',
        b'BODY[.1] ""',
        b'BODY[MIME] ""',
        b'BODY[FOO] ""',
        b'BODY[HEADER.FIELDS] ""',
        b'BODY[HEADER.FIELDS ()] ""',
        b'BODY[HEADER.FIELDS (A )] ""',
        b'BODY[HEADER.FIELDS  (A)] ""',
        b'BODY[1.HEADERS] ""',
        b'BODY[] "caf\xc3\xa9"',
        b'BODY[] "a\x00b"',
        b'BODY[] "a\\b"',
        b'BODY[] "a',
        b'BINARY[TEXT] ""',
        b"BINARY.SIZE[1]<0> 3",
        b'FLAGS[1] ""',
        b"MODSEQ 3",
        b"MODSEQ ((3))",
        b"MODSEQ (0)",
        b"EMAILID M1",
        b"EMAILID NIL",
        b"EMAILID ()",
        b'PREVIEW (FUZZY "x")',
        b"X-FROB 1",
    ],
)
def test_refused(items: bytes) -> None:
    with pytest.raises(GrammarError):
        fetch(items)


def test_utf8_in_quoted_strings_once_enabled() -> None:
    assert fetch('PREVIEW "café"'.encode(), utf8=True) == {"PREVIEW": "café".encode()}
    with pytest.raises(GrammarError):
        fetch(b'PREVIEW "caf\xe9"', utf8=True)


def test_envelope() -> None:
    data = fetch(
        b'ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" '
        b'(("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) '
        b'(("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) '
        b'((NIL NIL "group" NIL)("John" NIL "klensin" "mit.edu")(NIL NIL NIL NIL)) NIL NIL "<B@cac.edu>")'
    )["ENVELOPE"]
    assert data.from_ == [Address(b"Terry Gray", None, b"gray", b"cac.washington.edu")]
    assert len(data.cc) == 3
    assert data.message_id == b"<B@cac.edu>"
    assert fetch(b"ENVELOPE " + ENVELOPE)["ENVELOPE"].to is None


@pytest.mark.parametrize(
    "envelope",
    [
        b"NIL",
        b"()",
        b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
        b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
        b"(NIL NIL () NIL NIL NIL NIL NIL NIL NIL)",
        b'(NIL NIL NIL NIL NIL ((NIL NIL "a" "b") (NIL NIL "a" "b")) NIL NIL NIL NIL)',
        b'(NIL NIL NIL NIL NIL (NIL NIL "a" "b") NIL NIL NIL NIL)',
        b'(NIL NIL NIL NIL NIL ((NIL NIL "a")) NIL NIL NIL NIL)',
        b'(NIL NIL NIL NIL NIL ((NIL NIL NIL "b")) NIL NIL NIL NIL)',
        b'(NIL NIL ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL NIL NIL)',
        b"(NIL subject NIL NIL NIL NIL NIL NIL NIL NIL)",
        b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL )",
    ],
)
def test_envelope_refused(envelope: bytes) -> None:
    with pytest.raises(GrammarError):
        fetch(b"ENVELOPE " + envelope)


@pytest.mark.parametrize(
    "body",
    [
        b"(" + TEXT + b")",
        b"((" + TEXT + b")(" + TEXT + b') "MIXED")',
        b'("APPLICATION" "PDF" NIL "<id>" "a description" "BASE64" 4554)',
        b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 5 ' + ENVELOPE + b" (" + TEXT + b") 3)",
        b'("MESSAGE" "GLOBAL" NIL NIL NIL "8BIT" 5)',
        b'("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 5)',
        b'({4}\r\nTEXT "PLAIN" NIL NIL NIL "7BIT" 0 0)',
    ],
)
def test_body_and_bodystructure(body: bytes) -> None:
    assert fetch(b"BODY " + body)["BODY"].subtype
    assert fetch(b"BODYSTRUCTURE " + body)["BODYSTRUCTURE"].subtype


@pytest.mark.parametrize(
    ("body", "extension"),
    [
        (b"(" + TEXT + b' "md5")', [b"md5"]),
        (b"(" + TEXT + b' NIL ("inline" NIL) "en" "loc")', [None, (b"inline", None), b"en", b"loc"]),
        (
            b"(" + TEXT + b' NIL ("attachment" ("filename" "a")) ("en" "de") NIL)',
            [None, (b"attachment", {b"filename": b"a"}), [b"en", b"de"], None],
        ),
        (b"((" + TEXT + b') "MIXED" ("BOUNDARY" "x") NIL NIL NIL)', [None, None, None]),
    ],
)
def test_extension_data_only_in_bodystructure(body: bytes, extension: list[object]) -> None:
    assert fetch(b"BODYSTRUCTURE " + body)["BODYSTRUCTURE"].extension == extension
    with pytest.raises(GrammarError):
        fetch(b"BODY " + body)


@pytest.mark.parametrize(
    "body",
    [
        b"NIL",
        b"()",
        b'("MULTIPART" "MIXED" NIL NIL NIL "7BIT" 0)',
        b'(() "MIXED")',
        b'( "MIXED")',
        b"((" + TEXT + b") (" + TEXT + b') "MIXED")',
        b"((" + TEXT + b") NIL)",
        b"((" + TEXT + b")(" + TEXT + b"))",
        b'("TEXT" "PLAIN" () NIL NIL "7BIT" 2 4)',
        b'("TEXT" "PLAIN" ("CHARSET") NIL NIL "7BIT" 2 4)',
        b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2)',
        b'("TEXT" "PLAIN" NIL NIL NIL NIL 2 4)',
        b'("TEXT" "PLAIN" NIL NIL NIL 7BIT 2 4)',
        b'("TEXT" NIL NIL NIL NIL "7BIT" 2 4)',
        b'("" "" NIL NIL NIL "7BIT" 2)',
        b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" NIL 4)',
        b'("APPLICATION" "PDF" NIL NIL NIL "BASE64" 4554 12)',
        b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 5)',
        b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 5 ' + ENVELOPE + b" (" + TEXT + b"))",
        b"(" + TEXT + b' NIL ("inline") NIL NIL)',
        b"(" + TEXT + b' NIL "inline" NIL NIL)',
        b"(" + TEXT + b" NIL NIL () NIL)",
        b"(" + TEXT + b' NIL NIL NIL NIL "more")',
        b"(" + TEXT + b" )",
    ],
)
def test_bodystructure_refused(body: bytes) -> None:
    with pytest.raises(GrammarError):
        fetch(b"BODYSTRUCTURE " + body)


def test_message_global_is_a_message_in_rev2() -> None:
    short = b'("MESSAGE" "GLOBAL" NIL NIL NIL "8BIT" 5)'
    full = b'("MESSAGE" "GLOBAL" NIL NIL NIL "8BIT" 5 ' + ENVELOPE + b" (" + TEXT + b") 3)"
    assert fetch(b"BODYSTRUCTURE " + full, rev2=True)["BODYSTRUCTURE"].lines == 3
    with pytest.raises(GrammarError):
        fetch(b"BODYSTRUCTURE " + short, rev2=True)
    for utf8 in (False, True):
        assert fetch(b"BODYSTRUCTURE " + short, utf8=utf8)["BODYSTRUCTURE"].lines is None
        with pytest.raises(GrammarError):
            fetch(b"BODYSTRUCTURE " + full, utf8=utf8)
