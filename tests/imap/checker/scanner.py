"""The cursor over one reply and the terminals of RFC 9051 section 9: numbers, atoms, strings, dates, flags.

Every method takes exactly one production from the current place or raises `GrammarError`. Values are plain:
`bytes` for atoms and strings, `None` for NIL, `int` for numbers, `list` for lists.

Stricter than the ABNF on purpose, because clients that exist stumble there: no `{0}` literal, no leading zero
in a number, no unquoted NIL where an astring is meant, no duplicate flags.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from tests.imap.checker.mutf7 import mutf7_fault

T = TypeVar("T")

ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
ASTRING_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+')
TAG = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\+]+')
DIGITS = re.compile(rb"[0-9]+")
QUOTED = re.compile(rb'"((?:[^"\\\r\n\x00]|\\["\\])*+)"')
ESCAPE = re.compile(rb'\\(["\\])')
LITERAL = re.compile(rb"\{([0-9]+)\}\r\n")
SEQUENCE_SET = re.compile(rb"[0-9:,]+")
OBJECTID = re.compile(rb"[A-Za-z0-9_-]{1,255}")
DATE_TIME = re.compile(
    rb'"([ 0-3][0-9])-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-][0-9]{4})"'
)

MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
SYSTEM_FLAGS = frozenset({b"\\answered", b"\\flagged", b"\\deleted", b"\\seen", b"\\draft"})


class GrammarError(AssertionError):
    """The server sent something that `production` does not allow; `octets` is the text around the place."""

    def __init__(self, production: str, octets: bytes, note: str = "") -> None:
        super().__init__(f"{production}: {note + ': ' if note else ''}{octets!r}")
        self.production = production
        self.octets = octets


class Scanner:
    """A cursor over one whole reply (literals included, final CRLF excluded).

    `utf8` allows UTF-8 in quoted strings and mailbox names (RFC 9051 after ENABLE IMAP4rev2, RFC 6855
    section 3); `rev2` forbids what RFC 9051 took out; `texts` allows UTF-8 in texts (RFC 5255 section 3.5).
    """

    __slots__ = ("data", "pos", "rev2", "texts", "utf8")

    def __init__(self, data: bytes, *, rev2: bool = False, utf8: bool = False, texts: bool = False) -> None:
        self.data = data
        self.pos = 0
        self.rev2 = rev2
        self.utf8 = utf8
        self.texts = texts

    def fail(self, production: str, note: str = "") -> NoReturn:
        """Raise `GrammarError`, showing where: 40 octets before, a mark, 60 octets after."""
        before = self.data[max(0, self.pos - 40) : self.pos]
        raise GrammarError(production, before + b" <<HERE>> " + self.data[self.pos : self.pos + 60], note)

    # -- moving

    def at_end(self) -> bool:
        return self.pos >= len(self.data)

    def looking_at(self, octets: bytes) -> bool:
        """Whether `octets` come next, letters in any case."""
        return self.data[self.pos : self.pos + len(octets)].upper() == octets.upper()

    def accept(self, octets: bytes) -> bool:
        """Step over `octets` if they come next."""
        if not self.looking_at(octets):
            return False
        self.pos += len(octets)
        return True

    def expect(self, octets: bytes, production: str) -> None:
        if not self.accept(octets):
            self.fail(production, f"expected {octets!r}")

    def sp(self, production: str) -> None:
        """Exactly one space (RFC 9051 section 9, rule 2)."""
        self.expect(b" ", production)
        if self.looking_at(b" "):
            self.fail(production, "two spaces")

    def end(self, production: str) -> None:
        if not self.at_end():
            self.fail(production, "something after the end")

    def match(self, pattern: re.Pattern[bytes], production: str) -> bytes:
        found = pattern.match(self.data, self.pos)
        if found is None:
            self.fail(production)
        self.pos = found.end()
        return found.group()

    def word(self, production: str) -> str:
        """An atom that is a name of the protocol, in upper case."""
        return self.match(ATOM, production).decode("ascii").upper()

    # -- numbers

    def _number(self, production: str, low: int, high: int) -> int:
        start = self.pos
        digits = self.match(DIGITS, production)
        if len(digits) > 19 or (len(digits) > 1 and digits[:1] == b"0") or not low <= int(digits) <= high:
            self.pos = start
            self.fail(production, "number out of range or with a leading zero")
        return int(digits)

    def number(self, production: str = "number") -> int:
        return self._number(production, 0, 2**32 - 1)

    def nz_number(self, production: str = "nz-number") -> int:
        return self._number(production, 1, 2**32 - 1)

    def number64(self, production: str = "number64") -> int:
        return self._number(production, 0, 2**63 - 1)

    def nz_number64(self, production: str = "nz-number64") -> int:
        return self._number(production, 1, 2**63 - 1)

    def sequence_set(self, production: str = "sequence-set") -> list[tuple[int, int]]:
        """A set of numbers as (first, last) pairs as sent; servers never send "*" or "$"."""
        start = self.pos
        text = self.match(SEQUENCE_SET, production)
        ranges = []
        for part in text.split(b","):
            inner = Scanner(part)
            first = inner.nz_number(production)
            last = inner.nz_number(production) if inner.accept(b":") else first
            if not inner.at_end():
                self.pos = start
                self.fail(production)
            ranges.append((first, last))
        return ranges

    # -- strings

    def quoted(self, production: str = "quoted") -> bytes:
        found = QUOTED.match(self.data, self.pos)
        if found is None:
            self.fail(production, "not a quoted string")
        raw = found.group(1)
        if not raw.isascii() and not (self.utf8 and is_utf8(raw)):
            self.fail(production, "8-bit octets in a quoted string")
        self.pos = found.end()
        return ESCAPE.sub(rb"\1", raw)

    def literal(self, production: str = "literal", *, eight: bool = False) -> bytes:
        """A literal; with `eight` a literal8, which alone may hold NUL."""
        if eight:
            self.expect(b"~", production)
        found = LITERAL.match(self.data, self.pos)
        if found is None:
            self.fail(production, "not a literal")
        size = int(found.group(1)[:19])
        if found.group(1)[:1] == b"0":
            self.fail(production, 'an empty literal (send "") or a leading zero')
        self.pos = found.end()
        value = self.data[self.pos : self.pos + size]
        if len(value) != size:
            self.fail(production, "literal cut short")
        if not eight and b"\x00" in value:
            self.fail(production, "NUL in a literal")
        self.pos += size
        return value

    def string(self, production: str = "string") -> bytes:
        return self.literal(production) if self.looking_at(b"{") else self.quoted(production)

    def nil(self) -> bool:
        """Step over NIL if it comes next as a whole word."""
        if self.looking_at(b"NIL") and not ASTRING_ATOM.match(self.data, self.pos + 3):
            self.pos += 3
            return True
        return False

    def nstring(self, production: str = "nstring") -> bytes | None:
        return None if self.nil() else self.string(production)

    def nstring8(self, production: str) -> bytes | None:
        """nstring / literal8 (RFC 3516, RFC 5464)."""
        return self.literal(production, eight=True) if self.looking_at(b"~") else self.nstring(production)

    def astring(self, production: str = "astring") -> bytes:
        if self.looking_at(b'"') or self.looking_at(b"{"):
            return self.string(production)
        if self.nil():
            self.fail(production, "NIL where a string is required")
        return self.match(ASTRING_ATOM, production)

    def mailbox(self, production: str = "mailbox", *, empty: bool = False) -> bytes:
        """A mailbox name: modified UTF-7 (RFC 3501 section 5.1.3), or UTF-8 once that is enabled."""
        start = self.pos
        name = self.astring(production)
        fault = None
        if not name and not empty:
            fault = "empty mailbox name"
        elif not self.utf8:
            fault = mutf7_fault(name)
        elif not is_utf8(name) or any(octet < 0x20 or octet == 0x7F for octet in name):
            fault = "not clean UTF-8"
        if fault:
            self.pos = start
            self.fail(production, fault)
        return name

    # -- dates, flags, identifiers, lists

    def date_time(self, production: str = "date-time") -> bytes:
        start = self.pos
        text = self.match(DATE_TIME, production)
        found = DATE_TIME.match(text)
        assert found is not None
        day, month, year, hour, minute, second, zone = found.groups()
        try:
            number = MONTHS.index(month.lower()) + 1
            datetime.datetime(int(year), number, int(day), int(hour), int(minute), min(int(second), 59))
        except ValueError:
            self.pos = start
            self.fail(production, "no such moment")
        if int(second) > 60 or int(zone[3:]) > 59 or int(zone[1:3]) > 23:
            self.pos = start
            self.fail(production, "no such time or zone")
        return text[1:-1]

    def objectid(self, production: str) -> bytes:
        """A parenthesised object identifier (RFC 8474 section 7)."""
        self.expect(b"(", production)
        value = self.match(OBJECTID, production)
        self.expect(b")", production)
        return value

    def flag(self, production: str, extra: frozenset[bytes] = frozenset()) -> bytes:
        r"""A system flag, a keyword, or one of `extra` (\Recent, \*); servers may not invent \Names."""
        start = self.pos
        if self.looking_at(b"\\*"):
            self.pos += 2
            name = b"\\*"
        elif self.accept(b"\\"):
            name = b"\\" + self.match(ATOM, production)
        else:
            return self.match(ATOM, production)
        if name.lower() not in SYSTEM_FLAGS | extra:
            self.pos = start
            self.fail(production, "not a system flag")
        return name

    def flag_list(self, production: str, extra: frozenset[bytes] = frozenset()) -> list[bytes]:
        flags = self.listed(lambda: self.flag(production, extra), production, least=0)
        if len({flag.lower() for flag in flags}) != len(flags):
            self.fail(production, "a flag twice")
        if b"\\*" in flags[:-1]:
            self.fail(production, "\\* is not the last")
        return flags

    def listed(self, item: Callable[[], T], production: str, least: int = 1) -> list[T]:
        """A parenthesised list with one space between the items, at least `least` of them."""
        self.expect(b"(", production)
        values = []
        if not self.looking_at(b")"):
            values.append(item())
            while self.looking_at(b" "):
                self.sp(production)
                values.append(item())
        self.expect(b")", production)
        if len(values) < least:
            self.fail(production, "empty list")
        return values


def is_utf8(octets: bytes) -> bool:
    """Whether the octets are well-formed UTF-8 (RFC 3629 section 4)."""
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
