"""Date and time (RFC 5322 sections 3.3 and 4.3, RFC 5256 section 2.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.dates import parse


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00"),
        ("Tue, 1 Jul 2003 10:52:37 +0200", "2003-07-01T10:52:37+02:00"),
        ("1 Jul 2003 10:52 +0200", "2003-07-01T10:52:00+02:00"),
        ("Thu, 13 Feb 1969 23:32:54 -0330 (Newfoundland Time)", "1969-02-13T23:32:54-03:30"),
        (
            "Thu,\r\n      13\r\n        Feb\r\n 1969 23:32\r\n               -0330",
            "1969-02-13T23:32:00-03:30",
        ),
        ("Mon, 24 Nov 1997 14:22:01 -0800", "1997-11-24T14:22:01-08:00"),
        ("29 Feb 2024 23:59:60 +0000", "2024-02-29T23:59:59+00:00"),
        ("1 Jan 2001 00:00:00 -0000", "2001-01-01T00:00:00+00:00"),
    ],
)
def test_3_3_date_and_time(value: str, expected: str) -> None:
    assert parse(value.encode()) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06+00:00"),
        ("21 Nov 49 09:55:06 EST", "2049-11-21T09:55:06-05:00"),
        ("21 Nov 103 09:55:06 PDT", "2003-11-21T09:55:06-07:00"),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T00:00:00+00:00"),
        ("21 Nov 1997 09:55:06 Z", "1997-11-21T09:55:06+00:00"),
        ("21 Nov 1997 09:55:06 A", "1997-11-21T09:55:06+00:00"),
    ],
)
def test_4_3_obsolete_dates(value: str, expected: str) -> None:
    assert parse(value.encode()) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Sat Sep 17 10:00:05 2010", "2010-09-17T10:00:05+00:00"),
        ("Sat Sep 17 10:00:05 CEST 2010", "2010-09-17T10:00:05+02:00"),
        ("17-Sep-2010 10:00:05 +0100", "2010-09-17T10:00:05+01:00"),
        ("2010-09-17T10:00:05Z", "2010-09-17T10:00:05+00:00"),
        ("2010-09-17T10:00:05.123+02:00", "2010-09-17T10:00:05+02:00"),
        ("2010-09-17 10:00:05 -0500", "2010-09-17T10:00:05-05:00"),
        ("Friday, 17 September 2010 10.00.05 GMT+0100", "2010-09-17T10:00:05+01:00"),
        ("17 SEP 2010 10:00:05PM +0000", "2010-09-17T22:00:05+00:00"),
        ("Mon, 21 Aug 95 13:30:57 -600", "1995-08-21T13:30:57-06:00"),
        ("17 Sep 2010", "2010-09-17T00:00:00+00:00"),
    ],
)
def test_other_forms_that_mail_has(value: str, expected: str) -> None:
    assert parse(value.encode()) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("zone", ["+9999", "-2400", "nonsense", "", "+", "GMT+25:00"])
def test_rfc5256_2_2_a_bad_zone_is_utc(zone: str) -> None:
    assert parse(f"17 Sep 2010 10:00:05 {zone}".encode()) == datetime(2010, 9, 17, 10, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("time", ["25:00:00", "10:61", "10", "xx", ":::"])
def test_rfc5256_2_2_a_bad_time_is_midnight(time: str) -> None:
    assert parse(f"17 Sep 2010 {time} +0000".encode()) == datetime(2010, 9, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["", "Whenever", "31 Feb 2010 10:00:00 +0000", "0 Jan 2010", "32 Jan 2010", "1 Jan 1899 10:00 +0000", "Jan", "1 Jan",
     "Jan 1", "1 Foo 2010", "1 Jan 99999999999999999999", "2010-13-01", "9" * 10_000, "(" * 10_000, "1 Jan 9999"],
)  # fmt: skip
def test_what_is_no_date(value: str) -> None:
    assert parse(value.encode()) is None


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9998, 12, 31)), st.integers(-1439, 1439)
)
@settings(max_examples=150, deadline=None)
def test_what_was_written_by_the_grammar_is_read_back(moment: datetime, minutes: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    sign = "-" if minutes < 0 else "+"
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    written = (
        f"{moment.day} {months[moment.month - 1]} {moment.year:04} {moment:%H:%M:%S} "
        f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    )
    found = parse(written.encode())
    assert found == moment
    assert found is not None
    found.astimezone(UTC)


_words = st.sampled_from(
    [
        "1",
        "jan",
        "10:00",
        ",",
        "(",
        ")",
        "-",
        "+",
        "/",
        "2010",
        "99",
        "z",
        "t",
        ".",
        "17-Sep-2010",
        "2010-01-01t",
    ]
)


@given(st.lists(_words).map(" ".join) | st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = parse(text.encode())
    assert found is None or found.astimezone(UTC).tzinfo is UTC


@given(
    st.sampled_from(["", "Sat, ", "sat,"]),
    st.integers(0, 32),
    st.sampled_from(["Nov", "FEB", "xyz"]),
    st.integers(1890, 2030),
    st.tuples(st.integers(0, 25), st.integers(0, 61), st.integers(0, 61)),
    st.sampled_from(["+0000", "-0000", "+0530", "-2359", "+9999", "GMT", ""]),
    st.sampled_from(["", " (CET)", "(x)"]),
)
@settings(deadline=None)
def test_the_usual_form_means_what_it_means_among_others(
    weekday: str, day: int, month: str, year: int, clock: tuple[int, int, int], zone: str, comment: str
) -> None:
    """It is read by one expression; a comment in front sends it through all the others."""
    written = f"{weekday}{day} {month} {year} {clock[0]:02}:{clock[1]:02}:{clock[2]:02} {zone}{comment}"
    usual, other = parse(written.encode()), parse(f"(comment) {written}".encode())
    assert usual == other
    assert usual is None or other is None or usual.utcoffset() == other.utcoffset()
