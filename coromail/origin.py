"""Whom a trusted proxy speaks for, as it says by XCLIENT or ID. Pure: words in, facts out.

Sources: Postfix's XCLIENT_README (SMTP, LMTP), Dovecot's "Forwarding parameters" (XCLIENT of POP3, fields of ID). What
else they name (TTL, PROTO, FORWARD and so on) is for proxies and for their own authentication, and passed over.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ATTRIBUTES = ("NAME", "ADDR", "PORT", "LOGIN", "DESTADDR", "SESSION")
ID_FIELDS = {
    "x-originating-ip": "ADDR",
    "x-originating-port": "PORT",
    "x-connected-ip": "DESTADDR",
    "x-session-id": "SESSION",
    "x-session-ext-id": "SESSION",
}
UNKNOWN = ("", "[UNAVAILABLE]", "[TEMPUNAVAIL]")  # values that say nothing
MAX_TEXT = 255  # characters of a value


@dataclass(frozen=True, slots=True)
class Origin:
    """A client behind a proxy. `peer` is its IP address, `local` the one it connected to; None where nothing is said.

    `port` is the client's (0: not said). `session`, `login` and `name` are text for the log, believed by nobody.
    """

    peer: str | None = None
    local: str | None = None
    port: int = 0
    session: str = ""
    login: str = ""
    name: str = ""


def attributes(words: Iterable[str]) -> dict[str, str]:
    """`NAME=value` words of XCLIENT, names in upper case. Raises ValueError for anything else, also for none."""
    said: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (equals and name.isascii() and name.isalnum()):
            raise ValueError("XCLIENT takes NAME=value")
        said[name.upper()] = value
    if not said:
        raise ValueError("XCLIENT takes NAME=value")
    return said


def from_id(fields: Mapping[str, str | None]) -> Origin | None:
    """What the fields of an ID say, names in lower case; None when they say nothing. Raises ValueError."""
    said = {ID_FIELDS[name]: value for name, value in fields.items() if name in ID_FIELDS and value}
    return origin(said) if said else None


def origin(said: Mapping[str, str]) -> Origin:
    """The client that attributes tell of. Raises ValueError for values that cannot be."""
    known = {name: value for name, value in said.items() if value.upper() not in UNKNOWN}
    if any(len(known.get(name, "")) > MAX_TEXT for name in ATTRIBUTES):
        raise ValueError("A value is too long")
    return Origin(
        peer=_address(known.get("ADDR")),
        local=_address(known.get("DESTADDR")),
        port=_port(known.get("PORT", "0")),
        session=known.get("SESSION", ""),
        login=known.get("LOGIN", ""),
        name=known.get("NAME", ""),
    )


def _address(text: str | None) -> str | None:
    """An address in its usual form, IPv4 as such; XCLIENT_README wants "IPV6:" before others, Dovecot omits that."""
    if text is None:
        return None
    if text[:5].upper() == "IPV6:":
        text = text[5:]
    if "%" in text:  # a zone of another machine
        raise ValueError("That is no address")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise ValueError("That is no address") from None
    return str(getattr(address, "ipv4_mapped", None) or address)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise ValueError("That is no port")
    return int(text)
