"""The work itself: every item of a source into the target, every mailbox out to files."""

from __future__ import annotations

import imaplib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from coromail.app.progress import Progress
from coromail.app.transfer.client import Client, Fetched, Listed
from coromail.app.transfer.item import Item, Source
from coromail.app.transfer.maildir import MaildirWriter
from coromail.app.transfer.mbox import escaped, write_message
from coromail.app.transfer.target import Target

BATCH = 20  # messages that are fetched at a time


def import_all(client: Client, source: Source) -> int:
    """Import everything that is not there; how many messages were left. Goes on after faults."""
    target = Target(client, with_headers=source.remote)
    added = there = 0
    progress = Progress("import", source.count())
    left = source.left
    for item in source.items():
        try:
            if _import_one(target, item, source.faults):
                added += 1
            else:
                there += 1
        except _Left as error:
            left.append(f"{item.where}: {error}")
        progress.step()
    target.flush()
    added -= len(target.failed)
    left += target.failed
    progress.close()
    for line in left:
        print(f"left: {line}")
    print(f"{added} messages imported, {there} were there already, {len(left)} left")
    return len(left)


class _Left(Exception):
    """This message cannot be had, or not be kept."""


def _import_one(target: Target, item: Item, faults: tuple[type[Exception], ...]) -> bool:
    """Whether the message was added; False when it was there."""
    name = target.path(item.parts)
    if item.header and target.has(name, item.size, item.header):
        return False
    try:
        octets = item.octets()
    except faults as error:
        raise _Left(str(error)) from error
    try:
        return target.add(name, item.where, octets, item.flags, item.date)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _Left(str(error)) from error


def export_all(client: Client, form: str, folder: Path) -> None:
    """Write every mailbox to files; `form` is mbox or maildir."""
    total = 0
    for listed in client.names():
        if listed.selectable:
            total += (_to_mbox if form == "mbox" else _to_maildir)(client, listed, folder)
    print(f"{total} messages exported")


def _to_mbox(client: Client, listed: Listed, folder: Path) -> int:
    """The file takes its name when it is whole: an export that was interrupted leaves the old one."""
    *above, last = [escaped(part) for part in listed.parts]
    path = folder.joinpath(*above, f"{last}.mbox")
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.part")
    count = 0
    with open(temporary, "wb", opener=_private) as file:
        for message in _messages(client, listed):
            count += 1
            write_message(file, message.octets, message.flags, _seconds(message.date))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    return count


def _to_maildir(client: Client, listed: Listed, folder: Path) -> int:
    """The names of files are made of UIDVALIDITY and UID, so that a second export goes on where the first ended."""
    writer = MaildirWriter(folder, listed.parts)
    client.open_mailbox(listed.name)
    validity = client.response("UIDVALIDITY")[1][0].decode()
    uids, count = client.uids(), 0
    progress = Progress("/".join(listed.parts), len(uids))
    for start in range(0, len(uids), BATCH):
        chunk = uids[start : start + BATCH]
        for known in list(client.fetch_messages(f"{chunk[0]}:{chunk[-1]}", "(UID FLAGS INTERNALDATE)")):
            base = f"{int(_seconds(known.date))}.V{validity}U{known.uid}.coromail"
            count += 1
            if writer.has(base):
                writer.update(base, known.flags)
                continue
            for message in client.fetch_messages(str(known.uid), "(UID BODY.PEEK[])"):
                writer.write(base, message.octets, known.flags, _seconds(known.date))
        progress.reach(start + len(chunk))
    progress.close()
    return count


def _messages(client: Client, listed: Listed) -> Iterator[Fetched]:
    client.open_mailbox(listed.name)
    uids = client.uids()
    progress = Progress("/".join(listed.parts), len(uids))
    for start in range(0, len(uids), BATCH):
        chunk = uids[start : start + BATCH]
        yield from client.fetch_messages(f"{chunk[0]}:{chunk[-1]}", "(UID FLAGS INTERNALDATE BODY.PEEK[])")
        progress.reach(start + len(chunk))
    progress.close()


def _seconds(date: str) -> float:
    return datetime.strptime(date.strip('" '), "%d-%b-%Y %H:%M:%S %z").timestamp()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
