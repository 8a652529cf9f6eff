"""Messages that come in as files: deliveries in `new`, and files that others put into `cur`."""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from coromail.model.flags import Flags
from coromail.model.mailbox import LAST_UID
from coromail.stores.maildir.admitting import commit
from coromail.stores.maildir.names import another_base, delivery_order, flags_in, sizes_in, split_name
from coromail.stores.maildir.packing import NO_DATE, Batch

if TYPE_CHECKING:
    from coromail.stores.maildir.mailbox import MaildirMailbox

AT_ONCE = 1000  # messages between two turns of others


def take_in(mailbox: MaildirMailbox, names: Collection[bytes]) -> bool:
    """Move deliveries from `new` to `cur` and give them UIDs in the order of delivery; whether there were any."""
    ordered = delivery_order(names)
    if not ordered:
        return False
    mailbox.reserve.expect(len(ordered))
    some = False
    for start in range(0, len(ordered), AT_ONCE):
        if start:
            mailbox.account.give_way()
        moved = _move(mailbox, ordered[start : start + AT_ONCE])
        adopt(mailbox, list(moved), list(moved.values()))
        some = some or bool(moved)
    return some


def _move(mailbox: MaildirMailbox, names: Sequence[bytes]) -> dict[bytes, bytes]:
    """Move these from `new` to `cur`; base names and infos that they got."""
    new, cur = mailbox.path + b"/new/", mailbox.path + b"/cur/"
    moved: dict[bytes, bytes] = {}
    with mailbox.outside.own_change():
        for name in names:
            base, info = split_name(name)
            if base in moved or mailbox.state.knows(base):
                base = another_base(base)  # a message of this name was here before: this one is another
            info = info if info.startswith(b":2,") else b":2,"
            try:
                os.rename(new + name, cur + base + info)
            except FileNotFoundError:
                continue  # another program was faster: the next look at `cur` finds it
            moved[base] = info
    return moved


def adopt(mailbox: MaildirMailbox, bases: Sequence[bytes], infos: Sequence[bytes]) -> None:
    """Give files in `cur` (their base names and infos) UIDs, in this order."""
    for start in range(0, len(bases), AT_ONCE):
        if start:
            mailbox.account.give_way()
        names, shown = bases[start : start + AT_ONCE], infos[start : start + AT_ONCE]
        number = len(names)
        if mailbox.uidnext + number - 1 > LAST_UID:
            return  # as if they were not there: nothing can be done for a mailbox without UIDs
        commit(
            mailbox,
            Batch(
                array("I", bytes(4 * number)),
                spelled_flags(mailbox, shown),
                names,
                shown,
                array("q", [NO_DATE]) * number,
                sizes_in(names),
                array("q", [int(time.time())]) * number,
            ),
            None,
        )


def spelled_flags(mailbox: MaildirMailbox, infos: Sequence[bytes]) -> list[Flags]:
    """The flags that infos show, keywords as this mailbox spells them."""
    known = {info: Flags.of(mailbox.spell(flags_in(info).names)) for info in set(infos)}
    return [known[info] for info in infos]
