"""OAuth 2 tokens of any OpenID Connect provider. Needs the extra `oauth`: pip install coromail[oauth]."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from pydantic import Field, model_validator

from coromail.auth.attempt import Attempt, Memory
from coromail.auth.oauth_provider import Provider
from coromail.auth.oauth_tokens import Introspection, Refused, SignedTokens
from coromail.auth.problem import UsersError, in_settings
from coromail.auth.section import AuthSection, cache_seconds
from coromail.auth.shared_auth import SharedAuth
from coromail.auth.user_record import words
from coromail.context import Context

logger = logging.getLogger(__name__)

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class OAuthSection(AuthSection):
    """`auth.oauth`: whose tokens are good here.

    `issuer` and `audience` must be those of the token. With `introspection` the provider is asked about every
    token (RFC 7662) as `client_id` with `client_secret`; else tokens are JSON Web Tokens (RFC 9068) whose
    signature is checked here. Addresses that are not given come from the issuer's own description (OpenID
    Connect Discovery). `user_claim` is the claim with the name of the user, `group_claim` that with groups.
    """

    key: ClassVar[str] = "oauth"
    issuer: str
    audience: list[str] = Field(min_length=1)
    algorithms: tuple[Algorithm, ...] = ("RS256", "PS256", "ES256", "EdDSA")
    user_claim: str = "email"
    group_claim: str = "groups"
    scope: tuple[str, ...] = ()
    introspection: bool = False
    jwks_uri: str | None = None
    introspection_endpoint: str | None = None
    client_id: str | None = None
    client_secret: str | None = Field(default=None, repr=False)
    ca: Path | None = None
    timeout: float = Field(default=5.0, gt=0)
    leeway: float = Field(default=30.0, ge=0, le=300)

    @model_validator(mode="after")
    def _fits_together(self) -> OAuthSection:
        if self.introspection and not (self.client_id and self.client_secret):
            raise ValueError("introspection needs client_id and client_secret")
        if not self.algorithms:
            raise ValueError("algorithms must name at least one")
        return self


class Tokens(Protocol):
    """Judges tokens, in a thread of the pool."""

    def claims(self, token: str) -> Mapping[str, Any]:
        """What a good token says. Raises `Refused` for a bad one, `Unavailable` when nobody can tell."""
        ...


class _Holder:
    """What all connections share."""

    __slots__ = ("memory", "section", "tokens")

    def __init__(self, section: OAuthSection, tokens: Tokens, seconds: float) -> None:
        self.section = section
        self.tokens = tokens
        self.memory: Memory[Mapping[str, Any]] = Memory(seconds, time.monotonic)

    def close(self) -> None:
        """There is nothing to close."""


class OAuth(SharedAuth[_Holder]):
    """OAUTHBEARER and XOAUTH2. Who has a good token is a user; there are no passwords.

    Deliveries need to know users: put this into a chain with a source that does. The setting `cache` spares
    questions about a token that was good within so many seconds, its own end of life notwithstanding.
    """

    provides_plain = False

    def __init__(self, context: Context | None = None) -> None:
        """Raises `UsersError` when the settings are wrong."""
        super().__init__(context)
        self._settings: dict[str, dict[str, Any]] = {}
        self._failure = "invalid_token"

    @classmethod
    def make_holder(cls, context: Context) -> _Holder:
        section = OAuthSection.of(context)
        seconds = cache_seconds(context)
        try:
            provider = Provider(
                section.issuer, None if section.ca is None else context.path(section.ca), section.timeout
            )
            tokens: Tokens = (
                Introspection(provider, section) if section.introspection else SignedTokens(provider, section)
            )
        except ValueError as error:
            raise UsersError([in_settings(str(error), "oauth")]) from None
        return _Holder(section, tokens, seconds)

    def sasl_provides(self) -> list[str]:
        return ["OAUTHBEARER", "XOAUTH2"]

    def check_token(self, token: str, user: str | None) -> str | None:
        holder = self._holder
        section = holder.section
        self._failure = "invalid_token"
        question = Attempt("", token)
        try:
            claims = holder.memory.get(question)
            if claims is None or _ended(claims):
                claims = self.check_slowly(holder.tokens.claims, token)
                holder.memory.put(question, claims)
        except Refused as refused:
            logger.info("token refused: %s", refused)
            return None
        held = str(claims.get("scope") or "").split()
        if not set(section.scope).issubset(held):
            self._failure = "insufficient_scope"
            return None
        owner = claimed_user(claims, section.user_claim)
        name = None if owner is None else self.prepare_user(owner)
        if name is None:
            logger.info("token refused: no user in its claim %s", section.user_claim)
            return None
        groups = claims.get(section.group_claim) or []
        self._settings[name] = {"groups": words(groups) if isinstance(groups, list | str) else []}
        return name

    def token_failure(self) -> Mapping[str, str]:
        section = self._holder.section
        told = {"status": self._failure}
        if section.scope:
            told["scope"] = " ".join(section.scope)
        return {
            **told,
            "openid-configuration": f"{section.issuer.rstrip('/')}/.well-known/openid-configuration",
        }

    def may_log_in(self, user: str) -> bool:
        return user in self._settings

    def user_settings(self, user: str) -> Mapping[str, Any]:
        return self._settings.get(user, {})


def claimed_user(claims: Mapping[str, Any], claim: str) -> str | None:
    """The name in a claim, None if it is missing or an address that the provider calls unverified."""
    if claim == "email" and claims.get("email_verified", True) not in (True, "true"):
        return None
    value = claims.get(claim)
    return value if isinstance(value, str) else None


def _ended(claims: Mapping[str, Any]) -> bool:
    end = claims.get("exp")
    return not isinstance(end, int | float) or time.time() >= end
