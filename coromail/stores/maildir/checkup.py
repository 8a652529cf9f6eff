"""Looking at everything an account has: `coromail mailbox check | repair | reindex`.

Done while the account is served: between two pieces of work others have their turn. What other programs did to the
files is taken in first, as ever; that is news, not damage.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from coromail.message.lines import crlf_size
from coromail.model.account import Step
from coromail.stores.maildir import compaction, journal
from coromail.stores.maildir.files import find, read_file
from coromail.stores.maildir.packing import NO_SIZE
from coromail.stores.maildir.reading import candidates

if TYPE_CHECKING:
    from coromail.stores.maildir.account import MaildirAccount
    from coromail.stores.maildir.mailbox import MaildirMailbox

CHUNK = 200  # messages that are looked at in one go

Measured = int | str | None  # octets with CRLF line ends, or why that cannot be said; None: there is no file


def examine(account: MaildirAccount, task: str) -> Iterator[Step]:
    """Check, repair or reindex everything; one step after the other. Waits. Raises a storage error."""
    yield from _journal(account, task)
    if not account.offload(account.cache.sound):
        yield Step("", 0, 0, "the cache was damaged and is made anew")
    account.tree.refresh()
    for mailbox in list(account.by_number.values()):
        if mailbox.is_selectable:
            yield from _mailbox(mailbox, task)


def _journal(account: MaildirAccount, task: str) -> Iterator[Step]:
    if not account.offload(_damaged, account.journal):
        return
    yield Step("", 0, 0, "the journal has damaged records")
    if task != "check":
        done = compaction.compact(account)
        yield Step("", 0, 0, "the journal was written anew" if done else "the journal is busy; try again")


def _damaged(file: journal.Journal) -> bool:
    data = file.octets(0, file.size)
    found = journal.walk(data)
    return found.damaged or found.end != len(data)


def _mailbox(mailbox: MaildirMailbox, task: str) -> Iterator[Step]:
    name = mailbox.full_path
    before = set(mailbox.index.uids)
    mailbox.poll()
    uids = list(mailbox.index.uids)
    gone, new = len(before.difference(uids)), len(set(uids) - before)
    if gone:
        yield Step(name, 0, len(uids), f"{gone} messages are gone, because others removed their files")
    if new:
        yield Step(name, 0, len(uids), f"{new} messages are new, because others put files there")
    if uids != sorted(set(uids)) or (uids and mailbox.uidnext <= uids[-1]):
        yield Step(name, 0, len(uids), "the UIDs are not in order")
    if task == "reindex":
        mailbox.account.offload(mailbox.account.cache.forget_mailbox, mailbox.number)
        mailbox.last_details = None
        mailbox.summaries_made += 1
        mailbox.prepared.clear()
        mailbox.account.texts.forget(mailbox.number)
    for start in range(0, len(uids), CHUNK):
        chunk = [uid for uid in uids[start : start + CHUNK] if mailbox.has_uid(uid)]
        for text in _messages(mailbox, chunk, task):
            yield Step(name, start, len(uids), text)
        yield Step(name, min(start + CHUNK, len(uids)), len(uids))
    if not uids:
        yield Step(name, 0, 0)


def _messages(mailbox: MaildirMailbox, uids: Sequence[int], task: str) -> Iterator[str]:
    positions = [mailbox.index.position(uid) for uid in uids]
    places = [
        (mailbox.path, mailbox.state.names[position], list(candidates(mailbox, position)))
        for position in positions
    ]
    measured: list[Measured] = mailbox.account.offload(_measure, places)
    for uid, size in zip(uids, measured, strict=True):
        position = mailbox.index.position(uid)
        if position < 0:
            continue
        recorded = mailbox.state.sizes[position]
        if size is None:
            mailbox.outside.suspect()
            yield f"message {uid}: its file is not there"
        elif isinstance(size, str):
            yield f"message {uid}: {size}"
        elif recorded not in (NO_SIZE, size):
            yield f"message {uid}: {size} octets, not {recorded}"
            if task != "check":
                mailbox.learn([uid], [size], [mailbox.internaldate_of(uid)])
                yield f"message {uid}: the size is corrected"
    if task == "reindex":
        mailbox.envelopes([uid for uid in uids if mailbox.has_uid(uid)])


def _measure(places: Sequence[tuple[bytes, bytes, Sequence[bytes]]]) -> list[Measured]:
    return [_size(*place) for place in places]


def _size(folder: bytes, base: bytes, paths: Sequence[bytes]) -> Measured:
    path: bytes | None
    for path in (*paths, find(folder, base)):
        try:
            if path is not None:
                return crlf_size(read_file(path))
        except FileNotFoundError:
            continue
        except OSError as error:
            return f"{os.fsdecode(path or b'')}: {error.strerror}"
    return None
