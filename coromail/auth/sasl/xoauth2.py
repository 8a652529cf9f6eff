"""XOAUTH2: Google's forerunner of OAUTHBEARER, which most clients still prefer.

https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.auth.sasl.oauthbearer import KVSEP, bearer, key_values
from coromail.auth.sasl.step import Step, decode
from coromail.errors import Bad

if TYPE_CHECKING:
    from coromail.auth.auth import Auth


def xoauth2(auth: Auth) -> Step:
    """One message: "user=" name ^A "auth=Bearer " token ^A ^A."""
    return bearer(auth, _parse)


def _parse(response: bytes) -> tuple[str, dict[bytes, bytes]]:
    values = key_values(response.split(KVSEP))
    if b"user" not in values:
        raise Bad("Malformed XOAUTH2 response")
    return decode(values[b"user"]), values
