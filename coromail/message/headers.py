"""Header fields of one entity (RFC 5322 section 2.2), found in octets by offset.

A line ends with LF or CRLF; a field is a line and the folded lines after it. What is no field (no colon, a
space in the name) is passed over. Of one header, and of one field, so many octets are parsed as
`limits.UNDERSTOOD` says; what lies beyond is still sent as it is by the sections, only not understood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import product

from .limits import UNDERSTOOD

_MAX_CACHED = 200  # octets of a header

Fields = Sequence[tuple[bytes, bytes]]

_blank_line = re.compile(rb"\n\r?\n").search
_split_fields = re.compile(rb"\n(?![ \t])").split
_next_field = re.compile(rb"\n(?![ \t])").search

# The fields that ENVELOPE, BODYSTRUCTURE, SORT and THREAD are made of.
_KNOWN = frozenset(
    b"date subject from sender reply-to to cc bcc in-reply-to message-id references content-type"
    b" content-transfer-encoding content-id content-description content-disposition content-md5"
    b" content-language content-location".split()
)
# By how they are written usually; other spellings are found the longer way.
_NAMES = {name: known for known in _KNOWN for name in (known, known.title(), known.upper())}
_NAMES |= {b"Message-ID": b"message-id", b"Content-ID": b"content-id", b"Content-MD5": b"content-md5"}
_STRUCTURAL = frozenset((b"content-type", b"content-transfer-encoding"))
_ADDRESSES = frozenset((b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc"))


def _starts() -> frozenset[bytes]:
    """The first three octets that a line of a known field can have, in every case."""
    starts: set[bytes] = set()
    for name in _KNOWN:
        for start in {(name + b":")[:3], (name + b" ")[:3], (name + b"\t")[:3]}:
            text = start.decode("ascii")
            starts.update("".join(c).encode() for c in product(*((a.lower(), a.upper()) for a in text)))
    return frozenset(starts)


_STARTS = _starts()


def header_end(octets: bytes, start: int = 0, end: int | None = None) -> int:
    """The offset of the body: after the blank line, or `end` when there is none (RFC 5322 section 2.1)."""
    if end is None:
        end = len(octets)
    if octets.startswith(b"\r\n", start, end):
        return start + 2
    if octets.startswith(b"\n", start, end):
        return start + 1
    found = _blank_line(octets, start, end)
    return found.end() if found else end


def unfold(value: bytes) -> bytes:
    """A field body on one line, without white space around it (RFC 5322 section 2.2.3)."""
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    return value.strip()


def fields(octets: bytes, start: int, end: int) -> list[tuple[bytes, bytes]]:
    """All fields of the header between two offsets: (name as written, raw value).

    The raw value is all between the colon and the CRLF that ends the field, folds kept.
    """
    found = []
    for line in _split_fields(octets[start : min(end, start + UNDERSTOOD.header)]):
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if colon and name and b" " not in name and b"\t" not in name:
            found.append((name, value[: UNDERSTOOD.field].removesuffix(b"\r")))
    return found


def first(fields: Fields, name: bytes) -> bytes | None:
    """The unfolded value of the first field called `name` (lower case), None when there is none."""
    for field, value in fields:
        if len(field) == len(name) and field.lower() == name:
            return unfold(value)
    return None


def known_fields(octets: bytes, start: int, end: int) -> Mapping[bytes, bytes]:
    """The fields this package computes with, by lower-case name, unfolded, without white space around.

    The first of a kind counts, but several fields of addresses are one list. RFC 5322 section 4.5.3 has that for To,
    Cc and Bcc; for From, Sender and Reply-To, of which there should be one, it leaves no address out.
    """
    header = octets[start : min(end, start + UNDERSTOOD.header)]
    return _cached(header) if len(header) <= min(_MAX_CACHED, UNDERSTOOD.field) else _known(header)


def _known(header: bytes) -> Mapping[bytes, bytes]:
    most = UNDERSTOOD.field
    usual = _NAMES.get
    found: dict[bytes, bytes] = {}
    more: dict[bytes, list[bytes]] = {}
    for line in _split_fields(header):
        if line[:3] not in _STARTS:
            continue
        written, colon, value = line.partition(b":")
        name = usual(written) or written.rstrip(b" \t").lower()
        if not colon or name not in _KNOWN:
            continue
        if len(value) > most:
            value = value[:most]
        if b"\n" in value:
            value = value.replace(b"\r\n", b"").replace(b"\n", b"")
        if name not in found:
            found[name] = value.strip()
        elif name in _ADDRESSES:
            more.setdefault(name, [found[name]]).append(value.strip())
    for name, values in more.items():
        found[name] = b", ".join(values)[:most]
    return found


# Of body parts, many have the same header.
_cached = lru_cache(2048)(_known)


def structural_fields(octets: bytes, start: int, end: int) -> dict[bytes, bytes]:
    """Of `known_fields` those that say how an entity is built: Content-Type, Content-Transfer-Encoding."""
    end = min(end, start + UNDERSTOOD.header)
    header = octets[start:end].lower()
    found: dict[bytes, bytes] = {}
    at = header.find(b"content-t")
    while at >= 0:
        stop = _field_end(header, at)
        if not at or header[at - 1] == 10:
            name, colon, value = octets[start + at : start + stop].partition(b":")
            name = name.lower().rstrip(b" \t")
            if colon and name in _STRUCTURAL and name not in found:
                found[name] = unfold(value[: UNDERSTOOD.field])
        at = header.find(b"content-t", stop)
    return found


def encoded_fields(octets: bytes, start: int, end: int) -> list[tuple[bytes, bytes]]:
    """Of `fields` those in which there may be encoded words (RFC 2047)."""
    header = octets[start : min(end, start + UNDERSTOOD.header)]
    found = []
    at = header.find(b"=?")
    while at >= 0:
        line = header.rfind(b"\n", 0, at) + 1
        while line and header[line] in b" \t":
            line = header.rfind(b"\n", 0, line - 1) + 1
        stop = _field_end(header, at)
        found += fields(header, line, stop)
        at = header.find(b"=?", stop)
    return found


def _field_end(header: bytes, at: int) -> int:
    """Where the field ends in which an octet stands: before the LF."""
    found = _next_field(header, at)
    return found.start() if found else len(header)


def select_fields(header: bytes, names: Collection[bytes], exclude: bool) -> bytes:
    """The fields of `header` whose name is in `names` (lower case), or with `exclude` all other lines.

    Order, case and folding stay; the blank line stays too where `header` has one (RFC 9051 section 6.4.5.1).
    """
    lines = _split_fields(header)
    rest = [lines.pop()] if not lines[-1] else []  # what comes after the last LF
    if rest and lines and lines[-1] in (b"\r", b""):
        rest.insert(0, lines.pop())
    kept = [line for line in lines if (line.partition(b":")[0].rstrip(b" \t").lower() in names) != exclude]
    return b"\n".join(kept + rest) if kept or len(rest) > 1 else b""
