"""Addresses in MAIL and RCPT, and the parameters behind them (RFC 5321 section 4.1.2, RFC 6531 section 3.3)."""

from __future__ import annotations

import re
from typing import NamedTuple

from coromail.lmtp.replies import Refused

MAX_LOCAL_PART = 64 * 4  # RFC 5321 section 4.5.3.1.1 asks for 64; long return paths of mailing lists exist
MAX_PATH = 1000

# Kinder than the RFC where mail in the wild is not strict: dots anywhere, "_" in domains, no domain at all.
_ATOM = r"[^\x00-\x20\x7f()<>\[\]\\\",:;@]"
_QUOTED = r'"(?:[^\x00-\x1f\x7f"\\]|\\[\x20-\x7e])*"'
_DOMAIN = rf"(?:{_ATOM}+|\[[^\x00-\x20\x7f\[\]<>\\]+\])"
_PATH = re.compile(
    rf"<(?:@[^\x00-\x20\x7f:<>\"]+:)?(?P<local>{_ATOM}+|{_QUOTED})(?:@(?P<domain>{_DOMAIN}))?>"
)
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\x80-\U0010ffff]+))?")


class Path(NamedTuple):
    """A mailbox: local part without quoting, domain ("" where there is none), and the form it was written in."""

    local: str
    domain: str
    written: str


def parse_path(keyword: str, argument: str) -> tuple[Path | None, dict[str, str | None]]:
    """`FROM:<path> PARAMETERS`: the path (None for `<>`) and the parameters by upper-case name. Raises Refused."""
    if argument[: len(keyword)].upper() != keyword:
        raise Refused(f"Write {keyword}<address>", "501 5.5.4")
    rest = argument[len(keyword) :].lstrip(" ")
    if rest == "<>" or rest.startswith("<> "):
        return None, parse_parameters(rest[2:])
    match = _PATH.match(rest) if len(rest) <= MAX_PATH else None
    if match is None or len(match["local"]) > MAX_LOCAL_PART:
        raise Refused("That is not an address", "501 5.1.3" if keyword == "TO:" else "501 5.1.7")
    local, domain = match["local"], match["domain"] or ""
    written = f"{local}@{domain}" if domain else local
    if local.startswith('"'):
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    return Path(local, domain, written), parse_parameters(rest[match.end() :])


def parse_parameters(text: str) -> dict[str, str | None]:
    """ESMTP parameters by upper-case name. Raises Refused."""
    found: dict[str, str | None] = {}
    if text.strip(" ") and not text.startswith(" "):
        raise Refused("A space was expected after the address", "501 5.5.4")
    for word in text.split():
        match = _PARAMETER.fullmatch(word)
        if match is None or match[1].upper() in found:
            raise Refused("That is not a parameter", "501 5.5.4")
        found[match[1].upper()] = match[2]
    return found
