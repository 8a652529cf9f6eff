"""Whether an OAuth 2 token is good: by its signature, or by asking the provider."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jwt

from coromail.auth.oauth_provider import Provider, trusted
from coromail.errors import Unavailable

if TYPE_CHECKING:
    from coromail.auth.oauth import OAuthSection

logger = logging.getLogger(__name__)

FRESH = 300.0  # seconds that published keys are taken for the current ones
LOOKS = 5  # for keys that tokens name and nobody published: so many at once
PATIENCE = 30.0  # seconds until one more is allowed; also between two attempts while the provider is away
KEEP = 86400.0  # seconds that old keys serve while the provider is away
MAX_KEYS = 100


class Refused(Exception):
    """The token is not good; the text says why, for the log."""


class SignedTokens:
    """JSON Web Tokens (RFC 7519, RFC 9068), verified with the keys that the provider publishes (RFC 7517)."""

    def __init__(self, provider: Provider, section: OAuthSection) -> None:
        self._section = section
        self._keys = Keys(provider, section.jwks_uri)

    def claims(self, token: str) -> Mapping[str, Any]:
        """What a good token says. Raises `Refused` or `Unavailable`."""
        section = self._section
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Refused(type(error).__name__) from None
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in section.algorithms or "crit" in header:
            raise Refused("algorithm or header not allowed")
        key = self._keys.find(kid if isinstance(kid, str) else None, algorithm)
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[algorithm],
                audience=section.audience,
                issuer=section.issuer,
                leeway=section.leeway,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise Refused(type(error).__name__) from None
        return claims


class Keys:
    """The public keys of a provider, fetched when needed."""

    def __init__(self, provider: Provider, uri: str | None) -> None:
        self._provider = provider
        self._uri = None if uri is None else trusted(uri)
        self._keys: list[jwt.PyJWK] = []
        self._fetched = self._tried = self._counted = float("-inf")
        self._looks = 0.0

    def find(self, kid: str | None, algorithm: str) -> jwt.PyJWK:
        """The one key that may have made a signature. Raises `Refused`, or `Unavailable` without any keys."""
        now = time.monotonic()
        waited = now - self._tried > PATIENCE or now - self._fetched > KEEP
        if now - self._fetched > FRESH and (waited or not self._keys):
            self._fetch(now)
        found = self._fitting(kid, algorithm)
        if not found and self._tried != now and self._may_look(now):
            self._fetch(now)
            found = self._fitting(kid, algorithm)
        if len(found) != 1:
            raise Refused("signed with no key of the provider")
        return found[0]

    def _may_look(self, now: float) -> bool:
        """Whether to look for a new key at once: providers change keys, and anybody can name one that is not there."""
        self._looks = min(LOOKS, self._looks + (now - self._counted) / PATIENCE)
        self._counted = now
        if self._looks < 1:
            return False
        self._looks -= 1
        return True

    def _fitting(self, kid: str | None, algorithm: str) -> list[jwt.PyJWK]:
        return [
            key
            for key in self._keys
            if key.algorithm_name == algorithm and (kid is None or key.key_id == kid)
        ]

    def _fetch(self, now: float) -> None:
        self._tried = now
        try:
            published = self._provider.fetch(self._uri or self._provider.endpoint("jwks_uri")).get("keys")
        except Unavailable:
            if self._keys and now - self._fetched <= KEEP:
                return
            raise
        listed = published if isinstance(published, list) else []
        self._keys = [key for one in listed[:MAX_KEYS] for key in public_keys(one)]
        self._fetched = now


def public_keys(published: Any) -> list[jwt.PyJWK]:
    """A published key for each algorithm it may be used with; none for secrets, and for what is not understood.

    The algorithm comes from the key, never from the token: else a public key might be taken for a secret.
    """
    if not isinstance(published, dict) or published.get("use", "sig") != "sig" or "d" in published:
        return []
    kind = published.get("kty")
    named = published.get("alg")
    possible = {
        "RSA": ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
        "EC": {"P-256": ["ES256"], "P-384": ["ES384"], "P-521": ["ES512"]}.get(str(published.get("crv")), []),
        "OKP": ["EdDSA"],
    }.get(str(kind), [])
    keys = []
    for algorithm in possible:
        if named in (None, algorithm):
            try:
                keys.append(jwt.PyJWK({**published, "alg": algorithm}))
            except (jwt.PyJWTError, ValueError, TypeError, KeyError):
                logger.warning("a published key of kind %r is damaged", kind)
                return []
    return keys


class Introspection:
    """The provider is asked about every token (RFC 7662)."""

    def __init__(self, provider: Provider, section: OAuthSection) -> None:
        self._provider = provider
        self._section = section
        self._uri = (
            None if section.introspection_endpoint is None else trusted(section.introspection_endpoint)
        )

    def claims(self, token: str) -> Mapping[str, Any]:
        """What a good token says (section 2.2). Raises `Refused` or `Unavailable`."""
        section = self._section
        # RFC 6749 section 2.3.1: both are form-encoded before they become Basic credentials
        basic = (quote(section.client_id or "", safe=""), quote(section.client_secret or "", safe=""))
        uri = self._uri or self._provider.endpoint("introspection_endpoint")
        claims = self._provider.fetch(uri, {"token": token, "token_type_hint": "access_token"}, basic)
        now = time.time()
        if claims.get("active") is not True:
            raise Refused("not active")
        if claims.get("iss", section.issuer) != section.issuer:
            raise Refused("of another issuer")
        meant = claims.get("aud", claims.get("client_id"))
        if not set(meant if isinstance(meant, list) else [meant]) & set(section.audience):
            raise Refused("for another audience")
        end, begin = claims.get("exp"), claims.get("nbf", 0)
        if not isinstance(end, int | float) or now > end + section.leeway:
            raise Refused("ended, or without an end")
        if not isinstance(begin, int | float) or now < begin - section.leeway:
            raise Refused("not valid yet")
        return claims
