"""PLAIN: RFC 4616."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.auth.sasl.step import Step, decode
from coromail.errors import Bad

if TYPE_CHECKING:
    from coromail.auth.auth import Auth


def plain(auth: Auth) -> Step:
    """One message: [authzid] NUL authcid NUL passwd (section 2)."""

    def step(response: bytes | None) -> bytes | bool:
        if response is None:
            return b""
        parts = response.split(b"\0", 3)
        if len(parts) != 3:
            raise Bad("PLAIN takes an authorization identity, a user name and a password")
        authzid, authcid, passwd = map(decode, parts)
        return auth.login(authcid, passwd, authzid)

    return step
