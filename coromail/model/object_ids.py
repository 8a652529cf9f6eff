"""Object identifiers of mailboxes, messages and threads (RFC 8474).

Those of messages and threads are digests of what never changes, so that they are the same wherever a copy lies,
survive everything, and need not be kept; a letter in front tells the kinds apart (section 8.1).
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from coromail.message.summary import Summary

SIZE = 20  # octets of a digest


def mailbox_id(user: str, *numbers: int) -> str:
    """MAILBOXID: the numbers were never and will never be those of another mailbox of this user."""
    return "-".join([_of_user(user), *map(str, numbers)])


@lru_cache(1024)
def _of_user(user: str) -> str:
    return f"F{blake2b(user.encode(), digest_size=8).hexdigest()}"


def email_id(octets: bytes) -> str:
    """EMAILID: the same for the same octets (section 5.1)."""
    return f"M{blake2b(octets, digest_size=SIZE).hexdigest()}"


def thread_id(summary: Summary) -> str | None:
    """THREADID: the same for messages whose oldest ancestor is the same (section 5.2); None without Message-ID."""
    root = summary.references[0] if summary.references else summary.message_id
    return f"T{blake2b(root, digest_size=SIZE).hexdigest()}" if root else None
