"""Looking through many fields, or a whole header, at once finds what looking one by one finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.collation import COMPARATORS, Comparator
from coromail.message.headers import fields, unfold
from coromail.message.matching import Needle, lines_of

PIECES = [b"a", b"B", b" ", b":", b"x: y", b"=?utf-8?Q?=C3=A4B?=", b"=?x", "ä".encode(), b"\xff", b"ab"]
PIECES += [b"=?utf-8?Q?a=0Ab?=", b"=?utf-8?Q?=FFb?="]
VALUES = st.lists(st.sampled_from(PIECES), max_size=4).map(b"".join)
WANTED = st.sampled_from(["a", "b", "B", "ab", "ä", "Ä", ": ", " ", "y", "x: y", ":x", "\u2126", "ﬁ"])


@settings(deadline=None, max_examples=200)
@given(st.lists(VALUES, min_size=1, max_size=8), WANTED, st.sampled_from(COMPARATORS))
def test_rows_are_those_of_in_field(values: list[bytes], wanted: str, comparator: Comparator) -> None:
    needle = Needle(wanted, comparator)
    each = [row for row, value in enumerate(values) if needle.in_field(value)]
    assert needle.rows(lines_of(b"\n".join(values), comparator)) == each


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from([b"A", b"Xy", b"B "]), VALUES), max_size=5), WANTED)
def test_in_header_is_in_field_of_each_line(lines: list[tuple[bytes, bytes]], wanted: str) -> None:
    header = b"".join(name + b":" + value + b"\r\n\tfold\r\n" for name, value in lines)
    needle = Needle(wanted)
    each = [needle.in_field(name + b": " + unfold(value)) for name, value in fields(header, 0, len(header))]
    assert needle.in_header(header, 0, len(header)) == any(each)
