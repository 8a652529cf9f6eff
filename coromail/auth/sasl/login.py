"""LOGIN: never standardised (draft-murchison-sasl-login), yet what some Outlook versions insist on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.auth.sasl.step import Step, decode

if TYPE_CHECKING:
    from coromail.auth.auth import Auth


def login(auth: Auth) -> Step:
    """Two prompts, two answers; the user name may come as an initial response."""
    user: str | None = None

    def step(response: bytes | None) -> bytes | bool:
        nonlocal user
        if response is None:
            return b"Username:"  # some clients refuse an empty challenge here
        if user is None:
            user = decode(response)
            return b"Password:"
        return auth.login(user, decode(response))

    return step
