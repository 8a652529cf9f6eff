"""SCRAM-SHA-1, SCRAM-SHA-256 and their -PLUS variants: RFC 5802, RFC 7677."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coromail.auth.sasl.exchange import decode_response
from coromail.auth.sasl.step import Step, decode, unescape_saslname
from coromail.auth.scram_keys import HASHES, ScramKeys
from coromail.errors import Bad

if TYPE_CHECKING:
    from coromail.auth.auth import Auth

_PRINTABLE = frozenset(range(0x21, 0x7F)) - {0x2C}  # RFC 5802 section 7: printable


@dataclass(frozen=True, slots=True)
class _ClientFirst:
    """client-first-message, taken apart (RFC 5802 section 7)."""

    header: bytes  # gs2-header with its commas
    flag: bytes  # gs2-cbind-flag: "n", "y" or "p=…"
    authzid: str
    bare: bytes = field(repr=False)
    user: str
    nonce: bytes


def scram(auth: Auth, mechanism: str, plus: bool = False) -> Step:
    """One exchange of `mechanism` (the name without -PLUS); with `plus` the channel must be bound."""
    exchange = _Scram(auth, mechanism, plus)
    return exchange.step


class _Scram:
    """client-first, server-first, client-final, server-final; then an empty response ends it."""

    __slots__ = (
        "_auth",
        "_binding",
        "_first",
        "_hash",
        "_keys",
        "_mechanism",
        "_name",
        "_plus",
        "_server_first",
        "_todo",
    )

    def __init__(self, auth: Auth, mechanism: str, plus: bool) -> None:
        self._auth = auth
        self._mechanism = mechanism
        self._plus = plus
        self._hash = HASHES[mechanism]
        self._todo = self._client_first
        self._name: str | None = None

    def step(self, response: bytes | None) -> bytes | bool:
        return b"" if response is None else self._todo(response)

    def _client_first(self, response: bytes) -> bytes | bool:
        self._first = first = _parse_client_first(response)
        if not self._bind(first.flag):
            return False
        name = self._auth.prepare_user(first.user)
        keys = None if name is None else self._auth.scram_keys(name, self._mechanism)
        self._name = name if keys is not None else None
        self._keys: ScramKeys = keys or self._auth.decoy_scram_keys(name or "", self._mechanism)
        nonce = first.nonce + secrets.token_urlsafe(24).encode()
        salt = base64.b64encode(self._keys.salt)
        self._server_first = b"r=%b,s=%b,i=%d" % (nonce, salt, self._keys.iterations)
        self._todo = self._client_final
        return self._server_first

    def _bind(self, flag: bytes) -> bool:
        """Section 6: negotiate channel binding, and notice an attacker who hid the -PLUS mechanisms."""
        self._binding = b""
        if flag == b"n":
            return not self._plus
        if flag == b"y":
            return not self._plus and f"{self._mechanism}-PLUS" not in self._auth.sasl_mechanisms()
        binding = self._auth.connection.channel_binding(flag[2:].decode("ascii", "replace"))
        self._binding = binding or b""
        return self._plus and binding is not None

    def _client_final(self, response: bytes) -> bytes | bool:
        without_proof, found, proof = response.rpartition(b",p=")
        attributes = without_proof.split(b",")
        if not found or len(attributes) < 2 or attributes[0][:2] != b"c=" or attributes[1][:2] != b"r=":
            raise Bad("Malformed SCRAM client-final-message")
        bound = decode_response(attributes[0][2:])
        given = decode_response(proof)
        nonce = self._server_first[2:].partition(b",")[0]
        message = b",".join([self._first.bare, self._server_first, without_proof])
        signature = hmac.digest(self._keys.stored_key, message, self._hash)
        client_key = bytes(a ^ b for a, b in zip(given, signature, strict=False))
        proved = hmac.compare_digest(hashlib.new(self._hash, client_key).digest(), self._keys.stored_key)
        fresh = hmac.compare_digest(attributes[1][2:], nonce)
        same_channel = hmac.compare_digest(bound, self._first.header + self._binding)
        if not (proved and fresh and same_channel and len(given) == len(signature)) or self._name is None:
            return False
        self._todo = self._acknowledged
        return b"v=" + base64.b64encode(hmac.digest(self._keys.server_key, message, self._hash))

    def _acknowledged(self, response: bytes) -> bool:
        """IMAP and POP3 cannot send data with success, so the client answers the signature with nothing."""
        if response or self._name is None:
            raise Bad("SCRAM ends with an empty response")
        return self._auth.grant(self._name, self._first.authzid)


def _parse_client_first(message: bytes) -> _ClientFirst:
    """gs2-header client-first-message-bare. Raises `Bad`."""
    parts = message.split(b",", 2)
    if len(parts) != 3:
        raise Bad("Malformed SCRAM client-first-message")
    flag, authzid, bare = parts
    attributes = bare.split(b",")
    if (
        (flag not in (b"n", b"y") and not (flag.startswith(b"p=") and len(flag) > 2))
        or (authzid and authzid[:2] != b"a=")
        or len(attributes) < 2
        or attributes[0][:2] != b"n="  # also refuses "m=", a mandatory extension: section 5.1
        or attributes[1][:2] != b"r="
        or b"\0" in message
    ):
        raise Bad("Malformed SCRAM client-first-message")
    nonce = attributes[1][2:]
    if not nonce or not _PRINTABLE.issuperset(nonce):
        raise Bad("Malformed SCRAM nonce")
    return _ClientFirst(
        header=message[: len(flag) + len(authzid) + 2],
        flag=flag,
        authzid=unescape_saslname(decode(authzid[2:])),
        bare=bare,
        user=unescape_saslname(decode(attributes[0][2:])),
        nonce=nonce,
    )
