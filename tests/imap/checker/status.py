"""Status responses (RFC 9051 sections 7.1 and 9: resp-text): the response codes, their arguments, the text.

`CODES` is the one table of response codes: a code that is not in it is refused, and so is one where its RFC
does not allow it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.imap.checker.capability import capability_data
from tests.imap.checker.scanner import ATOM, Scanner, is_utf8

Arguments = Callable[[Scanner, str], Any]

URL = re.compile(rb"[\x21-\x5a\x5c\x5e-\x7e]+")
MECHANISM = re.compile(rb"[A-Za-z0-9.-]+(?:=[A-Za-z0-9+/]*={0,2})?")


def _none(_scanner: Scanner, _production: str) -> None:
    return None


def _sp(take: Callable[[Scanner, str], Any]) -> Arguments:
    def arguments(scanner: Scanner, production: str) -> Any:
        scanner.sp(production)
        return take(scanner, production)

    return arguments


def _charsets(scanner: Scanner, production: str) -> list[bytes]:
    if not scanner.accept(b" "):
        return []

    def charset() -> bytes:
        return scanner.quoted(production) if scanner.looking_at(b'"') else scanner.match(ATOM, production)

    return scanner.listed(charset, production)


def _flags(scanner: Scanner, production: str) -> list[bytes]:
    return scanner.flag_list(production, frozenset({b"\\*"}))


def _set_size(ranges: list[tuple[int, int]]) -> int:
    return sum(abs(last - first) + 1 for first, last in ranges)


def _appenduid(scanner: Scanner, production: str) -> tuple[int, list[tuple[int, int]]]:
    uidvalidity = scanner.nz_number(production)
    scanner.sp(production)
    start = scanner.pos
    uids = scanner.sequence_set(production)
    if _set_size(uids) == 1 and b":" in scanner.data[start : scanner.pos]:
        scanner.fail(production, "one UID sent as a range (RFC 9051 section 7.1)")
    return uidvalidity, uids


def _copyuid(scanner: Scanner, production: str) -> tuple[int, list[tuple[int, int]], list[tuple[int, int]]]:
    uidvalidity = scanner.nz_number(production)
    scanner.sp(production)
    sources = scanner.sequence_set(production)
    scanner.sp(production)
    targets = scanner.sequence_set(production)
    if _set_size(sources) != _set_size(targets):
        scanner.fail(production, "source and target sets differ in size")
    return uidvalidity, sources, targets


def _nstring_quoted(scanner: Scanner, production: str) -> bytes | None:
    return None if scanner.nil() else scanner.quoted(production)


def _inprogress(scanner: Scanner, production: str) -> tuple[bytes | None, int | None, int | None] | None:
    if not scanner.accept(b" ("):
        return None
    tag = _nstring_quoted(scanner, production)
    scanner.sp(production)
    progress = None if scanner.nil() else scanner.number(production)
    scanner.sp(production)
    goal = None if scanner.nil() else scanner.nz_number(production)
    scanner.expect(b")", production)
    if goal is not None and (progress is None or progress >= goal):
        scanner.fail(production, "goal without progress, or not greater than it")
    return tag, progress, goal


def _messagelimit(scanner: Scanner, production: str) -> tuple[int, int | None]:
    limit = scanner.nz_number(production)
    uid = None
    if scanner.looking_at(b" "):
        scanner.sp(production)
        uid = scanner.nz_number(production)
    return limit, uid


def _metadata(scanner: Scanner, production: str) -> tuple[str, int | None]:
    word = scanner.word(production)
    if word in {"LONGENTRIES", "MAXSIZE"}:
        scanner.sp(production)
        return word, scanner.number(production)
    if word not in {"TOOMANY", "NOPRIVATE"}:
        scanner.fail(production, "unknown METADATA code")
    return word, None


EVENT_NAMES = """
    MESSAGENEW MESSAGEEXPUNGE FLAGCHANGE ANNOTATIONCHANGE MAILBOXNAME SUBSCRIPTIONCHANGE
    MAILBOXMETADATACHANGE SERVERMETADATACHANGE
"""
EVENTS = frozenset(EVENT_NAMES.split())


def _events(scanner: Scanner, production: str) -> list[str]:
    names = scanner.listed(lambda: scanner.word(production), production)
    if not set(names) <= EVENTS:
        scanner.fail(production, "unknown event name")
    return names


def _mechanisms(scanner: Scanner, production: str) -> list[bytes]:
    names = [scanner.match(MECHANISM, production)]
    while scanner.looking_at(b" "):
        scanner.sp(production)
        names.append(scanner.match(MECHANISM, production))
    if names[0] != b"INTERNAL":
        scanner.fail(production, "INTERNAL is not the first mechanism")
    return names


def _url(scanner: Scanner, production: str) -> bytes:
    return scanner.match(URL, production)


class Code(NamedTuple):
    """`where`: the conditions that may carry the code, "*" before those that are untagged, "T" if tagged."""

    arguments: Arguments
    where: str = "*OK *NO *BAD TOK TNO TBAD"


CODES: dict[str, Code] = {
    # RFC 9051 section 7.1 (and RFC 3501, 5530)
    "ALERT": Code(_none, "*OK *NO *BAD *BYE *PREAUTH TOK TNO TBAD"),
    "ALREADYEXISTS": Code(_none, "TNO"),
    "APPENDUID": Code(_sp(_appenduid), "TOK *OK"),  # untagged: RFC 8508 section 4 (REPLACE)
    "AUTHENTICATIONFAILED": Code(_none, "TNO"),
    "AUTHORIZATIONFAILED": Code(_none, "TNO"),
    "BADCHARSET": Code(_charsets, "TNO TBAD"),  # BAD: RFC 5466 section 3.1
    "CANNOT": Code(_none, "TNO"),
    "CAPABILITY": Code(capability_data, "*OK *PREAUTH TOK"),
    "CLIENTBUG": Code(_none, "TOK TNO TBAD *BAD *NO *BYE"),
    "CLOSED": Code(_none, "*OK"),
    "CONTACTADMIN": Code(_none, "TNO"),
    "COPYUID": Code(_sp(_copyuid), "TOK *OK"),
    "CORRUPTION": Code(_none, "TNO TOK *NO"),
    "EXPIRED": Code(_none, "TNO"),
    "EXPUNGEISSUED": Code(_none, "TNO TOK"),
    "HASCHILDREN": Code(_none, "TNO"),
    "INUSE": Code(_none, "TNO"),
    "LIMIT": Code(_none, "TNO TOK *NO"),
    "NONEXISTENT": Code(_none, "TNO"),
    "NOPERM": Code(_none, "TNO"),
    "OVERQUOTA": Code(_none, "TNO *NO *OK"),
    "PARSE": Code(_none),
    "PERMANENTFLAGS": Code(_sp(_flags), "*OK"),
    "PRIVACYREQUIRED": Code(_none, "TNO"),
    "READ-ONLY": Code(_none, "TOK *OK TNO"),
    "READ-WRITE": Code(_none, "TOK *OK"),
    "SERVERBUG": Code(_none, "TNO *NO *BAD *BYE"),
    "TRYCREATE": Code(_none, "TNO"),
    "UIDNEXT": Code(_sp(Scanner.nz_number), "*OK"),
    "UIDNOTSTICKY": Code(_none, "*NO *OK TNO"),
    "UIDVALIDITY": Code(_sp(Scanner.nz_number), "*OK"),
    "UNAVAILABLE": Code(_none, "TNO *NO *BYE"),
    "UNSEEN": Code(_sp(Scanner.nz_number), "*OK"),  # RFC 3501 only
    # Extensions
    "BADCOMPARATOR": Code(_none, "TNO"),  # RFC 5255
    "BADEVENT": Code(_sp(_events), "TNO"),  # RFC 5465
    "BADURL": Code(_sp(_url), "TNO"),  # RFC 4469
    "COMPRESSIONACTIVE": Code(_none, "TNO"),  # RFC 4978
    "HIGHESTMODSEQ": Code(_sp(Scanner.nz_number64), "*OK TOK"),  # RFC 7162
    "INPROGRESS": Code(_inprogress, "*OK"),  # RFC 9585
    "MAILBOXID": Code(_sp(Scanner.objectid), "*OK TOK"),  # RFC 8474
    "MESSAGELIMIT": Code(_sp(_messagelimit), "TNO TOK *NO"),  # RFC 9738
    "METADATA": Code(_sp(_metadata), "TOK TNO"),  # RFC 5464
    "MODIFIED": Code(_sp(Scanner.sequence_set), "TOK TNO"),  # RFC 7162
    "NOMODSEQ": Code(_none, "*OK"),  # RFC 7162
    "NOTIFICATIONOVERFLOW": Code(_none, "*OK TNO"),  # RFC 5465
    "NOTSAVED": Code(_none, "TNO"),  # RFC 5182
    "NOUPDATE": Code(_sp(Scanner.quoted), "*NO"),  # RFC 5267
    "REFERRAL": Code(_sp(_url), "TOK TNO *BYE"),  # RFC 2221
    "TOOBIG": Code(_none, "TNO TBAD *BAD *BYE"),  # RFC 4469, 7888, 7889
    "TOOFEW": Code(_none, "TNO"),  # RFC 10022
    "TOOMANY": Code(_none, "TNO"),  # RFC 10022
    "UIDREQUIRED": Code(_none, "TBAD"),  # RFC 9586
    "UNDEFINED-FILTER": Code(
        _sp(lambda scanner, production: scanner.match(ATOM, production)), "TNO"
    ),  # RFC 5466
    "UNKNOWN-CTE": Code(_none, "TNO *NO"),  # RFC 3516
    "URLMECH": Code(_sp(_mechanisms), "*OK TOK"),  # RFC 4467
    "USEATTR": Code(_none, "TNO"),  # RFC 6154
}


def resp_text(scanner: Scanner, condition: str, *, tagged: bool) -> tuple[tuple[str, Any] | None, str]:
    """resp-text = ["[" resp-text-code "]" SP] text; the text must be there (RFC 3501, and strict clients)."""
    code = None
    if scanner.accept(b"["):
        code = _resp_text_code(scanner, f"{'T' if tagged else '*'}{condition}")
        scanner.expect(b"]", "resp-text")
        scanner.sp("resp-text")
    return code, text(scanner)


def _resp_text_code(scanner: Scanner, where: str) -> tuple[str, Any]:
    name = scanner.word("resp-text-code")
    entry = CODES.get(name)
    if entry is None:
        scanner.fail("resp-text-code", f"unknown response code {name}")
    if where not in entry.where.split():
        scanner.fail(f"resp-text-code {name}", f"not allowed in {where}")
    if name == "UNSEEN" and scanner.rev2:
        scanner.fail("resp-text-code UNSEEN", "gone from IMAP4rev2")
    return name, entry.arguments(scanner, f"resp-text-code {name}")


def text(scanner: Scanner) -> str:
    """One or more characters, no control characters, no space at either end; UTF-8 only with rev2."""
    octets = scanner.data[scanner.pos :]
    if not octets:
        scanner.fail("text", "missing text")
    if octets != octets.strip(b" ") or octets[:1] == b"[":
        scanner.fail("text", 'space at an end, or "[" that begins no code')
    if any(octet < 0x20 or octet == 0x7F for octet in octets):
        scanner.fail("text", "control character")
    if not octets.isascii() and not ((scanner.rev2 or scanner.texts) and is_utf8(octets)):
        scanner.fail("text", "8-bit octets")
    scanner.pos = len(scanner.data)
    return octets.decode("utf-8")
