"""What an OAuth 2 provider publishes about itself, fetched over HTTP."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3

from coromail.errors import Unavailable

logger = logging.getLogger(__name__)

MAX_ANSWER = 1 << 20  # octets
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Provider:
    """Asks one provider. All methods wait for the network."""

    def __init__(self, issuer: str, ca: Path | None, timeout: float) -> None:
        """Raises ValueError for an issuer that is no https address (http is good enough on this machine)."""
        self.issuer = trusted(issuer)
        self._pool = urllib3.PoolManager(
            num_pools=4,
            maxsize=4,
            timeout=timeout,
            retries=False,
            ca_certs=None if ca is None else str(ca),
        )
        self._metadata: dict[str, Any] = {}

    def endpoint(self, name: str) -> str:
        """An address in the provider's own description (OpenID Connect Discovery 1.0 section 4).

        Raises `Unavailable` also when the description is that of another issuer (section 4.3).
        """
        if not self._metadata:
            found = self.fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                logger.error("the provider %s calls itself otherwise", self.issuer)
                raise Unavailable("The provider of tokens cannot be trusted")
            self._metadata = found
        try:
            return trusted(str(self._metadata[name]))
        except (KeyError, ValueError):
            logger.error("the provider %s has no usable %s", self.issuer, name)  # noqa: TRY400
            raise Unavailable("The provider of tokens lacks something") from None

    def fetch(
        self, url: str, fields: dict[str, str] | None = None, basic: tuple[str, str] | None = None
    ) -> dict[str, Any]:
        """The JSON object at `url`; with `fields` they are posted as a form. Raises `Unavailable`."""
        headers = {"Accept": "application/json"}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if basic is not None:
            headers |= urllib3.make_headers(basic_auth=":".join(basic))
        try:
            response = self._pool.urlopen(
                "GET" if fields is None else "POST",
                url,
                body=None if fields is None else urlencode(fields),
                headers=headers,
                redirect=False,
                preload_content=False,
            )
            try:
                octets = response.read(MAX_ANSWER + 1)
            finally:
                response.release_conn()
            value = json.loads(octets) if response.status == 200 and len(octets) <= MAX_ANSWER else None
        except (urllib3.exceptions.HTTPError, OSError, ValueError, RecursionError) as error:
            logger.error("%s: %s", url, type(error).__name__)  # noqa: TRY400 - no fault of ours
            raise Unavailable("The provider of tokens does not answer, please try again") from error
        if not isinstance(value, dict):
            logger.error("%s: status %d, no JSON object", url, response.status)
            raise Unavailable("The provider of tokens does not answer, please try again")
        return value


def trusted(url: str) -> str:
    """`url` if nobody on the way can forge what it answers. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url
    raise ValueError(f"{url[:100]} must begin with https://")
