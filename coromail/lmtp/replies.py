"""Which reply each error becomes (RFC 5321 section 4.2, RFC 3463)."""

from __future__ import annotations

from coromail import errors
from coromail.errors import Answer, StorageError


class Refused(Answer):
    """A reply with 4xx or 5xx; `code` holds it together with the enhanced status code: "550 5.1.1"."""

    code: str

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text, code)


TEMPORARY = "451 4.3.0"

# What the administrator or the user can mend is temporary: the sender's queue keeps the message meanwhile.
CODES: dict[type[StorageError], str] = {
    errors.OverQuota: "452 4.2.2",
    errors.NoSuchMailbox: "550 5.2.1",
    errors.InvalidName: "550 5.2.1",
    errors.NotPossible: "550 5.2.1",
    errors.NotAllowed: "550 5.7.1",
}


def refusal(error: Answer | StorageError) -> Refused:
    """The reply that an error becomes."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, StorageError):
        return Refused(str(error) or "Not now", CODES.get(type(error), TEMPORARY))
    return Refused(error.text, TEMPORARY)
