"""Search criteria as a tree: search-program.

Source: RFC 9051 sections 6.4.4 and 9, RFC 3501 section 6.4.4, RFC 5032 (OLDER, YOUNGER), RFC 5182
(`$`), RFC 5466 (FILTER), RFC 6203 (FUZZY), RFC 7162
(MODSEQ), RFC 8474 (EMAILID, THREADID), RFC 8514 (SAVEDBEFORE and its kin). An extension adds its key to
`KEYS`.

The tree is built without recursion and is at most about 2 * MAX_DEPTH deep, so that walking it by recursion
is safe. Chains of OR, which clients make long, become one `Or`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal as OneOf

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.return_options import parse_return_options
from coromail.imap.wire.sequence_set import SequenceSet

MAX_DEPTH = 50  # of parentheses, NOT and FUZZY in each other
MAX_KEYS = 10_000

_OBJECT_ID = re.compile(rb"[A-Za-z0-9_\-]{1,255}+")
_FILTER_NAME = re.compile(rb"[!#$&'+,\-.0-9:;<=>?@A-Z\[^_`a-z|}~]++")


class Key:
    """Base of all search keys."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class All(Key):
    """Every message."""


@dataclass(frozen=True, slots=True)
class And(Key):
    """Messages that match all keys."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Or(Key):
    """Messages that match one of the keys, of which there are two or more."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Not(Key):
    """Messages that do not match the key."""

    key: Key


@dataclass(frozen=True, slots=True)
class Fuzzy(Key):
    """Messages that match the key more or less: RFC 6203 section 3."""

    key: Key


@dataclass(frozen=True, slots=True)
class Flag(Key):
    r"""Messages with (`present`) or without a system flag such as `\Seen` or a keyword."""

    name: str
    present: bool


@dataclass(frozen=True, slots=True)
class SequenceKey(Key):
    """Messages by sequence number, or by the saved result."""

    numbers: SequenceSet


@dataclass(frozen=True, slots=True)
class UidKey(Key):
    """Messages by UID."""

    uids: SequenceSet


@dataclass(frozen=True, slots=True)
class DateKey(Key):
    """Messages by the day of internal date, Date field or save date; time and zone are disregarded."""

    which: OneOf["INTERNAL", "SENT", "SAVED"]
    op: OneOf["<", "=", ">="]
    day: date


@dataclass(frozen=True, slots=True)
class AgeKey(Key):
    """Messages whose internal date is at least (OLDER) or at most (YOUNGER) `seconds` ago: RFC 5032."""

    op: OneOf["OLDER", "YOUNGER"]
    seconds: int


@dataclass(frozen=True, slots=True)
class SizeKey(Key):
    """Messages whose RFC822.SIZE is above or below a number of octets."""

    op: OneOf[">", "<"]
    octets: int


@dataclass(frozen=True, slots=True)
class HeaderKey(Key):
    """Messages with a header field, named in upper case, that holds `octets` (in the program's charset).

    No octets: the field is there. BCC, CC, FROM, SUBJECT and TO are the keys of those names.
    """

    field: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class TextKey(Key):
    """Messages that hold `octets`, in the charset of the program, in the body or (TEXT) header or body."""

    scope: OneOf["TEXT", "BODY"]
    octets: bytes


@dataclass(frozen=True, slots=True)
class ModseqKey(Key):
    """Messages with a mod-sequence of at least `modseq`: RFC 7162 section 3.1.5.

    `entry`, the name of a metadata item and PRIV, SHARED or ALL, may narrow it to changes of one flag.
    """

    modseq: int
    entry: tuple[bytes, str] | None = None


@dataclass(frozen=True, slots=True)
class EmailIdKey(Key):
    """Messages with this EMAILID."""

    value: str


@dataclass(frozen=True, slots=True)
class ThreadIdKey(Key):
    """Messages with this THREADID."""

    value: str


@dataclass(frozen=True, slots=True)
class SaveDateSupported(Key):
    """All messages where the store knows save dates, else none: RFC 8514 section 4.3."""


@dataclass(frozen=True, slots=True)
class FilterKey(Key):
    """Messages that match the named filter: RFC 5466 section 3.1."""

    name: str


@dataclass(frozen=True, slots=True)
class SearchProgram:
    """What to search for.

    `charset` (in upper case) is the one the client named. `return_options` is None without RETURN; the values
    are True, for PARTIAL a pair as `Arguments.partial_range` gives it.
    """

    charset: str | None
    key: Key
    return_options: dict[str, object] | None = None


def _header(args: Arguments) -> Key:
    name = _ascii(args.astring(), "header field name")
    args.space()
    return HeaderKey(name, args.astring())


def _modseq(args: Arguments) -> Key:
    entry = None
    if args.peek() == b'"':
        name = args.string()
        args.space()
        kind = args.try_keyword("PRIV", "SHARED", "ALL")
        if not kind or not name.lower().startswith(b"/flags/"):
            raise Bad("metadata item expected")
        entry = (name, kind)
        args.space()
    return ModseqKey(args.number64(), entry)


def _object_id(args: Arguments) -> str:
    return args.match(_OBJECT_ID, "object identifier")[0].decode("ascii")


def _ascii(raw: bytes, what: str) -> str:
    try:
        return raw.decode("ascii").upper()
    except UnicodeDecodeError:
        raise Bad(f"{what} must be ASCII") from None


# Each name with its key, or with what reads the argument (from the octet after the space) and makes the key.
KEYS: dict[str, Key | Callable[[Arguments], Key]] = {
    "ALL": All(),
    "ANSWERED": Flag("\\Answered", True),
    "DELETED": Flag("\\Deleted", True),
    "DRAFT": Flag("\\Draft", True),
    "FLAGGED": Flag("\\Flagged", True),
    "RECENT": Flag("\\Recent", True),
    "SEEN": Flag("\\Seen", True),
    "UNANSWERED": Flag("\\Answered", False),
    "UNDELETED": Flag("\\Deleted", False),
    "UNDRAFT": Flag("\\Draft", False),
    "UNFLAGGED": Flag("\\Flagged", False),
    "UNSEEN": Flag("\\Seen", False),
    "NEW": And((Flag("\\Recent", True), Flag("\\Seen", False))),
    "OLD": Flag("\\Recent", False),
    "KEYWORD": lambda args: Flag(args.atom(), True),
    "UNKEYWORD": lambda args: Flag(args.atom(), False),
    "BEFORE": lambda args: DateKey("INTERNAL", "<", args.date()),
    "ON": lambda args: DateKey("INTERNAL", "=", args.date()),
    "SINCE": lambda args: DateKey("INTERNAL", ">=", args.date()),
    "SENTBEFORE": lambda args: DateKey("SENT", "<", args.date()),
    "SENTON": lambda args: DateKey("SENT", "=", args.date()),
    "SENTSINCE": lambda args: DateKey("SENT", ">=", args.date()),
    "SAVEDBEFORE": lambda args: DateKey("SAVED", "<", args.date()),
    "SAVEDON": lambda args: DateKey("SAVED", "=", args.date()),
    "SAVEDSINCE": lambda args: DateKey("SAVED", ">=", args.date()),
    "SAVEDATESUPPORTED": SaveDateSupported(),
    "OLDER": lambda args: AgeKey("OLDER", args.nz_number()),
    "YOUNGER": lambda args: AgeKey("YOUNGER", args.nz_number()),
    "LARGER": lambda args: SizeKey(">", args.number64()),
    "SMALLER": lambda args: SizeKey("<", args.number64()),
    "BCC": lambda args: HeaderKey("BCC", args.astring()),
    "CC": lambda args: HeaderKey("CC", args.astring()),
    "FROM": lambda args: HeaderKey("FROM", args.astring()),
    "SUBJECT": lambda args: HeaderKey("SUBJECT", args.astring()),
    "TO": lambda args: HeaderKey("TO", args.astring()),
    "HEADER": _header,
    "BODY": lambda args: TextKey("BODY", args.astring()),
    "TEXT": lambda args: TextKey("TEXT", args.astring()),
    "UID": lambda args: UidKey(args.sequence_set()),
    "UIDAFTER": lambda args: UidKey(SequenceSet.between(args.nz_number() + 1, 2**32 - 1)),
    "UIDBEFORE": lambda args: UidKey(SequenceSet.between(1, args.nz_number() - 1)),
    "MODSEQ": _modseq,
    "EMAILID": lambda args: EmailIdKey(_object_id(args)),
    "THREADID": lambda args: ThreadIdKey(_object_id(args)),
    "FILTER": lambda args: FilterKey(args.match(_FILTER_NAME, "filter name")[0].decode("ascii")),
}


def parse_program(args: Arguments) -> SearchProgram:
    """The arguments of SEARCH, to the end of the command."""
    options = parse_return_options(args)
    charset = None
    if args.try_keyword("CHARSET"):
        args.space()
        charset = _charset(args)
    return SearchProgram(charset, parse_keys(args), options)


def parse_criteria(args: Arguments) -> SearchProgram:
    """Charset and keys as SORT and THREAD have them at the end (search-criteria of RFC 5256 section 5)."""
    return SearchProgram(_charset(args), parse_keys(args))


def _charset(args: Arguments) -> str:
    charset = _ascii(args.astring(), "charset")
    args.space()
    return charset


class _Frame:
    """Keys being collected: after `(` until `)`, after NOT, FUZZY and OR until none is missing.

    The outermost, `AND`, ends with the command.
    """

    __slots__ = ("keys", "kind", "missing")

    def __init__(self, kind: str, missing: int = 0) -> None:
        self.kind = kind
        self.missing = missing
        self.keys: list[Key] = []

    def key(self) -> Key:
        if self.kind == "NOT":
            return Not(self.keys[0])
        if self.kind == "FUZZY":
            return Fuzzy(self.keys[0])
        if self.kind == "OR":
            return Or(tuple(self.keys))
        return self.keys[0] if len(self.keys) == 1 else And(tuple(self.keys))


_OPERATORS = {"NOT": 1, "FUZZY": 1, "OR": 2}
_SET_STARTS = frozenset(b"%c" % octet for octet in b"0123456789*$")


def parse_keys(args: Arguments) -> Key:
    """search-key *(SP search-key), to the end of the command."""
    stack = [_Frame("AND")]
    count = 0
    while True:
        key = _key_or_frame(args, stack)
        if key is None:
            continue
        if (count := count + 1) > MAX_KEYS:
            raise Bad("too many search keys")
        while key is not None:
            frame = stack[-1]
            frame.keys.append(key)
            key = None
            if frame.missing:
                frame.missing -= 1
                if not frame.missing:
                    key = stack.pop().key()
            elif frame.kind == "(" and args.try_byte(b")"):
                key = stack.pop().key()
        if len(stack) == 1 and args.at_end():
            return stack[0].key()
        args.space()


def _key_or_frame(args: Arguments, stack: list[_Frame]) -> Key | None:
    """Read one simple key, or what opens a compound one, which goes on the stack."""
    if args.try_byte(b"("):
        stack.append(_Frame("("))
    elif args.peek() in _SET_STARTS:
        return SequenceKey(args.sequence_set())
    else:
        name = args.known("search key", args.label())
        arity = _OPERATORS.get(name)
        if arity is None:
            return _simple_key(args, name)
        args.space()
        if name == "OR" and stack[-1].kind == "OR":
            stack[-1].missing += 1  # OR a OR b c: one Or of three
            return None
        stack.append(_Frame(name, arity))
    if sum(frame.kind != "OR" for frame in stack) > MAX_DEPTH:
        raise Bad("search keys are nested too deep")
    return None


def _simple_key(args: Arguments, name: str) -> Key:
    parse = KEYS.get(name)
    if parse is None:
        raise Bad("unknown search key")
    if not isinstance(parse, Key):
        args.space()
        parse = parse(args)
    return parse
