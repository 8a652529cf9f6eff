"""A harness for OAuth tokens, which strangers show before anybody knows who they are."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from coromail.auth.oauth import OAuthSection, claimed_user
from coromail.auth.oauth_provider import Provider
from coromail.auth.oauth_tokens import Refused, SignedTokens, public_keys

ISSUER = "https://login.example.org"
KEY = ec.derive_private_key(7, ec.SECP256R1())
PUBLISHED: dict[str, Any] = {
    **jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True),
    "kid": "one",
}


class Published(Provider):
    """Knows its keys without asking anybody."""

    def fetch(self, url: str, fields: Any = None, basic: Any = None) -> dict[str, Any]:
        return {"keys": [PUBLISHED]}


def oauth_tokens(data: bytes) -> None:
    """Any text as a token, and any octets as claims that the provider has signed: `Refused`, or the claims."""
    section = OAuthSection(issuer=ISSUER, audience=["coromail"], jwks_uri=f"{ISSUER}/keys")
    tokens = SignedTokens(Published(ISSUER, None, 1.0), section)
    signed = jwt.PyJWS().encode(data, KEY, "ES256", {"kid": "one"})
    for token in (data.decode("latin-1"), data.decode("utf-8", "replace"), signed):
        with contextlib.suppress(Refused):
            claims = tokens.claims(token)
            assert claims["iss"] == ISSUER
            assert claims["exp"] > time.time() - section.leeway - 1
            name = claimed_user(claims, section.user_claim)
            assert name is None or isinstance(name, str)
    public_keys({**PUBLISHED, "x": data.decode("latin-1")})
