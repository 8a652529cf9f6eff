"""BODY and BODYSTRUCTURE (RFC 9051 section 7.5.2) on the wire."""

from __future__ import annotations

import pytest

from coromail.message import bodystructure, scan
from tests.message.mail import crlf, multipart
from tests.message.wire import body_of


def wire(text: str, extended: bool = True) -> bytes:
    octets = crlf(text)
    return bodystructure(octets, scan(octets), extended)


def test_a_simple_text() -> None:
    plain = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 2'
    assert wire("Subject: x\n\na\nb\n", extended=False) == plain + b")"
    assert wire("Subject: x\n\na\nb\n") == plain + b" NIL NIL NIL NIL)"


def test_all_fields_of_a_part() -> None:
    text = (
        'Content-Type: IMAGE/Png; NAME="a\\"b.png"; x=""\nContent-ID: <i@x>\nContent-Description: d\n'
        "Content-Transfer-Encoding: Base64\nContent-MD5: M==\nContent-Disposition: inline\n"
        "Content-Language: en\nContent-Location: http://x/\n\nAAAA"
    )
    single = b'("image" "png" ("name" "a\\"b.png" "x" "") "<i@x>" "d" "base64" 4'
    assert wire(text, extended=False) == single + b")"
    assert wire(text) == single + b' "M==" ("inline" NIL) ("en") "http://x/")'


def test_two_languages_and_a_disposition_with_parameters() -> None:
    text = (
        "Content-Type: a/b\nContent-Language: en, de\nContent-Disposition: attachment; filename=f; size=3\n\n"
    )
    assert wire(text).endswith(b' NIL ("attachment" ("filename" "f" "size" "3")) ("en" "de") NIL)')


def test_a_multipart() -> None:
    text = multipart("b", "\none\n", "Content-Type: text/html\n\ntwo", subtype="alternative")
    one = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 5 1'
    two = b'("text" "html" ("charset" "us-ascii") NIL NIL "7bit" 3 0'
    assert wire(text, extended=False) == b'(%b)%b) "alternative")' % (one, two)
    extension = b" NIL NIL NIL NIL)"
    assert wire(text) == b'(%b%b%b%b "alternative" ("boundary" "b") NIL NIL NIL)' % (
        one,
        extension,
        two,
        extension,
    )


def test_an_encapsulated_message_has_envelope_body_and_lines() -> None:
    inner = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 3 1'
    for subtype in ("rfc822", "global"):
        text = f"Content-Type: message/{subtype}\n\nSubject: s\nFrom: a@b\n\nx\n"
        assert wire(text, extended=False) == (
            b'("message" "%b" NIL NIL NIL "7bit" 28 (NIL "s" ((NIL NIL "a" "b")) ((NIL NIL "a" "b"))'
            b' ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL) %b) 4)' % (subtype.encode(), inner)
        )
        assert wire(text).endswith(inner + b" NIL NIL NIL NIL) 4 NIL NIL NIL NIL)")


def test_rfc2231_parameters_are_decoded() -> None:
    text = (
        "Content-Type: a/b; baz*0=one; baz*1=two; foo*0*=iso-8859-1'en'%e9; foo*1*=%E8; foo*2=x\n"
        "Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.txt\n\n"
    )
    raw = wire(text)
    assert b'("baz" "onetwo" "foo*" {5}\r\n\xc3\xa9\xc3\xa8x)' in raw
    assert b'("attachment" ("filename*" {7}\r\n\xe2\x82\xac.txt))' in raw


def test_rfc2231_6_rev1_has_them_joined_and_as_they_are_written() -> None:
    """To a client of IMAP4rev1 the asterisk says that a charset and percent signs follow."""
    text = crlf(
        "Content-Type: a/b; baz*0=one; baz*1=two; foo*0*=iso-8859-1'en'%e9; foo*1*=%E8; foo*2=\"x%\"\n"
        "Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.txt\n\n"
    )
    raw = bodystructure(text, scan(text), extended=True, rev2=False)
    assert b'("baz" "onetwo" "foo*" "iso-8859-1\'en\'%e9%E8x%25")' in raw
    assert b'("attachment" ("filename*" "utf-8\'\'%e2%82%ac.txt"))' in raw


@pytest.mark.parametrize(
    ("written", "value"),
    [('f*0="a\'b"; f*1*=%20c', b"''a%27b%20c"), ("f*=plain", b"''plain"), ("f*0*=x'y; f*1*=z", b"''x%27yz")],
)
def test_rfc2231_4_rev1_always_gets_the_quotes_of_the_charset(written: str, value: bytes) -> None:
    """What is joined, or was written without them, is `charset'language'text` with both left out."""
    text = crlf(f"Content-Type: a/b; {written}\n\n")
    raw = bodystructure(text, scan(text), extended=True, rev2=False)
    assert raw.startswith(b'("a" "b" ("f*" "%b") ' % value)


def test_rfc2231_a_charset_with_an_asterisk_is_a_charset() -> None:
    assert b'("charset*" "utf-8") NIL' in wire("Content-Type: text/plain; charset*=us-ascii'en'utf-8\n\n")


def test_an_empty_multipart_is_legal_grammar() -> None:
    body = body_of(crlf("Content-Type: multipart/mixed; boundary=b\n\n--b--\n"))
    assert [(part.type, part.subtype, part.octets, part.lines) for part in body.parts] == [
        (b"text", b"plain", 0, 0)
    ]


def test_nested_multiparts_and_messages_read_back() -> None:
    attached = "Content-Type: message/rfc822\n\nSubject: inner\n" + multipart("i", "\none", "\ntwo")
    body = body_of(crlf(multipart("o", "\nfirst", attached, multipart("n", attached))))
    assert [part.type for part in body.parts] == [b"text", b"message", b"multipart"]
    message = body.parts[1].message
    assert message is not None
    assert body.parts[1].envelope is not None
    assert body.parts[1].envelope.subject == b"inner"
    assert [part.octets for part in message.parts] == [3, 3]
    assert body.parts[2].parts[0].message == message
