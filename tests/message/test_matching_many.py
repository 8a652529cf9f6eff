"""Looking through many fields, or a whole header, at once finds what looking one by one finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.collation import COMPARATORS, Comparator
from coromail.message.headers import encoded_fields, fields, known_fields, structural_fields, unfold
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


NAMES = [
    b"Content-Type",
    b"CONTENT-TYPE ",
    b"content-transfer-encoding",
    b"X-Content-Type",
    b"Content-Typed",
    b"A",
]
ENDS = st.sampled_from([b"\r\n", b"\n", b"\r\n ", b"\n\t"])
PARTS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from([b":", b" : ", b""]), VALUES, ENDS), max_size=6
)


@settings(deadline=None, max_examples=200)
@given(PARTS)
def test_structural_fields_are_those_of_known_fields(lines: list[tuple[bytes, bytes, bytes, bytes]]) -> None:
    header = b"".join(b"".join(line) for line in lines)
    known = known_fields(header, 0, len(header))
    wanted = (b"content-type", b"content-transfer-encoding")
    assert structural_fields(header, 0, len(header)) == {n: v for n, v in known.items() if n in wanted}


@settings(deadline=None, max_examples=200)
@given(PARTS)
def test_encoded_fields_are_those_of_fields(lines: list[tuple[bytes, bytes, bytes, bytes]]) -> None:
    header = b"".join(b"".join(line) for line in lines)
    every = fields(header, 0, len(header))
    assert encoded_fields(header, 0, len(header)) == [
        (name, value) for name, value in every if b"=?" in name + value
    ]
