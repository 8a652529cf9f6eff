"""Looking through many fields, or a whole header, at once finds what looking one by one finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.collation import COMPARATORS, Comparator
from coromail.message.headers import fields, unfold
from coromail.message.matching import Needle

PIECES = [b"a", b"B", b" ", b":", b"x: y", b"=?utf-8?Q?=C3=A4B?=", b"=?x", "ä".encode(), b"\xff", b"ab"]
VALUES = st.lists(st.sampled_from(PIECES), max_size=4).map(b"".join)
WANTED = st.sampled_from(["a", "b", "B", "ab", "ä", "Ä", ": ", " ", "y", "x: y", ":x", "\u2126", "ﬁ"])


@settings(deadline=None, max_examples=200)
@given(st.lists(VALUES, max_size=8), WANTED, st.sampled_from(COMPARATORS))
def test_in_fields_is_in_field_of_each(values: list[bytes], wanted: str, comparator: Comparator) -> None:
    needle = Needle(wanted, comparator)
    assert needle.in_fields(values) == [needle.in_field(value) for value in values]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from([b"A", b"Xy", b"B "]), VALUES), max_size=5), WANTED)
def test_in_header_is_in_field_of_each_line(lines: list[tuple[bytes, bytes]], wanted: str) -> None:
    header = b"".join(name + b":" + value + b"\r\n\tfold\r\n" for name, value in lines)
    needle = Needle(wanted)
    each = [needle.in_field(name + b": " + unfold(value)) for name, value in fields(header, 0, len(header))]
    assert needle.in_header(header, 0, len(header)) == any(each)
