"""A cursor over the arguments of one command: RFC 9051 section 9 (and RFC 3501 section 9 where it is wider).

Every method that reads raises `Bad` when something else stands there, and moves on when it succeeds. All
patterns are plain character classes: reading is linear in the length of the line.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from coromail.errors import Bad
from coromail.imap.wire import dates, mutf7
from coromail.imap.wire.extension_words import WORDS
from coromail.imap.wire.receiver import Literal8
from coromail.imap.wire.sequence_set import SequenceSet

T = TypeVar("T")

MAX_PATTERNS = 100  # in one LIST: each is tried with each mailbox
MAX_MAILBOX_NAME = 4096  # octets on the wire: normalising is quadratic in the worst case

_ATOM_CHAR = rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]"
_ATOM = re.compile(_ATOM_CHAR + rb"++")
_ASTRING = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]++")
_TAG = re.compile(rb"[!#$&',\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]++")
_LIST_MAILBOX = re.compile(rb"[!#$%&'*+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]++")
_LABEL = re.compile(rb"[A-Za-z0-9._:\-]++")
_FLAG = re.compile(rb"\\?" + _ATOM_CHAR + rb"++")
_FLAGS = re.compile(rb"(?:\\?" + _ATOM_CHAR + rb"++(?: (?=[^)])|(?=\))))*+")
_QUOTED = re.compile(rb'"((?:[^"\\\x00\r\n]++|\\["\\])*+)"')
_DIGITS = re.compile(rb"[0-9]++")
_SEQUENCE_SET = re.compile(rb"[0-9:*,$]++")
_DATE = re.compile(rb'[0-9A-Za-z\-]++|"([0-9A-Za-z\-]++)"')
_DATE_TIME = re.compile(rb'"([0-9A-Za-z:+\- ]++)"')
_PARTIAL = re.compile(rb"<([0-9]{1,19}+)\.([0-9]{1,19}+)>")
_PARTIAL_RANGE = re.compile(rb"([1-9][0-9]{0,9}+):([1-9][0-9]{0,9}+)|(-[1-9][0-9]{0,9}+):(-[1-9][0-9]{0,9}+)")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*+={0,2}+")
_NO_TEXT = re.compile(rb"[\x00\r\n]")
_NO_NAME = re.compile(r"[\x00\r\n]")


class Arguments:
    """Reads `segments` (of a `Line`) from `position` in the first one.

    `utf8`: the client enabled UTF-8 (RFC 6855 section 3): mailbox names are UTF-8, not modified UTF-7.
    `off`: capabilities, in upper case, whose words are unknown here.
    """

    __slots__ = ("_index", "_position", "_segments", "_text", "off", "supplied", "utf8")

    def __init__(
        self, segments: list[bytes], position: int = 0, utf8: bool = False, off: frozenset[str] = frozenset()
    ) -> None:
        self._segments = segments
        self._index = 0
        self._text, self._position = segments[0], position
        self.utf8, self.off, self.supplied = utf8, off, b""

    # Punctuation

    def peek(self) -> bytes:
        """The next octet; empty at the end of a text segment (a literal follows, or nothing)."""
        return self._text[self._position : self._position + 1]

    def at_end(self) -> bool:
        """Whether everything was read."""
        return self._position == len(self._text) and self._index == len(self._segments) - 1

    def end(self) -> None:
        """Nothing may follow."""
        if not self.at_end():
            raise Bad("end of command expected")

    def space(self) -> None:
        """Exactly one space."""
        if self._text[self._position : self._position + 1] != b" ":
            raise Bad("space expected")
        self._position += 1

    def try_byte(self, byte: bytes) -> bool:
        """Read `byte` if it is next; whether it was."""
        if self._text[self._position : self._position + 1] != byte:
            return False
        self._position += 1
        return True

    def expect(self, byte: bytes) -> None:
        """`byte` must be next."""
        if not self.try_byte(byte):
            raise Bad(f"{byte.decode()!r} expected")

    def match(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        """Read what `pattern` (which must run in linear time) matches; `what` names it for the client."""
        match = pattern.match(self._text, self._position)
        if match is None:
            raise Bad(f"{what} expected")
        self._position = match.end()
        return match

    def try_match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Like `match`, but None when the pattern does not match."""
        match = pattern.match(self._text, self._position)
        if match is not None:
            self._position = match.end()
        return match

    # Words

    def tag(self) -> str:
        """The tag of a command: ASTRING-CHARs without `+`."""
        return self.match(_TAG, "tag")[0].decode("ascii")

    def atom(self) -> str:
        """An atom as written."""
        return self.match(_ATOM, "atom")[0].decode("ascii")

    def keyword(self) -> str:
        """An atom in upper case."""
        return self.match(_ATOM, "keyword")[0].decode("ascii").upper()

    def label(self) -> str:
        """Letters, digits, `.`, `_`, `:` and `-` in upper case (tagged-ext-label); a `[` or `<` ends it."""
        return self.match(_LABEL, "name")[0].decode("ascii").upper()

    def try_keyword(self, *names: str) -> str | None:
        """Read an atom if, in upper case, it is one of `names`; the one it was, or None."""
        match = _ATOM.match(self._text, self._position)
        if match is None:
            return None
        word = match[0].decode("ascii").upper()
        if word not in names:
            return None
        self._position = match.end()
        return word

    def known(self, kind: str, name: str) -> str:
        """`name`, unless the extension that brought this kind of word is switched off."""
        if self.off and WORDS.get(kind, {}).get(name) in self.off:
            raise Bad(f"this {kind} is switched off")
        return name

    # Strings

    def astring(self) -> bytes:
        """An atom (in which `]` is allowed) or a string."""
        match = self.try_match(_ASTRING)
        return self.string() if match is None else match[0]

    def string(self) -> bytes:
        """Quoted or literal. What is quoted is ASCII or UTF-8 (RFC 9051 section 9, QUOTED-CHAR)."""
        if self.peek() != b'"':
            return self.literal()
        raw = self.match(_QUOTED, "end of quoted string")[1]
        if not raw.isascii():
            try:
                raw.decode()
            except UnicodeDecodeError:
                raise Bad("UTF-8 expected in quoted string") from None
        if b"\\" not in raw:
            return raw
        return b"\\".join(part.replace(b'\\"', b'"') for part in raw.split(b"\\\\"))

    def nstring(self) -> bytes | None:
        """A string, or None for NIL."""
        return None if self.try_keyword("NIL") else self.string()

    def nstring8(self) -> bytes | None:
        """A string, a literal8, or None for NIL (value of RFC 5464 section 5)."""
        return self._next_literal() if self._at_literal8() else self.nstring()

    def literal(self) -> bytes:
        """A literal, which is free of NUL (CHAR8)."""
        if self._at_literal8():
            raise Bad("string expected, not literal8")
        value = self._next_literal()
        if b"\0" in value:
            raise Bad("NUL in a literal")
        return value

    def append_data(self) -> bytes:
        """A message: literal, literal8 (RFC 4466 section 3) or `UTF8 (literal8)` (RFC 6855 section 4)."""
        if self.try_keyword("UTF8"):
            self.space()
            self.expect(b"(")
            if not self._at_literal8():
                raise Bad("literal8 expected")
            value = self._next_literal()
            self.expect(b")")
            return value
        return self._next_literal() if self._at_literal8() else self.literal()

    def text_to_end(self) -> bytes:
        """All that is left, which must be plain text without NUL, CR and LF."""
        rest = self._text[self._position :]
        if self._index != len(self._segments) - 1 or _NO_TEXT.search(rest):
            raise Bad("text expected")
        self._position = len(self._text)
        return rest

    def base64(self) -> bytes:
        """The octets that a base64 text stands for (padding is required). Empty is empty."""
        try:
            return binascii.a2b_base64(self.match(_BASE64, "base64")[0], strict_mode=True)
        except binascii.Error:
            raise Bad("base64 expected") from None

    def _at_literal8(self) -> bool:
        return (
            self._position == len(self._text)
            and self._index + 1 < len(self._segments)
            and isinstance(self._segments[self._index + 1], Literal8)
        )

    def _next_literal(self) -> bytes:
        if self._position != len(self._text) or self._index + 1 == len(self._segments):
            raise Bad("string expected")
        value = self._segments[self._index + 1]
        self._index += 2
        self._text, self._position = self._segments[self._index], 0
        return value

    # Numbers

    def number(self) -> int:
        """0 <= n < 2**32."""
        return self._number(2**32)

    def nz_number(self) -> int:
        """0 < n < 2**32, no leading zero."""
        if self.peek() == b"0":
            raise Bad("number above 0 expected")
        return self._number(2**32)

    def number64(self) -> int:
        """0 <= n < 2**63."""
        return self._number(2**63)

    def _number(self, limit: int) -> int:
        digits = self.match(_DIGITS, "number")[0]
        if len(digits) > 19 or (number := int(digits)) >= limit:
            raise Bad("number is too big")
        return number

    def partial(self) -> tuple[int, int]:
        """`<first.count>`: offset of the first octet, and how many (RFC 9051 section 6.4.5)."""
        match = self.match(_PARTIAL, "partial range")
        first, count = int(match[1]), int(match[2])
        if first >= 2**63 or count >= 2**63 or match[2].startswith(b"0"):
            raise Bad("partial range expected")
        return first, count

    def partial_range(self) -> tuple[int, int]:
        """The range after PARTIAL, as written: `1:9`, or `-1:-9` from the end (RFC 9394 section 4)."""
        match = self.match(_PARTIAL_RANGE, "range of results")
        first, last = int(match[1] or match[3]), int(match[2] or match[4])
        if max(abs(first), abs(last)) >= 2**32:
            raise Bad("number is too big")
        return first, last

    # Names, sets, flags, dates

    def mailbox(self) -> str:
        """A name: INBOX in any case is `INBOX`, others are decoded, in form NFC. `supplied` has its octets."""
        raw = self.supplied = self.astring()
        return "INBOX" if raw.upper() == b"INBOX" else self._mailbox_name(raw)

    def list_mailbox(self) -> str:
        """A pattern of LIST: a mailbox name that may hold `*` and `%` outside quotes too."""
        match = self.try_match(_LIST_MAILBOX)
        return self._mailbox_name(self.string() if match is None else match[0])

    def patterns(self) -> list[str]:
        """One pattern, or several in parentheses (RFC 5258 section 6, mbox-or-pat)."""
        if self.peek() != b"(":
            return [self.list_mailbox()]
        patterns = self.parenthesised(self.list_mailbox)
        if not 1 <= len(patterns) <= MAX_PATTERNS:
            raise Bad("1 to 100 patterns expected")
        return patterns

    def _mailbox_name(self, raw: bytes) -> str:
        if len(raw) > MAX_MAILBOX_NAME:
            raise Bad("mailbox name is too long")
        try:
            name = raw.decode("utf-8" if self.utf8 else "ascii")
            if "&" in name and not self.utf8:
                name = mutf7.decode(raw)
        except ValueError:
            raise Bad("mailbox name is not valid " + ("UTF-8" if self.utf8 else "modified UTF-7")) from None
        if _NO_NAME.search(name):
            raise Bad("NUL or line end in mailbox name")
        return name if name.isascii() else unicodedata.normalize("NFC", name)

    def sequence_set(self) -> SequenceSet:
        """A set of sequence numbers or UIDs."""
        return SequenceSet.parse(self.match(_SEQUENCE_SET, "sequence set")[0])

    def flag(self) -> str:
        r"""A keyword, or a system flag with its `\`, as written."""
        return self.match(_FLAG, "flag")[0].decode("ascii")

    def flag_list(self) -> list[str]:
        """Flags in parentheses, perhaps none."""
        self.expect(b"(")
        flags = self.match(_FLAGS, "flag")[0].decode("ascii")
        self.expect(b")")
        return flags.split(" ") if flags else []

    def flags(self) -> list[str]:
        """A list in parentheses, or one or more flags without (store-att-flags)."""
        if self.peek() == b"(":
            return self.flag_list()
        flags = [self.flag()]
        while self.try_byte(b" "):
            flags.append(self.flag())
        return flags

    def date(self) -> date:
        """A day, with or without quotes."""
        match = self.match(_DATE, "date")
        try:
            return dates.parse_date(match[1] or match[0])
        except ValueError:
            raise Bad("date expected") from None

    def date_time(self) -> datetime:
        """A quoted date-time, as an aware datetime."""
        match = self.match(_DATE_TIME, "date-time")
        try:
            return dates.parse_date_time(match[1])
        except ValueError:
            raise Bad("date-time expected") from None

    # Lists

    def parenthesised(self, item: Callable[[], T]) -> list[T]:
        """What `item` reads, any number of times, between spaces and in parentheses."""
        self.expect(b"(")
        items: list[T] = []
        if self.try_byte(b")"):
            return items
        items.append(item())
        while not self.try_byte(b")"):
            self.space()
            items.append(item())
        return items

    def parameters(
        self, known: Mapping[str, Callable[[Arguments], T]], what: str, repeated: bool = False
    ) -> dict[str, T]:
        """Named values in parentheses (RFC 4466 section 2): modifiers, options, parameters.

        `known` maps each name to what reads its value, from the octet after the name. An unknown name or one
        that comes twice is Bad; `what` names the kind for the client. With `repeated`, one that comes again with the
        same value counts once.
        """
        values: dict[str, T] = {}

        def parameter() -> None:
            name = self.label()
            if name not in known or (name in values and not repeated):
                raise Bad(f"{what} is unknown or repeated")
            self.known(what, name)
            value = known[name](self)
            if values.setdefault(name, value) != value:
                raise Bad(f"{what} is unknown or repeated")

        self.parenthesised(parameter)
        return values
