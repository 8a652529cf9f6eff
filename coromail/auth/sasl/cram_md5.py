"""CRAM-MD5: RFC 2195."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING

from coromail.auth.sasl.step import Step, decode
from coromail.errors import Bad

if TYPE_CHECKING:
    from coromail.auth.auth import Auth


def cram_md5(auth: Auth) -> Step:
    """The server sends a challenge, used once; the answer is "user SP hex(HMAC-MD5(password, challenge))"."""
    challenge = b""

    def step(response: bytes | None) -> bytes | bool:
        nonlocal challenge
        if not challenge:
            if response is not None:
                raise Bad("CRAM-MD5 takes no initial response")
            host = auth.connection.hostname
            challenge = f"<{secrets.token_hex(12)}.{int(time.time())}@{host}>".encode()
            return challenge
        user, space, digest = (response or b"").rpartition(b" ")
        if not space:
            raise Bad("CRAM-MD5 takes a user name and a digest")
        name = auth.prepare_user(decode(user))
        secret = None if name is None else auth.secret(name)
        expected = hmac.new((secret or secrets.token_hex(16)).encode(), challenge, "md5").hexdigest().encode()
        if not hmac.compare_digest(expected, digest) or name is None or secret is None:
            return False
        return auth.grant(name)

    return step
