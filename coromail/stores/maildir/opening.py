"""Reading the journal when an account is opened, and what happens if it is damaged or not there."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from coromail.errors import NoStore
from coromail.stores.maildir import folders, fs_layout
from coromail.stores.maildir.backup import is_clean, restore, rewrite
from coromail.stores.maildir.cache import Cache
from coromail.stores.maildir.catalogue import Catalogue
from coromail.stores.maildir.journal import Found, Journal, set_aside
from coromail.stores.maildir.records import OF_TREE

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount

logger = logging.getLogger(__name__)

CACHE = b"/coromail.sqlite3"
AT_ONCE = 1000  # records that are looked at before others may run

RESTORED = b"coromail.restored"
"""A file of that name beside the journal says that all of it came out of a backup: clients have seen numbers since
that it does not know. It goes when newer numbers are durable."""


class Opened(NamedTuple):
    """The records of the journal, the payloads of those about the tree, and whether more than a crash takes away
    may be missing at its end."""

    found: Found
    trees: list[tuple[int, int, bytes]]
    lost: bool


def read(account: MaildirAccount) -> Opened:
    """Open the journal of a Maildir, of which there may be nothing yet. Blocks. Raises OSError or a storage error."""
    directory = account.directory
    if account.context.settings.get("create") is False and not os.path.isdir(directory + b"/cur"):
        logger.warning("%r is not there, and store.create is false", directory)
        raise NoStore("The mail store is not there")
    os.makedirs(os.path.dirname(directory) or b".", 0o700, exist_ok=True)
    if account.old_layout == "fs" and not os.path.lexists(account.journal.path):
        fs_layout.convert(directory)
    with contextlib.suppress(FileExistsError):
        os.mkdir(directory, 0o700)
    folders.remove_trash(directory)
    return open_journal(account.journal, directory + CACHE)


def open_journal(journal: Journal, cache_path: bytes) -> Opened:
    """Open the journal, mended from its copy in the cache where it is damaged. Blocks.

    Raises:
        InUse: another process has it open.
        OSError: as it comes.
    """
    lost = False
    try:
        found = journal.open()
        doubtful = not is_clean(found)
    except FileExistsError:
        doubtful = True
    else:
        if doubtful:
            journal.close()
    if doubtful:
        lost = _mend(journal.path, cache_path)
        try:
            found = journal.open()
        except FileExistsError:
            logger.warning("%r is no journal; a new one is begun", set_aside(journal.path))
            found = journal.open()
    trees = [
        (entry.kind, entry.mailbox, journal.read(entry)) for entry in found.entries if entry.kind in OF_TREE
    ]
    return Opened(found, trees, lost or os.path.exists(_mark(journal)))


def catalogue_of(account: MaildirAccount, trees: Sequence[tuple[int, int, bytes]]) -> Catalogue:
    """The mailboxes that these records tell of. May wait."""
    catalogue = Catalogue()
    for count, (kind, number, payload) in enumerate(trees, 1):
        if count % AT_ONCE == 0:
            account.give_way()
        try:
            catalogue.apply(kind, number, payload)
        except ValueError:
            logger.warning("a record in %r makes no sense", account.journal.path)
    return catalogue


def numbers_are_safe(journal: Journal) -> None:
    """No mailbox will give a number again that clients may have seen. Blocks."""
    with contextlib.suppress(OSError):
        os.unlink(_mark(journal))


def _mark(journal: Journal) -> bytes:
    return os.path.join(os.path.dirname(journal.path), RESTORED)


def _mend(path: bytes, cache_path: bytes) -> bool:
    """Make the journal whole from its copy, if that helps; whether its end may be missing all the same."""
    if not os.path.exists(cache_path):
        return False
    own = b""
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        own = file.read()
    cache = Cache(cache_path, b"")
    try:
        mended = restore(path, cache, own)
    finally:
        cache.close()
    if mended is None:
        return False
    octets, lost = mended
    logger.warning("%r was damaged and is made anew from its copy", path)
    rewrite(path, octets)
    return lost
