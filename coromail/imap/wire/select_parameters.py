"""What may stand in parentheses after the mailbox name of SELECT and EXAMINE (RFC 4466 section 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coromail.errors import Bad
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.sequence_set import SequenceSet


@dataclass(frozen=True, slots=True)
class QResync:
    """What the client remembers of the mailbox (RFC 7162 section 3.2.5).

    `uids` are those it knows, None for all. `match_numbers` and `match_uids` are samples of message numbers and
    the UIDs it has for them, in the same order (section 3.2.5.2); None when it sent none.
    """

    uidvalidity: int
    modseq: int
    uids: SequenceSet | None = None
    match_numbers: SequenceSet | None = None
    match_uids: SequenceSet | None = None


def _qresync(args: Arguments) -> QResync:
    args.space()
    args.expect(b"(")
    uidvalidity = args.nz_number()
    args.space()
    modseq = args.number64()
    uids = numbers = match_uids = None
    if args.try_byte(b" "):
        if args.peek() != b"(":
            uids = _known(args)
        if uids is None or args.try_byte(b" "):
            args.expect(b"(")
            numbers = _ascending(args)
            args.space()
            match_uids = _ascending(args)
            args.expect(b")")
    args.expect(b")")
    return QResync(uidvalidity, modseq, uids, numbers, match_uids)


def _known(args: Arguments) -> SequenceSet:
    """A set without `*` and `$`."""
    numbers = args.sequence_set()
    if numbers.saved or any(number is None for pair in numbers.ranges for number in pair):
        raise Bad("only numbers are allowed in this set")
    return numbers


def _ascending(args: Arguments) -> SequenceSet:
    numbers = _known(args)
    last = 0
    for low, high in numbers.ranges:
        assert low is not None
        assert high is not None
        if not last < low <= high:
            raise Bad("numbers in ascending order expected")
        last = high
    return numbers


def _yes(_: Arguments) -> bool:
    return True


# Each name, and what reads its value, from the octet after the name.
PARAMETERS: dict[str, Callable[[Arguments], object]] = {
    "CONDSTORE": _yes,
    "QRESYNC": _qresync,
}


def parse_parameters(args: Arguments) -> dict[str, object]:
    """`(QRESYNC (1 2 3:4))` at the end of SELECT, if it is there: values by name."""
    if args.at_end():
        return {}
    args.space()
    return args.parameters(PARAMETERS, "SELECT parameter")
