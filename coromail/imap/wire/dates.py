"""INTERNALDATE and SEARCH dates: RFC 9051 section 9 (date, date-time, zone)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = {name.upper().encode(): number for number, name in enumerate(_MONTHS, 1)}
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()

_MINUTES = [b"%02d:%02d:" % divmod(minute, 60) for minute in range(1440)]

_DATE = re.compile(rb"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
# date-day-fixed is two characters; a day of one digit without the space is accepted too.
_DATE_TIME = re.compile(
    rb" ?([0-9]{1,2}-[A-Za-z]{3}-[0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"
)


@lru_cache(maxsize=4096)
def _day(day: int) -> bytes:
    """`"17-Jul-1996 ` for a day counted from 1970-01-01; the calendar's first or last day if beyond."""
    when = date.fromordinal(min(max(day + _EPOCH_DAY, 1), _LAST_DAY))
    return b'"%02d-%s-%04d ' % (when.day, _MONTHS[when.month - 1].encode(), when.year)


def format_internaldate(when: float | datetime) -> bytes:
    """The quoted date-time of seconds since the epoch (in UTC) or of an aware datetime (in its zone)."""
    zone = b"+0000"
    if isinstance(when, datetime):
        offset = when.utcoffset()
        if offset is None:
            raise ValueError("an aware datetime is needed")
        minutes = int(offset.total_seconds()) // 60
        zone = b"%s%02d%02d" % (b"-" if minutes < 0 else b"+", *divmod(abs(minutes), 60))
        when = when.replace(tzinfo=UTC, microsecond=0).timestamp()
    minute, second = divmod(int(when // 1), 60)
    return b'%b%b%02d %b"' % (_day(minute // 1440), _MINUTES[minute % 1440], second, zone)


def parse_date(raw: bytes) -> date:
    """A date-text, `1-Feb-1994`; ValueError when it is none or no such day exists."""
    match = _DATE.fullmatch(raw)
    month = match and _NUMBERS.get(match[2].upper())
    if not match or not month:
        raise ValueError("not a date")
    return date(int(match[3]), month, int(match[1]))


def parse_date_time(raw: bytes) -> datetime:
    """The inside of a quoted date-time, `17-Jul-1996 02:44:25 -0700`, as an aware datetime.

    ValueError when it is none, or no such moment exists. A leap second counts as the second before.
    """
    match = _DATE_TIME.fullmatch(raw)
    if not match:
        raise ValueError("not a date-time")
    day = parse_date(match[1])
    hours, minutes = int(match[6]), int(match[7])
    if hours > 23 or minutes > 59:
        raise ValueError("no such zone")
    offset = timedelta(hours=hours, minutes=minutes)
    zone = timezone(-offset if match[5] == b"-" else offset)
    second = int(match[4])
    when = datetime(
        day.year,
        day.month,
        day.day,
        int(match[2]),
        int(match[3]),
        59 if second == 60 else second,
        tzinfo=zone,
    )
    try:
        when.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the calendar") from None
    return when
