"""New messages: from octets to files and a record.

Small messages are in the record itself. Then one fsync of the journal, shared with everybody who waits, makes them
durable; the files are written without waiting for the disk and made durable later (`storing`), when the system has
long written them by itself. Large messages are made durable as files first, and the record names them.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.errors import LimitReached, NotAllowed
from coromail.model.flags import Flags
from coromail.model.listener import Listener
from coromail.model.mailbox import LAST_UID
from coromail.stores.maildir.admitting import Leaving, commit
from coromail.stores.maildir.files import remove_all, rename_all, write_messages
from coromail.stores.maildir.names import info_for
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.packing import Batch

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

SMALL = 32 * 1024  # octets of a message that goes into the journal
TOGETHER = 128 * 1024  # octets of all messages of one command that go there

Contents = Sequence[tuple[bytes, int]]  # octets and internal date


def append(
    mailbox: MaildirMailbox,
    contents: Contents,
    flags: Sequence[Flags],
    by: Listener | None,
    wanted: Sequence[int] | None = None,
    leaving: Leaving | None = None,
) -> Batch:
    """Write files, give UIDs (those `wanted`, where they are free), record and announce. Durable after `settle`.

    A message that is `leaving` goes in the same moment and with the same record.
    """
    if not mailbox.number:
        raise NotAllowed("There can be no messages here")
    mailbox.outside.look_first()
    mailbox.reserve.expect(len(contents))
    account, folder = mailbox.account, mailbox.path
    largest = max(len(octets) for octets, _ in contents)
    small = largest <= SMALL and sum(len(octets) for octets, _ in contents) <= TOGETHER
    with storage_errors():
        if small:
            bases = write_messages(folder, contents, durable=False)
        else:
            bases = account.offload(write_messages, folder, contents, account.durable)
    try:
        batch = _batch(contents, flags, bases)
        if wanted is not None:
            batch.uids[:] = free_uids(mailbox.uidnext, wanted)
        inside = [octets for octets, _ in contents] if small and account.durable else []
        commit(mailbox, batch, by, contents=inside, keep_uids=wanted is not None, leaving=leaving)
    except BaseException:
        remove_all([folder + b"/tmp/" + base for base in bases])
        raise
    mailbox.unpublished += batch.uids
    return batch


def _batch(contents: Contents, flags: Sequence[Flags], bases: Sequence[bytes]) -> Batch:
    number = len(contents)
    return Batch(
        array("I", bytes(4 * number)),
        flags,
        bases,
        [info_for(entry, b"") for entry in flags],
        array("q", [date for _, date in contents]),
        array("q", [len(octets) for octets, _ in contents]),
        array("q", [int(time.time())]) * number,
    )


def free_uids(uidnext: int, wanted: Sequence[int]) -> array[int]:
    """Ascending UIDs from `uidnext` on, the wanted ones where they are higher. Raises LimitReached."""
    uids = array("I")
    for uid in wanted:
        uid = max(uid, uidnext)
        if uid > LAST_UID:
            raise LimitReached("This mailbox has used up its UIDs")
        uids.append(uid)
        uidnext = uid + 1
    return uids


def publish(mailbox: MaildirMailbox, uids: Sequence[int]) -> None:
    """Move the files of messages whose record is durable from `tmp` to `cur`."""
    state, folder = mailbox.state, mailbox.path
    places = [(uid, position) for uid in uids if (position := mailbox.index.position(uid)) >= 0]
    pairs = [
        (
            b"%s/tmp/%s" % (folder, state.names[position]),
            b"%s/cur/%s%s" % (folder, state.names[position], state.infos[position]),
        )
        for _, position in places
    ]
    with mailbox.outside.own_change():
        done = rename_all(pairs) if len(pairs) < 20 else mailbox.account.offload(rename_all, pairs)
    # What could not be renamed is served from `tmp`, and tried again with the next change.
    mailbox.unpublished += [uid for (uid, _), success in zip(places, done, strict=True) if not success]
