"""A copy of the journal inside the cache, made a little later, for the day when the journal is lost or damaged."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from coromail.stores.maildir.cache import Cache
from coromail.stores.maildir.compaction import write_all
from coromail.stores.maildir.journal import MAGIC, START, Found, Journal, sync_folder, walk
from coromail.stores.maildir.records import Kind

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount

PIECE = 1024 * 1024
DELAY = 10.0  # seconds after a change


def copy(account: MaildirAccount) -> None:
    """Bring the copy up to date. Waits."""
    if account.copied < 0:
        header = account.journal.octets(0, START)
        account.copied = account.offload(account.cache.copied, header)
    start, end = account.copied, account.journal.size
    if start < end:
        account.copied = end
        account.offload(_copy, account.journal, account.cache, start, end)


def _copy(journal: Journal, cache: Cache, start: int, end: int) -> None:
    generation = journal.generation
    if not start:
        cache.forget_copy()
    for at in range(start, end, PIECE):
        cache.keep_copy(at, journal.octets(at, min(at + PIECE, end)))
    if journal.generation != generation:
        cache.forget_copy()  # the file was written anew meanwhile: this was a mixture


def is_clean(found: Found) -> bool:
    """Whether the journal was closed properly: nothing was lost at its end."""
    return bool(found.entries) and found.entries[-1].kind == Kind.CLOSED and not found.damaged


def restore(path: bytes, cache: Cache, own: bytes) -> tuple[bytes, bool] | None:
    """What the journal should have been, from the copy and what is left of it (`own`); None: `own` is the best
    there is. Also whether the end may be missing, beyond what a crash takes away."""
    kept = cache.copy()
    if kept[: len(MAGIC)] != MAGIC or len(kept) < START:
        return None
    same = own[:START] == kept[:START]
    copied = walk(kept)
    if not same:
        # The journal is lost, or is another one: the header is all that we can compare.
        lost = own[: len(MAGIC)] != MAGIC or len(walk(own).entries) == 0
        # The copy may be from before the last changes: there is no telling how many are missing.
        return (kept[: copied.end], True) if lost else None
    mine = walk(own)
    if not mine.damaged and mine.end >= copied.end:
        return None
    return kept[: copied.end] + own[copied.end :], False


def rewrite(path: bytes, octets: bytes) -> None:
    """Put a journal in place of the one that is there; that one is kept under another name. Blocks."""
    new = path + b".new"
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        write_all(fd, octets)
        os.fsync(fd)
    finally:
        os.close(fd)
    with contextlib.suppress(FileNotFoundError):
        os.rename(path, path + b".damaged")
    os.rename(new, path)
    sync_folder(os.path.dirname(path))
