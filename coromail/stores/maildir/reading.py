"""From a UID to the octets of its file, wherever the file is at the moment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from coromail.errors import Expunged
from coromail.message.lines import to_crlf
from coromail.stores.maildir.files import find, open_cached, read_rest
from coromail.stores.maildir.names import info_for
from coromail.stores.maildir.oserrors import storage_errors

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox


def read(mailbox: MaildirMailbox, uid: int) -> bytes:
    """The octets of a message with CRLF line ends. Raises Expunged when the message or its file is gone."""
    position = mailbox.index.position(uid)
    if position < 0:
        raise Expunged("This message is gone")
    size = mailbox.state.sizes[position]
    with storage_errors():
        fd, octets = _open(mailbox, position, size)
        try:
            if octets is None:
                octets = mailbox.account.offload(read_rest, fd)
        finally:
            os.close(fd)
    if len(octets) != size:
        octets = to_crlf(octets)
        if len(octets) != size:
            mailbox.learn([uid], [len(octets)], [mailbox.internaldate_of(uid)])
    return octets


def candidates(mailbox: MaildirMailbox, position: int) -> Iterator[bytes]:
    """The paths where the file of a message may be, the likely ones first."""
    state = mailbox.state
    base, info, path = state.names[position], state.infos[position], mailbox.path
    cur = path + b"/cur/" + base
    yield cur + info
    if base in mailbox.pending:
        yield mailbox.pending[base]
    yield cur + info_for(state.index.flags[position], info)
    if base in state.others:
        yield cur + state.others[base]
    yield path + b"/tmp/" + base


def _open(mailbox: MaildirMailbox, position: int, size: int) -> tuple[int, bytes | None]:
    for path in candidates(mailbox, position):
        try:
            return open_cached(path, size)
        except FileNotFoundError:
            continue
    # Another program has renamed the file, or it is gone: the next look at the folder will tell.
    mailbox.outside.suspect()
    found = mailbox.account.offload(find, mailbox.path, mailbox.state.names[position])
    if found is not None:
        try:
            return open_cached(found, size)
        except FileNotFoundError:
            pass
    raise Expunged("This message is gone")


def locate(mailbox: MaildirMailbox, uid: int) -> bytes | None:
    """The path of a message's file, None when it is gone. Blocks."""
    position = mailbox.index.position(uid)
    if position < 0:
        return None
    for path in candidates(mailbox, position):
        if os.path.exists(path):
            return path
    return find(mailbox.path, mailbox.state.names[position])
