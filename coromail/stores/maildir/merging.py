"""From the difference between a listing and what is known to news: flags, removals, new files."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.model.flags import Flags
from coromail.stores.maildir import recovery, takeover
from coromail.stores.maildir.arrivals import adopt
from coromail.stores.maildir.files import Difference
from coromail.stores.maildir.names import in_order, merged
from coromail.stores.maildir.records import Kind, pack_infos

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

MANY = 1000  # files that take about a millisecond to be put in order


def merge(
    mailbox: MaildirMailbox,
    uids: array[int],
    names: Sequence[bytes],
    graves: Sequence[bytes],
    difference: Difference,
) -> None:
    """Take in what a listing of `cur` showed. `uids`, `names` and `graves` are what was known before it."""
    if difference.changed:
        _flags(mailbox, [(uids[place], info) for place, info in difference.changed])
    # Every file was seen: what is left of renames of our own is settled.
    mailbox.state.others.clear()
    if difference.missing:
        _missing(mailbox, [uids[place] for place in difference.missing])
    fresh = difference.fresh
    _bury(mailbox, graves, fresh)
    _forget_known(mailbox, uids[-1] if uids else 0, fresh)
    first = not mailbox.state.scanned
    server = takeover.adopt(mailbox, fresh) if first else None
    bases, infos = in_order(fresh) if len(fresh) < MANY else mailbox.account.offload(in_order, fresh)
    adopt(mailbox, bases, infos)
    if server is not None:
        takeover.finish(mailbox, server)


def _flags(mailbox: MaildirMailbox, seen: Sequence[tuple[int, bytes]]) -> None:
    """Files have other infos than we know."""
    state = mailbox.state
    renamed: list[int] = []
    infos: list[bytes] = []
    positions: list[int] = []
    values: list[Flags] = []
    for uid, info in seen:
        position = mailbox.index.position(uid)
        if position < 0 or state.infos[position] == info:
            continue
        renamed.append(uid)
        infos.append(info)
        base, known = state.names[position], state.infos[position]
        if state.others.get(base) == info:
            continue  # a rename of our own that a crash undid or prevented
        old = state.index.flags[position]
        new = merged(old, known, info)
        if new is not old:
            positions.append(position)
            values.append(Flags.of(mailbox.spell(new.names)))
    if positions:
        mailbox.set_flags(positions, values)
    if renamed:
        mailbox.write(Kind.INFOS, pack_infos(renamed, infos))
        for uid, info in zip(renamed, infos, strict=True):
            position = mailbox.index.position(uid)
            state.others.pop(state.names[position], None)
            state.infos[position] = info
        mailbox.tidy.flags_changed(renamed)


def _missing(mailbox: MaildirMailbox, uids: Sequence[int]) -> None:
    """Messages are not in `cur`: some are on their way there, some can be brought back, the others are gone."""
    state = mailbox.state
    waiting = set(mailbox.unpublished)
    gone = []
    for uid in uids:
        position = mailbox.index.position(uid)
        if position < 0 or uid in waiting or state.names[position] in mailbox.pending:
            continue
        if recovery.bring_back(mailbox, position):
            continue
        if not os.path.lexists(mailbox.path + b"/cur/" + state.names[position] + state.infos[position]):
            gone.append(uid)
    if gone:
        mailbox.dismiss(gone)


def _bury(mailbox: MaildirMailbox, graves: Sequence[bytes], fresh: dict[bytes, bytes]) -> None:
    """Files of expunged messages that are still there are to go; those that are not there are forgotten."""
    for base in graves:
        info = fresh.pop(base, None)
        if (mailbox.number, base) in mailbox.account.needed:
            continue
        if info is None:
            mailbox.state.graveyard.pop(base, None)
        else:
            mailbox.tidy.expunged([base + info])
    for base in fresh.keys() & mailbox.state.graveyard.keys():
        del fresh[base]


def _forget_known(mailbox: MaildirMailbox, last: int, fresh: dict[bytes, bytes]) -> None:
    """Files that became messages since the listing (their UIDs are above `last`) are not new."""
    position = len(mailbox.index)
    while position and mailbox.index.uids[position - 1] > last:
        position -= 1
        fresh.pop(mailbox.state.names[position], None)
