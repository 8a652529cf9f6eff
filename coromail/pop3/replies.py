"""Which -ERR each error becomes (RFC 2449 section 8, RFC 3206), and in which words (RFC 6856 section 3)."""

from __future__ import annotations

from coromail import errors
from coromail.errors import Answer, No, StorageError

CODES: dict[type[StorageError], str | None] = {
    errors.NoSuchMailbox: "SYS/PERM",
    errors.NotAllowed: "SYS/PERM",
    errors.NotPossible: "SYS/PERM",
    errors.OverQuota: "SYS/TEMP",
    errors.LimitReached: "SYS/TEMP",
    errors.Expunged: None,
    errors.InUse: "IN-USE",
    errors.Unavailable: "SYS/TEMP",
    errors.Corrupted: "SYS/PERM",
}

# What the mechanisms, made for IMAP's codes (RFC 5530) as well, say to POP3 clients.
SASL_CODES: dict[str | None, str | None] = {
    "AUTHENTICATIONFAILED": "AUTH",
    "AUTHORIZATIONFAILED": "AUTH",
    "EXPIRED": "AUTH",
    "CONTACTADMIN": "SYS/PERM",
    "UNAVAILABLE": "SYS/TEMP",
    "INUSE": "IN-USE",
    "LIMIT": "SYS/TEMP",
}


def answer_to(error: Answer | StorageError) -> tuple[str, str | None]:
    """Text and response code of the -ERR that an error becomes."""
    if isinstance(error, StorageError):
        return str(error) or "Not done", CODES.get(type(error), "SYS/TEMP")
    return error.text, SASL_CODES.get(error.code) if isinstance(error, No) else error.code
