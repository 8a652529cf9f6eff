"""What SEARCH finds in octets: RFC 9051 section 6.4.4, RFC 5255 section 4.6."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coromail.message.collation import COMPARATORS
from coromail.message.fuzzy import FuzzyNeedle, one_edit_apart
from coromail.message.matching import Needle, entities
from coromail.message.structure import scan

NESTED = (
    b"Subject: outer\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
    b"--a\r\nX-Part: one\r\n\r\nfirst\r\n"
    b"--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nsecond\r\n"
    b"--a\r\nContent-Type: image/png\r\n\r\npicture\r\n"
    b"--a\r\nContent-Type: message/delivery-status\r\n\r\nAction: bounced\r\n--a--\r\n"
)


@pytest.mark.parametrize(
    ("wanted", "body", "text"),
    [
        ("first", True, True),
        ("second", True, True),
        ("inner", True, True),
        ("x-part: ONE", False, True),
        ("image/png", False, True),
        ("picture", False, False),
        ("bounced", True, True),
        ("outer", False, False),  # the header itself is looked at elsewhere
    ],
)
def test_where_body_and_text_look(wanted: str, body: bool, text: bool) -> None:
    root = scan(NESTED)
    assert Needle(wanted).in_body(NESTED, root, mime_headers=False) is body
    assert Needle(wanted).in_body(NESTED, root, mime_headers=True) is text


def test_entities_come_in_their_order() -> None:
    found = [(part.type, encapsulated) for part, encapsulated in entities(scan(NESTED))]
    assert found == [
        (b"multipart", False),
        (b"text", False),
        (b"message", False),
        (b"text", True),
        (b"image", False),
        (b"message", False),
    ]


@given(st.text(max_size=20), st.text(max_size=5), st.text(max_size=20), st.sampled_from(COMPARATORS))
def test_every_substring_is_found(before: str, wanted: str, after: str, comparator: object) -> None:
    text = before + wanted + after
    assert Needle(wanted, comparator).in_text(text)  # type: ignore[arg-type]


@given(st.binary(max_size=60), st.text(max_size=4))
def test_any_octets(octets: bytes, wanted: str) -> None:
    needle = Needle(wanted)
    needle.in_field(octets)
    needle.in_header(octets, 0, len(octets))
    needle.in_body(octets, scan(octets), mime_headers=True)
    FuzzyNeedle(wanted).in_message(octets, with_header=True)


def test_unlabelled_and_damaged_octets() -> None:
    assert Needle("Ü").in_encoded("grün".encode(), None)
    assert Needle("ü").in_encoded(b"gr\xfcn", None)
    assert not Needle("ü").in_encoded(b"gr\xfcn", b"utf-8")
    assert Needle("GR").in_encoded(b"gr\xfcn", b"utf-8")
    assert Needle("grün").in_encoded("grün".encode(), b"x-unknown")  # by octets
    assert not Needle("GRÜN").in_encoded("grün".encode(), b"x-unknown")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("word", "word", True),
        ("word", "wrod", True),
        ("word", "ward", True),
        ("word", "words", True),
        ("word", "wod", True),
        ("word", "sword", True),
        ("word", "wards", False),
        ("word", "", False),
        ("", "a", True),
        ("abcd", "badc", False),
    ],
)
def test_one_edit(one: str, other: str, expected: bool) -> None:
    assert one_edit_apart(one, other) is expected
    assert one_edit_apart(other, one) is expected


@given(st.text(min_size=1, max_size=200), st.text(max_size=500))
def test_fuzzy_scores_are_from_0_to_100(wanted: str, text: str) -> None:
    assert 0 <= FuzzyNeedle(wanted).in_text(text) <= 100
    assert FuzzyNeedle(wanted).in_text(text + wanted) >= 0
