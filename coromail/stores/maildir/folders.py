"""CREATE, DELETE and RENAME: what is on disk, what is in the journal, and in which order.

CREATE makes the folder (its `cur` last, without which it is no mailbox), makes that durable, then writes the record.
A crash between leaves an empty folder. DELETE first takes the folder out of sight under a name that is no mailbox,
then writes the record, then removes it. A crash between leaves it out of sight, for the next start to remove. RENAME
writes the record first, makes it durable, then renames the folders. A crash between leaves the rest to the next start.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

from coromail.errors import MailboxExists, NoSuchMailbox, NotPossible, StorageError
from coromail.model.mailbox import Mailbox
from coromail.stores.maildir.catalogue import pack_renames
from coromail.stores.maildir.files import make_maildir
from coromail.stores.maildir.folder_names import folder_of
from coromail.stores.maildir.journal import sync_folder
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.records import Kind

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount
    from coromail.stores.maildir.mailbox import MaildirMailbox

TRASH = b"coromail-deleted-"


def parts_to(mailbox: Mailbox) -> list[str]:
    """The names from the top to a mailbox."""
    parts: list[str] = []
    node: Mailbox | None = mailbox
    while node is not None and node.parent is not None:
        parts.append(node.name)
        node = node.parent
    return parts[::-1]


def create(parent: MaildirMailbox, name: str) -> MaildirMailbox:
    """Make a child. Raises MailboxExists, InvalidName or a storage error."""
    account = parent.account
    folder = folder_of([*parts_to(parent), name])
    account.need_room(MAILBOX=1)
    with account.tree.lock:
        child = parent.children.get(name)
        if not folder or (child is not None and child.is_selectable):
            raise MailboxExists("There is a mailbox of this name")
        with storage_errors():
            account.offload(make_folder, account.directory, folder)
            made = account.tree.found(folder)
        if made is None:
            raise MailboxExists("There is a mailbox of this name")
        made.reserve.expect(0)
        account.journal.settle()
    return made


def make_folder(directory: bytes, folder: bytes) -> None:
    """Make a folder of Maildir++ and its entry durable. Blocks."""
    path = directory + b"/" + folder
    with contextlib.suppress(FileExistsError):
        os.mkdir(path, 0o700)
    os.close(
        os.open(path + b"/maildirfolder", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    )
    make_maildir(path)
    sync_folder(directory)


def delete(mailbox: MaildirMailbox) -> None:
    """Remove a mailbox and its messages; a name with mailboxes below it stays as one without messages."""
    if mailbox.is_inbox:
        raise NotPossible("INBOX cannot be deleted")
    account = mailbox.account
    with account.tree.lock:
        if not mailbox.number:
            if mailbox.children:
                raise NotPossible("This name has mailboxes below it")
            account.tree.prune(mailbox)
            return
        old, number = mailbox.path, mailbox.number
        new = account.directory + b"/" + TRASH + b"%d" % number
        with mailbox.outside.lock, storage_errors():
            account.offload(move_folder, old, new)
            try:
                account.write(Kind.REMOVED, number, b"")
            except BaseException:
                account.offload(move_folder, new, old)
                raise
            account.tree.detach(number)
        account.journal.settle()
    account.offload(shutil.rmtree, new, True)


def move_folder(old: bytes, new: bytes) -> None:
    """Rename a folder and make that durable. Blocks."""
    if os.path.isdir(new):
        shutil.rmtree(new)
    os.rename(old, new)
    sync_folder(os.path.dirname(new))


def rename(mailbox: MaildirMailbox, parent: Mailbox, name: str) -> None:
    """Move a mailbox and all below it elsewhere. Raises MailboxExists, InvalidName or a storage error."""
    account = mailbox.account
    with account.tree.lock:
        if parent is mailbox or parent in mailbox.walk():
            raise NotPossible("A mailbox cannot be moved below itself")
        if name in parent.children:
            raise MailboxExists("There is a mailbox of this name")
        if mailbox.parent is None:
            raise NoSuchMailbox("There is no such mailbox")
        plan = _plan(mailbox, [*parts_to(parent), name])
        pairs = [(account.folder_path(node.folder), account.folder_path(folder)) for node, folder in plan]
        if any(os.path.lexists(new) for _, new in pairs):
            raise MailboxExists("There is a folder of this name")
        undo = pack_renames([(node.number, node.folder) for node, _ in plan])
        account.write(Kind.RENAMED, 0, pack_renames([(node.number, folder) for node, folder in plan]))
        # Files that are listed or renamed at this moment are looked for again afterwards.
        try:
            account.journal.settle()
            with storage_errors():
                rename_folders(pairs)
        except StorageError:
            _take_back(account, undo)
            raise
        old_parent = mailbox.parent
        for node, folder in plan:
            node.folder = folder
            node.outside.suspect()
        Mailbox.reparent(mailbox, parent, name)
        with storage_errors():
            account.offload(sync_folder, account.directory)
        account.write(Kind.RENAMES_DONE, 0, b"")
        if isinstance(old_parent, type(mailbox)):
            account.tree.prune(old_parent)


def _take_back(account: MaildirAccount, undo: bytes) -> None:
    """The folders kept their names. If that cannot be written down now, it is before anything else is."""
    account.catalogue.apply(Kind.RENAMED, 0, undo)
    account.catalogue.apply(Kind.RENAMES_DONE, 0, b"")
    account.owed += [(Kind.RENAMED, 0, undo), (Kind.RENAMES_DONE, 0, b"")]
    with contextlib.suppress(StorageError):
        account.write_owed()


def _plan(mailbox: MaildirMailbox, parts: list[str]) -> list[tuple[MaildirMailbox, bytes]]:
    """Which mailboxes get which folder."""
    start = len(parts_to(mailbox))
    return [
        (node, folder_of(parts + parts_to(node)[start:]))
        for node in (mailbox, *mailbox.walk())
        if isinstance(node, type(mailbox)) and node.number
    ]


def rename_folders(pairs: list[tuple[bytes, bytes]]) -> None:
    """Rename folders, all or none."""
    done: list[tuple[bytes, bytes]] = []
    try:
        for old, new in pairs:
            os.rename(old, new)
            done.append((old, new))
    except OSError:
        for old, new in reversed(done):
            os.rename(new, old)
        raise


def finish_renames(account: MaildirAccount) -> None:
    """Rename what a crash left under its old name. Blocks."""
    for old, new in account.catalogue.renames:
        old_path, new_path = account.folder_path(old), account.folder_path(new)
        if os.path.isdir(old_path) and not os.path.lexists(new_path):
            os.rename(old_path, new_path)
    sync_folder(account.directory)


def remove_trash(directory: bytes) -> None:
    """Remove the folders of deleted mailboxes that are still there. Blocks."""
    for name in os.listdir(directory):
        if name.startswith(TRASH):
            shutil.rmtree(directory + b"/" + name, ignore_errors=True)
