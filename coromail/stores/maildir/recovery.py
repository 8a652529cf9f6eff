"""Files that a crash left elsewhere: new ones in `tmp`, those of copies under their old names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from coromail.stores.maildir import storing
from coromail.stores.maildir.files import find, link_all, names_in
from coromail.stores.maildir.journal import sync_folder
from coromail.stores.maildir.names import split_name
from coromail.stores.maildir.records import MODSEQ, Kind

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount
    from coromail.stores.maildir.mailbox import MaildirMailbox


def bring_back(mailbox: MaildirMailbox, position: int) -> bool:
    """Put the file of a message whose record is durable where it belongs; False when it is nowhere."""
    state = mailbox.state
    base = state.names[position]
    path = mailbox.path + b"/cur/" + base + state.infos[position]
    try:
        os.rename(mailbox.path + b"/tmp/" + base, path)
    except FileNotFoundError:
        pass
    else:
        return True
    intent = state.intents.get(base)
    source = None if intent is None else mailbox.account.by_number.get(intent.source)
    if intent is None or source is None:
        return False
    try:
        found = find(source.path, intent.source_name)
    except FileNotFoundError:
        return False
    return found is not None and not link_all([(found, path)], intent.moved)


def recover_all(account: MaildirAccount, numbers: set[int]) -> None:
    """After a crash: write files of these mailboxes again that it took away, and finish copies and moves that it
    interrupted, before anybody looks at the folders. Waits."""
    found = [account.by_number[number] for number in sorted(numbers & account.by_number.keys())]
    for mailbox in found:
        storing.restore(mailbox)
    for mailbox in found:
        recover(mailbox)


def recover(mailbox: MaildirMailbox) -> None:
    """Make the names of copies that a crash prevented. Blocks. Raises OSError if the names cannot be made."""
    state = mailbox.state
    if not state.intents:
        return
    there = {split_name(name)[0] for name in names_in(mailbox.path + b"/cur")}
    for position, base in enumerate(state.names):
        if base in state.intents and base not in there:
            bring_back(mailbox, position)
    sync_folder(mailbox.path + b"/cur")
    for modseq in {intent.modseq for intent in state.intents.values()}:
        mailbox.write(Kind.LINKED, MODSEQ.pack(modseq))
    state.intents = {}
