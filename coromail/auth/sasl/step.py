"""What a SASL mechanism is, seen from the exchange that drives it, and what several of them share."""

from __future__ import annotations

from collections.abc import Callable

from coromail.errors import Bad

Step = Callable[[bytes | None], bytes | bool]
"""Called with each decoded response; None the first time, when the client sent no initial response.

Returns the next challenge (bytes), True (logged in, `auth.user` is set) or False (refused). Raises `Bad` for
a message outside the mechanism's grammar, `No` for a refusal with a code of its own.
"""


def decode(octets: bytes) -> str:
    """UTF-8 of a client; undecodable octets become lone surrogates, which no name or password contains."""
    return octets.decode("utf-8", "surrogateescape")


def unescape_saslname(text: str) -> str:
    """Undo "=2C" and "=3D" (RFC 5801 section 4, RFC 5802 section 5.1). Raises `Bad` for any other "="."""
    head, *rest = text.split("=")
    for part in rest:
        if part[:2] not in ("2C", "3D"):
            raise Bad("Malformed name")
        head += ("," if part[:2] == "2C" else "=") + part[2:]
    return head
