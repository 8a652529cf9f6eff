"""Strings and names as the server sends them: RFC 9051 section 9.

A server never sends NUL (only literal8 may hold it) and no 8-bit octets outside literals unless UTF-8 was
enabled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from coromail.imap.wire import mutf7

# Longer strings are sent as literals: RFC 2683 section 3.2.1.5 asks for lines of at most 1,000 octets.
_MAX_QUOTED = 900

_QUOTABLE = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]*")
_ATOM = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")  # ASTRING-CHARs
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f]+")
_NO_ASCII_TEXT = re.compile(r"[^\x20-\x7e]+")


def quoted(value: bytes) -> bytes:
    """A quoted string; `value` must be free of NUL, CR and LF."""
    return b'"%s"' % value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def literal(value: bytes) -> bytes:
    """A literal. NUL, which no literal may hold, becomes 0x80, so that sizes stay as they are."""
    if b"\0" in value:
        value = value.replace(b"\0", b"\x80")
    return b"{%d}\r\n%s" % (len(value), value)


def literal8(value: bytes) -> bytes:
    """A literal8: any octets (RFC 3516 section 5)."""
    return b"~{%d}\r\n%s" % (len(value), value)


def string(value: bytes) -> bytes:
    """Quoted when that is possible and the value not long, else a literal. Empty is `""`, never `{0}`."""
    if len(value) <= _MAX_QUOTED and _QUOTABLE.fullmatch(value):
        return quoted(value)
    return literal(value)


def nstring(value: bytes | None) -> bytes:
    """A string, or NIL for None."""
    return b"NIL" if value is None else string(value)


def astring(value: bytes) -> bytes:
    """An atom when that is possible, else a string. What reads as NIL is quoted."""
    if len(value) <= _MAX_QUOTED and _ATOM.fullmatch(value) and value.upper() != b"NIL":
        return value
    return string(value)


def mailbox_name(name: str, utf8: bool) -> bytes:
    """A mailbox name: in modified UTF-7, or in UTF-8 when the client enabled it (RFC 6855 section 3)."""
    if not utf8:
        return astring(mutf7.encode(name))
    raw = name.encode()
    return astring(raw) if raw.isascii() else quoted(raw)


def flag_list(flags: Iterable[str]) -> bytes:
    r"""`(\Seen $Forwarded)`."""
    return b"(%s)" % " ".join(flags).encode("ascii")


def text(value: str, utf8: bool = False) -> bytes:
    """Text for people on one line. What may not be sent becomes `?`; it never starts like a code."""
    safe = (_NO_TEXT if utf8 else _NO_ASCII_TEXT).sub("?", value).encode(errors="replace")
    return b"?" + safe[1:] if safe.startswith(b"[") else safe or b"?"
