"""From a UID to the octets of its file, wherever the file is at the moment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from coromail.errors import Expunged
from coromail.message.lines import to_crlf
from coromail.stores.maildir.files import find, read_cached, read_file
from coromail.stores.maildir.names import info_for
from coromail.stores.maildir.oserrors import storage_errors

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox


def read(mailbox: MaildirMailbox, uid: int) -> bytes:
    """The octets of a message with CRLF line ends. Raises Expunged when the message or its file is gone."""
    position = mailbox.index.position(uid)
    if position < 0:
        raise Expunged("This message is gone")
    state = mailbox.state
    size = state.sizes[position]
    try:
        path = b"%s/cur/%s%s" % (mailbox.path, state.names[position], state.infos[position])
        octets = read_cached(path, size)
    except OSError:
        octets = None
    if octets is None:
        with storage_errors():
            octets = _read(mailbox, position)
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


def _read(mailbox: MaildirMailbox, position: int) -> bytes:
    offload = mailbox.account.offload
    base = mailbox.state.names[position]
    for path in list(candidates(mailbox, position)):
        try:
            octets: bytes = offload(read_file, path)
        except FileNotFoundError:
            continue
        return octets
    # Another program has renamed the file, or it is gone: the next look at the folder will tell.
    mailbox.outside.suspect()
    found = offload(find, mailbox.path, base)
    if found is None:
        raise Expunged("This message is gone")
    try:
        octets = offload(read_file, found)
    except FileNotFoundError:
        raise Expunged("This message is gone") from None
    return octets


def locate(mailbox: MaildirMailbox, uid: int) -> bytes | None:
    """The path of a message's file, None when it is gone. Blocks."""
    position = mailbox.index.position(uid)
    if position < 0:
        return None
    for path in candidates(mailbox, position):
        if os.path.exists(path):
            return path
    return find(mailbox.path, mailbox.state.names[position])
