"""Dovecot's `LAYOUT=fs` (folders within folders: `a/b/cur`) made into Maildir++ (`.a.b/cur`), in place.

Done before a Maildir is opened for the first time. It is nothing but renames, each of which may be the last: what was
interrupted is completed by the next attempt. INBOX is at the top already, or in the folder `INBOX`.
"""

from __future__ import annotations

import contextlib
import logging
import os

from coromail.stores.maildir.folder_names import LONGEST, folder_from
from coromail.stores.maildir.journal import sync_folder

logger = logging.getLogger(__name__)

INBOX = b"INBOX"


def convert(directory: bytes) -> None:
    """Move all mailboxes below a Maildir to its top. Blocks. Raises OSError.

    A mailbox whose name is taken or too long stays where it is, and the log says so.
    """
    found = []
    for path, folders, _ in os.walk(directory, onerror=_raise):
        folders[:] = [
            name for name in folders if not name.startswith(b".") and name not in (b"cur", b"new", b"tmp")
        ]
        found += [os.path.join(path, name) for name in folders]
    if not found:
        return
    for path in reversed(found):  # what is within a folder before the folder
        if os.path.isdir(path + b"/cur"):
            _move(directory, os.path.relpath(path, directory))
        with contextlib.suppress(OSError):
            os.rmdir(path)  # if nothing is left in it
    sync_folder(directory)


def _move(directory: bytes, relative: bytes) -> None:
    pieces = relative.split(b"/")
    if pieces == [INBOX]:
        _move_inbox(directory)
        return
    folder = folder_from(pieces)
    if len(folder) > LONGEST or os.path.lexists(directory + b"/" + folder):
        logger.warning("%r in %r cannot become %r", relative, directory, folder)
    else:
        os.rename(directory + b"/" + relative, directory + b"/" + folder)


def _move_inbox(directory: bytes) -> None:
    if os.path.lexists(directory + b"/cur"):
        logger.warning("%r has an INBOX at the top and one in a folder, which stays there", directory)
        return
    path = directory + b"/" + INBOX
    for name in sorted(os.listdir(path), key=lambda name: name == b"cur"):  # `cur` says that all is done
        if not os.path.lexists(directory + b"/" + name):
            os.rename(path + b"/" + name, directory + b"/" + name)


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a new user has nothing yet
        raise error
