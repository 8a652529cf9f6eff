"""OAUTHBEARER: RFC 7628. The token itself is judged by `Auth.check_token`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from coromail.auth.sasl.step import Step, decode, unescape_saslname
from coromail.errors import Bad

if TYPE_CHECKING:
    from coromail.auth.auth import Auth

Parse = Callable[[bytes], tuple[str, dict[bytes, bytes]]]
KVSEP = b"\x01"


def oauthbearer(auth: Auth) -> Step:
    """client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep (section 3.1)."""
    return bearer(auth, _parse)


def _parse(response: bytes) -> tuple[str, dict[bytes, bytes]]:
    header, *pairs = response.split(KVSEP)
    parts = header.split(b",")
    if len(parts) != 3 or parts[2] or not parts[0] or parts[1][:2] not in (b"", b"a="):
        raise Bad("Malformed OAUTHBEARER response")
    return unescape_saslname(decode(parts[1][2:])), key_values(pairs)


def key_values(pairs: list[bytes]) -> dict[bytes, bytes]:
    """*kvpair kvsep, split at kvsep. Raises `Bad` when it does not end as it must."""
    if pairs[-2:] != [b"", b""] or not all(b"=" in pair for pair in pairs[:-2]):
        raise Bad("Malformed OAuth response")
    return {key: value for key, _, value in (pair.partition(b"=") for pair in pairs[:-2])}


def bearer(auth: Auth, parse: Parse) -> Step:
    """What OAUTHBEARER and XOAUTH2 share; after a failure the client sends one more line (section 3.2.3)."""
    failed = False

    def step(response: bytes | None) -> bytes | bool:
        nonlocal failed
        if failed:
            return False
        if response is None:
            return b""
        if response == KVSEP:  # only valid after a failure, section 3.1
            return False
        user, values = parse(response)
        kind, _, token = values.get(b"auth", b"").partition(b" ")
        claimed = auth.prepare_user(user) if user else None
        if kind.lower() == b"bearer" and token and token.isascii() and (claimed is not None or not user):
            owner = auth.check_token(token.decode(), claimed)
            if owner is not None:
                return auth.grant(owner, user)
        failed = True
        return json.dumps(dict(auth.token_failure()), separators=(",", ":")).encode()

    return step
