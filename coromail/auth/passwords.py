"""Stored passwords: "{SCHEME}value" as Dovecot writes them, and the bare hashes of crypt(3) and argon2.

https://doc.dovecot.org/latest/core/config/auth/schemes.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Literal

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error
from argon2.low_level import Type, verify_secret

from coromail.auth import crypt, prepare
from coromail.auth.scram_keys import ScramKeys

MAX_PBKDF2_ROUNDS = 10_000_000
SCRAM_ITERATIONS = 65_536  # for new verifiers: clients that use Cyrus SASL refuse to compute more
DIGESTS = {
    "SHA": "sha1",
    "SHA1": "sha1",
    "SHA256": "sha256",
    "SHA512": "sha512",
    "LDAP-MD5": "md5",
    "PLAIN-MD5": "md5",
}
SALTED = {"SSHA": "sha1", "SSHA256": "sha256", "SSHA512": "sha512", "SMD5": "md5"}
CRYPTS = {"CRYPT", "MD5-CRYPT", "MD5", "SHA256-CRYPT", "SHA512-CRYPT", "BLF-CRYPT", "DES-CRYPT"}
CLEAR = {"PLAIN", "CLEARTEXT", "CLEAR"}
SCRAM = {"SCRAM-SHA-1", "SCRAM-SHA-256"}
ARGON2 = {"ARGON2I", "ARGON2ID"}


def split(stored: str) -> tuple[str, str]:
    """Scheme (upper-case) and value of a stored password; a bare hash gets the scheme that its prefix tells.

    A suffix .HEX or .B64 of the scheme says how the value is written; it is undone here. Raises ValueError,
    naming the scheme only, when it is unknown or missing.
    """
    if stored.startswith("{"):
        scheme, closed, value = stored[1:].partition("}")
        scheme, _, encoding = scheme.upper().partition(".")
        if closed and scheme in _VERIFIERS and encoding in ("", "HEX", "B64", "BASE64"):
            return scheme, _recode(scheme, encoding, value) if encoding else value
        shown = "".join(letter if letter.isprintable() else "?" for letter in scheme[:32])
        raise ValueError(f"unknown password scheme {{{shown}}}" if closed else "password scheme without }")
    if stored.startswith("$argon2"):
        return "ARGON2ID", stored
    if stored.startswith("$"):
        return "CRYPT", stored
    raise ValueError('password without a scheme (write "{PLAIN}…" or a hash made by "coromail passwd")')


def verify(stored: str, password: str) -> bool:
    """Whether `password`, prepared by `prepare.password`, is the one that `stored` stands for.

    Raises ValueError for a scheme that does not exist; a damaged value matches nothing.
    """
    if stored.startswith("{PLAIN}"):
        return _verify_clear("", stored[7:], password.encode())
    scheme, value = split(stored)
    try:
        return _VERIFIERS[scheme](scheme, value, password.encode())
    except ValueError:
        return False


def cost(stored: str) -> Literal["cheap", "slow"]:
    """Whether `verify` takes microseconds ("cheap") or belongs in a thread pool ("slow")."""
    scheme, _ = split(stored)
    return "cheap" if scheme in CLEAR or scheme in DIGESTS or scheme in SALTED else "slow"


def clear(stored: str) -> str | None:
    """The password itself, prepared, where it is stored in clear; else None."""
    scheme, value = split(stored)
    return prepare.password(value) if scheme in CLEAR else None


def check(stored: str) -> None:
    """Raises ValueError, without quoting the value, when no password could ever match `stored`."""
    scheme, value = split(stored)
    if scheme in CLEAR and prepare.password(value) is None:
        raise ValueError("password is empty, too long or has control characters")
    if scheme in CRYPTS:
        if not crypt.available():
            raise ValueError(f"{{{scheme}}} needs the system library libcrypt, which is missing")
        if crypt.method(value) is None:
            raise ValueError(f"unknown hash format for {{{scheme}}}")
    try:
        if scheme in SCRAM:
            ScramKeys.parse(scheme, value)
        elif scheme in ARGON2:
            extract_parameters(value)
        elif scheme == "PBKDF2":
            _parse_pbkdf2(value)
        elif scheme in DIGESTS or scheme in SALTED:
            _VERIFIERS[scheme](scheme, value, b"")
    except ValueError:  # argon2's InvalidHash is one
        raise ValueError(f'damaged value for {{{scheme}}}; "coromail passwd" makes a new one') from None


def hash_password(password: str, scheme: str = "argon2id") -> str:
    """`password` for storage. Schemes: argon2id, PLAIN, SHA512-CRYPT, SSHA512, SCRAM-SHA-256, SCRAM-SHA-1.

    Raises ValueError for another scheme, and for a password that `prepare.password` refuses.
    """
    prepared = prepare.password(password)
    if prepared is None:
        raise ValueError("passwords must not be empty, too long or have control characters")
    match scheme.upper():
        case "ARGON2ID":
            return PasswordHasher().hash(prepared)
        case "PLAIN":
            return "{PLAIN}" + prepared
        case "SHA512-CRYPT":
            return "{SHA512-CRYPT}" + (crypt.crypt(prepared.encode(), f"$6${secrets.token_hex(8)}") or "*")
        case "SSHA512":
            salt = secrets.token_bytes(16)
            digest = hashlib.sha512(prepared.encode() + salt).digest()
            return "{SSHA512}" + base64.b64encode(digest + salt).decode()
        case "SCRAM-SHA-256" | "SCRAM-SHA-1" as mechanism:
            keys = ScramKeys.derive(mechanism, prepared, secrets.token_bytes(16), SCRAM_ITERATIONS)
            return f"{{{mechanism}}}{keys}"
    raise ValueError(f"cannot make passwords of scheme {scheme[:32]}")


def _verify_clear(_: str, value: str, password: bytes) -> bool:
    return hmac.compare_digest((prepare.password(value) or "").encode(), password) and password != b""


def _verify_digest(scheme: str, value: str, password: bytes) -> bool:
    expected = hashlib.new(DIGESTS[scheme], password).digest()
    stored = bytes.fromhex(value) if len(value) == 2 * len(expected) else _base64(value)
    if len(stored) != len(expected):
        raise ValueError("wrong length")
    return hmac.compare_digest(stored, expected)


def _verify_salted(scheme: str, value: str, password: bytes) -> bool:
    stored = _base64(value)
    size = hashlib.new(SALTED[scheme]).digest_size
    if len(stored) <= size:
        raise ValueError("no salt")
    return hmac.compare_digest(stored[:size], hashlib.new(SALTED[scheme], password + stored[size:]).digest())


def _verify_crypt(_: str, value: str, password: bytes) -> bool:
    return crypt.method(value) is not None and crypt.verify(password, value)


def _parse_pbkdf2(value: str) -> tuple[bytes, int, bytes]:
    """$1$salt$rounds$hex of 20 octets, by HMAC-SHA-1."""
    empty, version, salt, rounds, digest = value.split("$")
    if empty or version != "1" or not (rounds.isascii() and rounds.isdigit() and len(rounds) <= 8):
        raise ValueError("not $1$salt$rounds$digest")
    count, stored = int(rounds), bytes.fromhex(digest)
    if not 1 <= count <= MAX_PBKDF2_ROUNDS or len(stored) != 20:
        raise ValueError("not $1$salt$rounds$digest")
    return salt.encode(), count, stored


def _verify_pbkdf2(_: str, value: str, password: bytes) -> bool:
    salt, rounds, stored = _parse_pbkdf2(value)
    return hmac.compare_digest(stored, hashlib.pbkdf2_hmac("sha1", password, salt, rounds, len(stored)))


def _verify_scram(scheme: str, value: str, password: bytes) -> bool:
    keys = ScramKeys.parse(scheme, value)
    derived = ScramKeys.derive(scheme, password.decode(), keys.salt, keys.iterations)
    return hmac.compare_digest(derived.stored_key, keys.stored_key)


def _verify_argon2(_: str, value: str, password: bytes) -> bool:
    kind = Type.ID if value.startswith("$argon2id$") else Type.I
    try:
        return verify_secret(value.encode(), password, kind)
    except Argon2Error:
        return False


def _recode(scheme: str, encoding: str, value: str) -> str:
    try:
        octets = bytes.fromhex(value) if encoding == "HEX" else _base64(value)
        digest = scheme in DIGESTS or scheme in SALTED
        return base64.b64encode(octets).decode() if digest else octets.decode()
    except ValueError:
        raise ValueError(f"damaged value for {{{scheme}.{encoding}}}") from None


def _base64(value: str) -> bytes:
    return binascii.a2b_base64(value, strict_mode=True)


_VERIFIERS: dict[str, Callable[[str, str, bytes], bool]] = {
    **dict.fromkeys(CLEAR, _verify_clear),
    **dict.fromkeys(DIGESTS, _verify_digest),
    **dict.fromkeys(SALTED, _verify_salted),
    **dict.fromkeys(CRYPTS, _verify_crypt),
    **dict.fromkeys(SCRAM, _verify_scram),
    **dict.fromkeys(ARGON2, _verify_argon2),
    "PBKDF2": _verify_pbkdf2,
}
