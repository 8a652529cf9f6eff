"""Which reply each error becomes (RFC 9051 section 7.1, RFC 5530)."""

from __future__ import annotations

from coromail import errors
from coromail.errors import Answer, No, StorageError

CODES: dict[type[StorageError], str | None] = {
    errors.NoSuchMailbox: "NONEXISTENT",
    errors.MailboxExists: "ALREADYEXISTS",
    errors.MailboxHasChildren: "HASCHILDREN",
    errors.InvalidName: "CANNOT",
    errors.NotAllowed: "NOPERM",
    errors.NotPossible: "CANNOT",
    errors.OverQuota: "OVERQUOTA",
    errors.LimitReached: "LIMIT",
    errors.Expunged: "EXPUNGEISSUED",
    errors.InUse: "INUSE",
    errors.Unavailable: "UNAVAILABLE",
    errors.Corrupted: "CORRUPTION",
}


def answer_to(error: StorageError) -> Answer:
    """The NO that a storage error becomes."""
    return No(str(error) or "Not done", CODES.get(type(error), "UNAVAILABLE"))
