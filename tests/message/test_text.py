"""What SEARCH matches (RFC 9051 section 6.4.4), comparison (RFC 5051), previews (RFC 8970)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message import scan
from coromail.message.html_text import html_text
from coromail.message.preview import MAX_PREVIEW, preview
from coromail.message.text import body_text, header_text, normalize
from tests.message.mail import crlf, multipart


def test_header_text_is_unfolded_and_decoded() -> None:
    octets = crlf("Subject: =?utf-8?q?caf=C3=A9?=\n au lait\nX-Raw: \xe9\n\nbody")
    assert header_text(octets, scan(octets)) == "Subject: café au lait\nX-Raw: é"


def test_body_text_is_all_decoded_text_and_the_headers_of_attached_messages() -> None:
    attached = "Content-Type: message/rfc822\n\nSubject: =?utf-8?q?inn=C3=A9r?=\n\ninner body"
    octets = crlf(
        "Subject: outer\n"
        + multipart(
            "b",
            "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=iso-8859-1\n\ncaf=E9",
            "Content-Transfer-Encoding: base64\nContent-Type: text/html; charset=utf-8\n\ncsOpPGI+",
            "Content-Type: image/png\n\npixels",
            attached,
            "Content-Transfer-Encoding: x-odd\n\nas it is",
        )
    )
    assert body_text(octets, scan(octets)).split("\n") == [
        "café",
        "ré<b>",
        "Subject: innér",
        "inner body",
        "as it is",
    ]


def test_body_text_is_bounded() -> None:
    octets = crlf(multipart("b", "\n" + "x" * 1000, "\n" + "y" * 1000, "\n" + "z" * 1000))
    text = body_text(octets, scan(octets), 1500)
    assert text == "x" * 1000 + "\n" + "y" * 500


CASES = [
    ("ABC", "abc"),
    ("\u00c9", "e\u0301"),  # composed and not
    ("\u01c6", "\u01c4"),  # the RFC's letter DZ with caron
    ("\ufb01", "FI"),  # ligature
    ("\uff21", "a"),  # full width
    ("\u03c3", "\u03c2"),  # final sigma
    ("stra\u00dfe", "STRASSE"),
]


@pytest.mark.parametrize(("one", "other"), CASES)
def test_rfc5051_2_case_and_composition_do_not_matter(one: str, other: str) -> None:
    assert normalize(one) == normalize(other)


def test_rfc5051_2_what_differs_stays_different() -> None:
    assert len({normalize(text) for text in ("a", "b", "é", "è", "日", "本")}) == 6


@given(st.text(max_size=100), st.text(max_size=5))
@settings(max_examples=200, deadline=None)
def test_rfc5051_2_equal_under_simple_title_case_is_equal(text: str, other: str) -> None:
    assert normalize(unicodedata.normalize("NFKD", text)) == normalize(text)
    assert normalize(text + other).startswith(normalize(text)[:1])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<b>b</b>c", "abc"),
        ("a<br>b<p>c</p>d", "a b c d"),
        ("<style>x{}</style>a<SCRIPT>1<2</script >b", " a b"),
        ("<head><title>t</title></head>a", " a"),
        ("a<!-- <b> -->b<!doctype x>c<?xml?>d", "abcd"),
        ("a &lt; b &amp;amp; &#233;&#xE9;&eacute &nosuch; &", "a < b &amp; ééé &nosuch; &"),
        ("&#0;&#xD800;&#9999999;", "\ufffd\ufffd\ufffd"),
        ("1 < 2", "1 < 2"),
        ("a<b", "a"),
        ("a<!--", "a"),
        ("a<style>", "a "),
        ("<", "<"),
        ("", ""),
    ],
)
def test_html_without_markup(html: str, text: str) -> None:
    assert html_text(html, 1000).replace("  ", " ") == text


def preview_of(text: str) -> str:
    octets = crlf(text)
    return preview(octets, scan(octets))


def test_rfc8970_3_3_plain_text_on_one_line_of_at_most_200_characters() -> None:
    assert preview_of("Subject: x\n\n Hello,\n\n\tworld \n") == "Hello, world"
    assert len(preview_of("\n" + "é" * 500)) == MAX_PREVIEW
    assert preview_of("\na\u200b\u200cb\u0007c") == "a b c"


def test_rfc8970_3_3_quotations_are_left_out_when_there_is_more() -> None:
    assert preview_of("\n> old\nnew\n> older\n") == "new"
    assert preview_of("\n> old\n") == "> old"


def test_rfc8970_3_3_html_loses_its_markup() -> None:
    assert (
        preview_of("Content-Type: text/html\n\n<html><style>p{}</style><p>Hi&nbsp;<b>you</b></p>") == "Hi you"
    )


def test_rfc8970_3_2_the_first_part_with_text_and_no_attachment() -> None:
    assert preview_of(multipart("b", "\n \n", "Content-Disposition: attachment\n\nno", "\nyes")) == "yes"
    assert preview_of(multipart("b", "Content-Type: text/html\n\n<p>html</p>", "\nplain")) == "html"
    assert preview_of("Content-Type: image/png\n\nx") == ""
    assert preview_of(multipart("b", "\nVersion: 1", "\nx", subtype="encrypted")) == ""
    assert preview_of("") == ""
