"""Mail in memory: for tests, and as the plainest model there is. Gone when the process ends."""

from __future__ import annotations

from coromail.model import Model


class MemoryModel(Model):
    """Every user has an INBOX and may make more mailboxes; nothing is written to disk."""

    sharing = True
