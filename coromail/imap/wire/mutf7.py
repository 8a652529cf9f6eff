"""Modified UTF-7, the international mailbox names of IMAP4rev1: RFC 3501 section 5.1.3."""

from __future__ import annotations

import binascii
import re

_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+|&")
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


def encode(name: str) -> bytes:
    """The modified UTF-7 form of `name`; ValueError when it holds a lone surrogate."""
    return _NOT_PRINTABLE.sub(_shift, name).encode("ascii")


def decode(raw: bytes) -> str:
    """The name that `raw` stands for; ValueError unless `raw` is the one canonical form of it."""
    name = _SHIFTED.sub(_unshift, raw.decode("ascii"))
    if encode(name) != raw:
        raise ValueError("not canonical modified UTF-7")
    return name


def _shift(match: re.Match[str]) -> str:
    if match[0] == "&":
        return "&-"
    octets = binascii.b2a_base64(match[0].encode("utf-16-be"), newline=False)
    return "&" + octets.rstrip(b"=").replace(b"/", b",").decode("ascii") + "-"


def _unshift(match: re.Match[str]) -> str:
    base64 = match[1].replace(",", "/")
    if not base64:
        return "&"
    return binascii.a2b_base64(base64 + "=" * (-len(base64) % 4)).decode("utf-16-be")
