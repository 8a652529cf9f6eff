"""date and date-time: RFC 9051 section 9."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coromail.imap.wire.dates import format_internaldate, parse_date, parse_date_time

PACIFIC = timezone(timedelta(hours=-7))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (0, b'"01-Jan-1970 00:00:00 +0000"'),
        (-1, b'"31-Dec-1969 23:59:59 +0000"'),
        (837596665.9, b'"17-Jul-1996 09:44:25 +0000"'),
        (datetime(1996, 7, 17, 2, 44, 25, tzinfo=PACIFIC), b'"17-Jul-1996 02:44:25 -0700"'),
        (
            datetime(2000, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            b'"01-Jan-2000 00:00:00 +0545"',
        ),
        (datetime(2000, 1, 1, tzinfo=timezone(-timedelta(minutes=30))), b'"01-Jan-2000 00:00:00 -0030"'),
    ],
)
def test_internaldate(when: float | datetime, expected: bytes) -> None:
    assert format_internaldate(when) == expected


def test_times_outside_the_calendar_stay_on_its_edge() -> None:
    assert format_internaldate(1e15).startswith(b'"31-Dec-9999')
    assert format_internaldate(-1e15).startswith(b'"01-Jan-0001')


def test_internaldate_needs_a_zone() -> None:
    with pytest.raises(ValueError):
        format_internaldate(datetime(2000, 1, 1))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"1-Feb-1994", date(1994, 2, 1)),
        (b"01-FEB-1994", date(1994, 2, 1)),
        (b"29-feb-2000", date(2000, 2, 29)),
    ],
)
def test_date(raw: bytes, expected: date) -> None:
    assert parse_date(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"0-Jan-2000",
        b"32-Jan-2000",
        b"29-Feb-2001",
        b"1-Foo-2000",
        b"1-Jan-00",
        b"1-Jan-0000",
        b"001-Jan-2000",
        b" 1-Jan-2000",
        b"1-Jan-2000 ",
        b"1 Jan 2000",
        b"1-Jan-20000",
        b"1-Jan-2000\n",
    ],
)
def test_no_date(raw: bytes) -> None:
    with pytest.raises(ValueError):
        parse_date(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"17-Jul-1996 02:44:25 -0700", datetime(1996, 7, 17, 2, 44, 25, tzinfo=PACIFIC)),
        (b" 7-Jul-1996 02:44:25 +0000", datetime(1996, 7, 7, 2, 44, 25, tzinfo=UTC)),
        (b"7-Jul-1996 02:44:25 +0000", datetime(1996, 7, 7, 2, 44, 25, tzinfo=UTC)),
        (b"31-Dec-1998 23:59:60 +0000", datetime(1998, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_date_time(raw: bytes, expected: datetime) -> None:
    parsed = parse_date_time(raw)
    assert parsed == expected
    assert parsed.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    "raw",
    [
        b"17-Jul-1996",
        b"17-Jul-1996 02:44:25",
        b"17-Jul-1996 24:00:00 +0000",
        b"17-Jul-1996 00:60:00 +0000",
        b"17-Jul-1996 00:00:61 +0000",
        b"17-Jul-1996 00:00:00 +2400",
        b"17-Jul-1996 00:00:00 +0060",
        b"17-Jul-1996 00:00:00 0000",
        b"17-Jul-1996 0:00:00 +0000",
        b"31-Feb-1996 00:00:00 +0000",
        b"01-Jan-0001 00:00:00 +0100",
        b"31-Dec-9999 23:59:59 -0100",
    ],
)
def test_no_date_time(raw: bytes) -> None:
    with pytest.raises(ValueError):
        parse_date_time(raw)


MINUTES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=MINUTES)


@settings(deadline=None, max_examples=200)
@given(MOMENTS)
@example(datetime(2515, 1, 1, 0, 0, 0, 999999, tzinfo=UTC))
def test_what_was_written_parses_back(when: datetime) -> None:
    parsed = parse_date_time(format_internaldate(when)[1:-1])
    assert parsed == when.replace(microsecond=0)
    assert parsed.utcoffset() == when.utcoffset()
    assert format_internaldate(parsed.timestamp()) == format_internaldate(parsed.astimezone(UTC))
