"""EXTERNAL: RFC 4422 appendix A. The identity comes from the client's TLS certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.auth.sasl.step import Step, decode

if TYPE_CHECKING:
    from coromail.auth.auth import Auth


def external(auth: Auth) -> Step:
    """One message: the authorization identity or nothing. A certificate that maps to nobody opens nothing."""

    def step(response: bytes | None) -> bytes | bool:
        if response is None:
            return b""
        names = auth.connection.certificate_names()
        user = auth.external_user(names) if names else None
        return bool(user) and auth.grant(str(user), decode(response))

    return step
