"""What a server stores to verify SCRAM: RFC 5802 section 3."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

HASHES = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256"}
ITERATIONS = 4096  # the least that RFC 5802 section 5.1 and RFC 7677 section 4 allow
MAX_ITERATIONS = 10_000_000


@dataclass(frozen=True, slots=True)
class ScramKeys:
    """Salt, iteration count, StoredKey and ServerKey of one user for one hash function."""

    salt: bytes
    iterations: int
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)

    @classmethod
    def derive(cls, mechanism: str, password: str, salt: bytes, iterations: int = ITERATIONS) -> ScramKeys:
        """The keys for a prepared password. Takes milliseconds: call it through `offload`."""
        name = HASHES[mechanism]
        salted = hashlib.pbkdf2_hmac(name, password.encode(), salt, iterations)
        stored_key = hashlib.new(name, hmac.digest(salted, b"Client Key", name)).digest()
        return cls(salt, iterations, stored_key, hmac.digest(salted, b"Server Key", name))

    @classmethod
    def parse(cls, mechanism: str, text: str) -> ScramKeys:
        """Read "iterations,salt,StoredKey,ServerKey" (base64), as Dovecot stores it. Raises ValueError."""
        try:
            count, *encoded = text.split(",")
            salt, stored_key, server_key = (binascii.a2b_base64(part, strict_mode=True) for part in encoded)
        except ValueError:
            raise ValueError("not iterations,salt,StoredKey,ServerKey") from None
        size = hashlib.new(HASHES[mechanism]).digest_size
        iterations = int(count) if count.isascii() and count.isdigit() and len(count) <= 8 else 0
        if not 1 <= iterations <= MAX_ITERATIONS or {len(stored_key), len(server_key)} != {size} or not salt:
            raise ValueError("not iterations,salt,StoredKey,ServerKey")
        return cls(salt, iterations, stored_key, server_key)

    def decoy(self, salt: bytes) -> ScramKeys:
        """Keys that nothing matches and that look like these to a client."""
        size = len(self.stored_key)
        return ScramKeys(
            salt[: len(self.salt)], self.iterations, secrets.token_bytes(size), secrets.token_bytes(size)
        )

    def __str__(self) -> str:
        parts = (self.salt, self.stored_key, self.server_key)
        return ",".join([str(self.iterations), *(base64.b64encode(part).decode() for part in parts)])
