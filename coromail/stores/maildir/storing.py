"""Making files durable that were written without waiting, and writing them again if a crash came first."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.stores.maildir.files import find, names_in, read_file, write_file
from coromail.stores.maildir.journal import sync_folder
from coromail.stores.maildir.names import split_names
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.reading import candidates
from coromail.stores.maildir.records import MODSEQ, Kind

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

AGE = 60.0  # seconds: by then the system has written the files by itself, and waiting for that costs little


def store(mailbox: MaildirMailbox) -> None:
    """Make the files of all messages durable. Waits. Raises a storage error if they cannot be."""
    if not mailbox.loaded or not mailbox.state.unstored:
        return
    with mailbox.outside.lock, storage_errors():
        state, last = mailbox.state, mailbox.highestmodseq
        jobs = []
        for base, content in state.unstored.items():
            position = mailbox.index.position(content.uid)
            jobs.append((base, list(candidates(mailbox, position)) if position >= 0 else []))
        mailbox.account.offload(sync_files, mailbox.path, jobs)
        mailbox.write(Kind.STORED, MODSEQ.pack(last))
        state.stored(last)


def sync_files(folder: bytes, jobs: Sequence[tuple[bytes, Sequence[bytes]]]) -> None:
    """Make files durable, each the first of its paths that is there, and their names. Blocks."""
    for base, paths in jobs:
        if not any(map(sync_file, paths)):
            found = find(folder, base)
            if found is not None:
                sync_file(found)
    sync_folder(folder + b"/tmp")
    sync_folder(folder + b"/cur")


def sync_file(path: bytes) -> bool:
    """Make the octets of a file durable; whether it is there. Blocks."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        os.fdatasync(fd)
    finally:
        os.close(fd)
    return True


def restore(mailbox: MaildirMailbox) -> None:
    """After a crash: write files again whose octets are in the journal and did not get to the disk. Waits."""
    state, last = mailbox.state, mailbox.highestmodseq
    jobs = []
    for base, content in state.unstored.items():
        position = mailbox.index.position(content.uid)
        if position >= 0:
            jobs.append((base, state.infos[position], state.dates[position], content.octets))
    if not jobs:
        return
    with storage_errors():
        mailbox.account.offload(restore_files, mailbox.path, jobs)
    mailbox.write(Kind.STORED, MODSEQ.pack(last))
    state.stored(last)


def restore_files(folder: bytes, jobs: Sequence[tuple[bytes, bytes, int, bytes]]) -> None:
    """Put files (base name, info, date, octets) into `cur` unless they are there as they should be. Blocks."""
    there = split_names(names_in(folder + b"/cur"))
    for base, info, date, octets in jobs:
        path, tmp = folder + b"/cur/" + base + there.get(base, info), folder + b"/tmp/" + base
        with contextlib.suppress(FileNotFoundError):
            if read_file(path) == octets:
                sync_file(path)
                continue
        with contextlib.suppress(FileNotFoundError):
            os.unlink(tmp)
        write_file(tmp, octets, date, durable=True)
        os.rename(tmp, path)
    sync_folder(folder + b"/cur")
