"""From a UID to the octets of its file, wherever the file is at the moment."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from coromail.errors import Expunged
from coromail.message.lines import to_crlf
from coromail.stores.maildir.files import find, read_cached, read_cached_dated, read_file
from coromail.stores.maildir.names import info_for
from coromail.stores.maildir.oserrors import storage_errors
from coromail.stores.maildir.packing import NO_DATE, NO_SIZE

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox


def read(mailbox: MaildirMailbox, uid: int) -> bytes:
    """The octets of a message with CRLF line ends. Raises Expunged when the message or its file is gone."""
    position = mailbox.index.position(uid)
    if position < 0:
        raise Expunged("This message is gone")
    state = mailbox.state
    size = state.sizes[position]
    octets: bytes | None = None
    date: int | None = None
    path = b"%s/cur/%s%s" % (mailbox.path, state.names[position], state.infos[position])
    try:
        if size != NO_SIZE:
            octets = read_cached(path, size)
        elif (found := read_cached_dated(path)) is not None:
            octets, date = found
    except OSError:
        octets = None
    if octets is None:
        with storage_errors():
            octets = _read(mailbox, position)
    if len(octets) != size:
        octets = to_crlf(octets)
        if len(octets) != size:
            if date is None or state.dates[position] != NO_DATE:
                date = mailbox.internaldate_of(uid)
            mailbox.learn([uid], [len(octets)], [date], now=False)
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
    base, paths = mailbox.state.names[position], list(candidates(mailbox, position))
    octets: bytes | None = mailbox.account.offload(read_first, mailbox.path, base, paths)
    if octets is None:
        # Another program has removed the file: the next look at the folder will tell.
        mailbox.outside.suspect()
        raise Expunged("This message is gone")
    return octets


def read_first(folder: bytes, base: bytes, paths: Iterable[bytes]) -> bytes | None:
    """The octets of the first of these files that is there, else of the one found by its base name. Blocks."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            return read_file(path)
    with contextlib.suppress(FileNotFoundError):
        found = find(folder, base)
        return None if found is None else read_file(found)
    return None


def locate(mailbox: MaildirMailbox, uid: int) -> bytes | None:
    """The path of a message's file, None when it is gone. Blocks."""
    position = mailbox.index.position(uid)
    if position < 0:
        return None
    for path in candidates(mailbox, position):
        if os.path.exists(path):
            return path
    return find(mailbox.path, mailbox.state.names[position])
