"""crypt(3): the hashes of /etc/shadow, computed by the system's libcrypt.

It knows more formats than any Python package (yescrypt included), is several times faster than pure Python,
and ctypes lets go of the interpreter lock meanwhile, so that a thread pool helps.
"""

from __future__ import annotations

import ctypes
import hmac
from functools import cache
from typing import Any

# glibc's struct crypt_data has 128 KiB, libxcrypt's 32 KiB, musl's 260 octets
_CRYPT_DATA = 160 * 1024
_ITOA64 = frozenset("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
METHODS = {"1": "MD5-CRYPT", "2a": "BLF-CRYPT", "2b": "BLF-CRYPT", "2y": "BLF-CRYPT", "5": "SHA256-CRYPT"} | {
    "6": "SHA512-CRYPT",
    "y": "yescrypt",
    "gy": "gost-yescrypt",
    "7": "scrypt",
}


@cache
def _crypt_r() -> Any:
    for name in ("libcrypt.so.1", "libcrypt.so.2", None):  # None: the C library itself, as with musl
        try:
            function = ctypes.CDLL(name).crypt_r
        except (OSError, AttributeError):
            continue
        function.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p]
        function.restype = ctypes.c_char_p
        return function
    return None


def available() -> bool:
    """Whether the system has a libcrypt."""
    return _crypt_r() is not None


def method(stored: str) -> str | None:
    """The name of the method that made `stored`, or None for what is no hash of crypt(3)."""
    if stored.startswith("$"):
        return METHODS.get(stored[1:].partition("$")[0]) if stored.count("$") >= 3 else None
    return "DES-CRYPT" if len(stored) == 13 and _ITOA64.issuperset(stored) else None


def crypt(password: bytes, setting: str) -> str | None:
    """The hash of `password` under `setting` (a salt, or a whole hash); None when libcrypt refuses either."""
    if b"\0" in password or not available():
        return None
    workspace = ctypes.create_string_buffer(_CRYPT_DATA)
    hashed: bytes | None = _crypt_r()(password, setting.encode(), workspace)
    return None if hashed is None or hashed.startswith(b"*") else hashed.decode("ascii")


def verify(password: bytes, stored: str) -> bool:
    """Whether `stored` is the hash of `password`. Takes 1 ms to a second: call it through `offload`."""
    return hmac.compare_digest((crypt(password, stored) or "*").encode(), stored.encode())
