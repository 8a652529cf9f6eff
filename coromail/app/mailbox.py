"""`coromail mailbox check | repair | reindex`: through the server that runs, else straight in the store."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from coromail.app import admin_client
from coromail.app.checking import Reading, read_config
from coromail.app.privileges import CannotDrop
from coromail.app.progress import Progress
from coromail.errors import InUse, StorageError
from coromail.host import Host
from coromail.model.account import Step

OK, FAILED = 0, 1


def examine(file: Path, task: str, users: list[str]) -> int:
    """Do the task for each user, and say what was found; 1 if something was, or could not be done."""
    reading = read_config(file)
    status = OK
    host: list[Host] = []
    for user in users:
        try:
            found = _tell(user, steps(reading, host, task, user))
        except (admin_client.Failed, CannotDrop, StorageError, OSError) as error:
            hint = "; listen.admin lets this go through the server" if isinstance(error, InUse) else ""
            print(f"{user}: {error}{hint}", file=sys.stderr)
            status = FAILED
            continue
        print(f"{user}: {found or 'nothing'} found")
        status = FAILED if found else status
    return status


def steps(reading: Reading, host: list[Host], task: str, user: str) -> Iterator[Step]:
    """The steps of a task, from wherever they come. `host` keeps the one that is made without a server."""
    channel = None if host else admin_client.connect(reading.config)
    if channel is not None:
        try:
            yield from admin_client.steps(channel, task, user)
        finally:
            channel.close()
        return
    from coromail.app.offline import make_host, open_user

    if not host:
        host.append(make_host(reading))
    model = open_user(host[0], user)
    try:
        yield from model.account.examine(task)
    finally:
        model.close()
        host[0].model_context.close()


def _tell(user: str, steps: Iterable[Step]) -> int:
    """Show the steps; how many of them had something to say."""
    found = 0
    name, progress = "", Progress(user, 0)
    for step in steps:
        if step.mailbox != name:
            progress.close()
            name, progress = step.mailbox, Progress(f"{user} {step.mailbox}", step.total)
        progress.reach(step.done)
        if step.text:
            found += 1
            progress.note(f"{user} {step.mailbox}: {step.text}" if step.mailbox else f"{user}: {step.text}")
    progress.close()
    return found
