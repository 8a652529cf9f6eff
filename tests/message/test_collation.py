"""Comparators: RFC 5051, RFC 4790 section 9."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coromail.message.collation import COMPARATORS, DEFAULT, casemap


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hello World_", "HELLO WORLD_"),
        ("é", "E\u0301"),
        ("\u01c4", "Dz\u030c"),  # the example of section 2
        ("ß", "ß"),  # no simple title case
        ("ς", "Σ"),
        ("\uff21", "A"),
        ("ﬁ", "fi"),  # title case comes before decomposition
        ("\U0001d400", "A"),
    ],
)
def test_2_title_case_then_decomposition(text: str, key: str) -> None:
    assert casemap(text) == key


@given(st.text(max_size=50))
def test_it_is_done_character_by_character(text: str) -> None:
    assert casemap(text) == "".join(map(casemap, text))


@given(st.text(st.characters(codec="latin-1"), max_size=30))
def test_case_makes_no_difference_where_it_is_simple(text: str) -> None:
    if len(text.upper()) == len(text) and "ÿ" not in text and "µ" not in text:
        assert casemap(text) == casemap(text.upper())


def test_long_text_is_mapped_like_short_text() -> None:
    text = "Съешь ещё " * 5000
    assert casemap(text) == unicodedata.normalize("NFKD", text.upper())


@pytest.mark.parametrize("comparator", COMPARATORS)
@given(text=st.text(max_size=30))
def test_ascii_keys_agree_with_the_others(comparator: object, text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()
    assert comparator.ascii_key(plain) == comparator.key(plain)  # type: ignore[attr-defined]


def test_damaged_text_is_ordered_after_all_other() -> None:
    assert DEFAULT.order("\ufffdaaa") > DEFAULT.order("\U0010fffe") > DEFAULT.order("zzz")
    assert DEFAULT.order("") < DEFAULT.order(" ")
