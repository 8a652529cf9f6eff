"""ANONYMOUS: RFC 4505. Off unless `Auth.anonymous_user` names a user and `sasl_provides` the mechanism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.auth.sasl.step import Step

if TYPE_CHECKING:
    from coromail.auth.auth import Auth


def anonymous(auth: Auth) -> Step:
    """One message of trace information (an e-mail address or a word), which proves nothing and is dropped."""

    def step(response: bytes | None) -> bytes | bool:
        if response is None:
            return b""
        user = auth.anonymous_user()
        return bool(user) and auth.grant(str(user))

    return step
