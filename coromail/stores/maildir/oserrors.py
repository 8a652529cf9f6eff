"""Faults of the file system, told in the words of `coromail.errors`."""

from __future__ import annotations

import errno
import logging

from coromail.errors import InvalidName, NoSuchMailbox, OverQuota, StorageError, Unavailable

logger = logging.getLogger("coromail")

_KINDS: dict[int, tuple[type[StorageError], str]] = {
    errno.EDQUOT: (OverQuota, "The disk quota is used up"),
    errno.ENOSPC: (Unavailable, "The disk is full"),
    errno.EROFS: (Unavailable, "The disk cannot be written to"),
    errno.EACCES: (Unavailable, "The server may not use these files"),
    errno.EPERM: (Unavailable, "The server may not use these files"),
    errno.ENAMETOOLONG: (InvalidName, "The name is too long"),
    errno.ENOENT: (NoSuchMailbox, "The mailbox is gone"),
    errno.ENOTDIR: (NoSuchMailbox, "The mailbox is gone"),
}


def storage_error(error: OSError) -> StorageError:
    """The storage error for a failed system call; what is not known by number is a passing fault.

    What only the administrator can mend passes as well, so that no mail goes back to its sender, and is logged.
    """
    kind, text = _KINDS.get(error.errno or 0, (Unavailable, "The mail store has a fault"))
    if kind is Unavailable:
        logger.warning("mail store: %s", error)
    return kind(text)


class _StorageErrors:
    """A class, as a generator would cost as much as a system call each time somebody polls."""

    __slots__ = ()

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise storage_error(error) from error


_STORAGE_ERRORS = _StorageErrors()


def storage_errors() -> _StorageErrors:
    """Turn OSError into the storage error that fits, as a context."""
    return _STORAGE_ERRORS
