"""Date and time (RFC 5322 section 3.3, obsolete forms section 4.3), and what else stands in Date fields."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from .lexical import without_comments

_MAX_LENGTH = 200
_MONTHS = {
    name: number
    for number, name in enumerate(
        (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"), 1
    )
}
# RFC 5322 section 4.3, and a few more. Military letters and unknown names say nothing: -0000, UTC.
_ZONES = {b"edt": -4, b"est": -5, b"cdt": -5, b"cst": -6, b"mdt": -6, b"mst": -7, b"pdt": -7, b"pst": -8}
_ZONES |= {b"cet": 1, b"cest": 2, b"met": 1, b"mest": 2, b"bst": 1, b"eet": 2, b"eest": 3, b"jst": 9}
# What nearly all mail has: section 3.3 without comments, in lower case.
_usual = re.compile(
    rb"(?:[a-z]{3},)? *(\d{1,2}) ([a-z]{3}) ((?:19|20)\d\d)"
    rb" ([01]\d|2[0-3]):([0-5]\d):([0-5]\d) ([+-]\d{4})(?: \([a-z]+\))?\Z"
).match
_separators = re.compile(rb"[\s,]+")
_clock = re.compile(rb"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,]\d*)?(am|pm)?\Z").match
_iso = re.compile(rb"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:t([\d:]{4,8})(?:[.,]\d+)?(z|[+-]\d\d:?\d\d)?)?\Z").match
_offset = re.compile(rb"(?:gmt|utc|ut)?([+-])(\d{1,2}):?(\d\d)?\Z").match


def parse(value: bytes) -> datetime | None:
    """The aware date and time of a Date field, None when there is no date in it; never raises.

    RFC 5256 section 2.2: a bad time is 00:00:00, a bad zone is UTC. Years are 1900 to 9998, so that every
    value can be turned into UTC; two digits mean 1950 to 2049, three are added to 1900 (section 4.3).
    """
    value = value[:_MAX_LENGTH].lower()
    usual = _usual(value)
    if usual and usual[2] in _MONTHS and (zone := _zone(usual[7])) is not None:
        day, _, year, hour, minute, second, _ = usual.groups()
        try:
            return datetime(
                int(year), _MONTHS[usual[2]], int(day), int(hour), int(minute), int(second), tzinfo=zone
            )
        except ValueError:
            return None
    if b"(" in value:
        value = without_comments(value)
    words = [word for word in _separators.split(value) if word]
    date, rest = _date(words)
    if date is None:
        return None
    year, month, day = date
    clock = zone = None
    for word in rest:
        if clock is None and (found := _clock(word)):
            clock = found
        elif clock is not None and zone is None:
            zone = _zone(word)
    try:
        midnight = datetime(year, month, day, tzinfo=zone or UTC)
    except ValueError:
        return None
    return midnight + _time(clock)


def _date(words: list[bytes]) -> tuple[tuple[int, int, int] | None, list[bytes]]:
    """(year, month, day) and the words after: `17 sep 2010`, `sep 17 .. 2010`, `17-sep-10`, `2010-09-17`."""
    for index, word in enumerate(words):
        if word[:3] in _MONTHS and word[:1].isalpha():
            return _around_month(words, index)
        if found := _iso(word):
            rest = [found[4] or b"", found[5] or b"", *words[index + 1 :]]
            return _checked(found[1], int(found[2]), found[3]), rest
        pieces = word.replace(b"/", b"-").split(b"-")
        if len(pieces) == 3 and pieces[1][:3] in _MONTHS:
            return _checked(pieces[2], _MONTHS[pieces[1][:3]], pieces[0]), words[index + 1 :]
    return None, words


def _around_month(words: list[bytes], index: int) -> tuple[tuple[int, int, int] | None, list[bytes]]:
    """The date around a month's name."""
    month = _MONTHS[words[index][:3]]
    after = words[index + 1 :]
    if index and words[index - 1].isdigit():  # 17 sep 2010
        return (_checked(after[0], month, words[index - 1]) if after else None), after[1:]
    if len(after) > 1 and after[0].isdigit():  # sep 17 10:00:00 [zone] 2010
        for position, word in enumerate(after[1:], 1):
            if word.isdigit() and len(word) == 4:
                return _checked(word, month, after[0]), after[1:position] + after[position + 1 :]
    return None, words


def _checked(year: bytes, month: int, day: bytes) -> tuple[int, int, int] | None:
    if not (year.isdigit() and day.isdigit() and len(year) <= 4 and len(day) <= 2):
        return None
    number = int(year)
    if len(year) <= 2:
        number += 2000 if number < 50 else 1900
    elif len(year) == 3:
        number += 1900
    return (number, month, int(day)) if 1900 <= number <= 9998 else None


def _time(found: re.Match[bytes] | None) -> timedelta:
    if not found:
        return timedelta()
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4] == b"pm" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return timedelta()
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


@lru_cache(256)
def _zone(word: bytes) -> timezone | None:
    """The zone that a word names, None when it names none."""
    found = _offset(word)
    if not found:
        hours = _ZONES.get(word)
        return None if hours is None else timezone(timedelta(hours=hours))
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if offset >= timedelta(hours=24):
        return UTC
    return timezone(-offset if found[1] == b"-" else offset)
