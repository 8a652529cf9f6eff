"""Workloads with mailboxes the server has never seen, and mbsync, which copies one and then looks for news.

mbsync does without compression, which Dovecot does not offer as it is configured here.
"""

from __future__ import annotations

import shutil
import subprocess
import time

from benchmarks.client import PASSWORD
from benchmarks.run import Run, need, workload

MBSYNC = """\
FSync no
IMAPAccount server
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN
DisableExtensions COMPRESS=DEFLATE
Timeout 120

IMAPStore server
Account server

MaildirStore here
Path {folder}/
Inbox {folder}/INBOX

Channel all
Far :server:
Near :here:
Patterns INBOX
Create Near
SyncState *
"""


def _first_open(run: Run, messages: int, times: int = 1) -> None:
    for _ in range(times):
        count = run.times(messages)
        user = run.fresh(count, again=True)
        with run.login(user) as client, run.measured(count, rest=0.2):
            need(b"* %d EXISTS\r\n" % count in client.command(b"SELECT INBOX"), "EXISTS")
        shutil.rmtree(run.server.folder / "mail" / user / "cur")


@workload("first-open", "first SELECT of 1,000 messages without index", 1.5, "µs a message")
def first_open(run: Run) -> None:
    _first_open(run, 1000, times=3)


@workload("first-open-10k", "first SELECT of 10,000 messages without index", 1.5, "µs a message")
def first_open_10k(run: Run) -> None:
    _first_open(run, 10_000)


@workload("first-open-100k", "first SELECT of 100,000 messages without index", 1.5, "µs a message")
def first_open_100k(run: Run) -> None:
    _first_open(run, 100_000)


def _sync(run: Run, times: int) -> None:
    """The wall time of mbsync, when it is called for the n-th time: the first one copies all."""
    count = run.times(10_000)
    folder = run.server.folder / "mbsync"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "INBOX").mkdir(parents=True)
    user = run.fresh(count, again=True)
    settings = MBSYNC.format(port=run.server.ports["imap"], user=user, password=PASSWORD, folder=folder)
    (folder / "mbsyncrc").write_text(settings)
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(
            ["mbsync", "-c", folder / "mbsyncrc", "-q", "all"], check=True, timeout=300, capture_output=True
        )
        run.sample.delay = time.perf_counter() - start
    copied = [*(folder / "INBOX" / "new").iterdir(), *(folder / "INBOX" / "cur").iterdir()]
    need(len(copied) == count, "a copy of all messages")
    shutil.rmtree(folder)


def sync_first(run: Run) -> None:
    _sync(run, 1)


def sync_again(run: Run) -> None:
    _sync(run, 2)


if shutil.which("mbsync"):
    workload("mbsync", "mbsync's first sync of 10,000 messages, wall time", 1.0, "ms")(sync_first)
    workload("mbsync-again", "mbsync when nothing is new, wall time", 1.0, "ms")(sync_again)
