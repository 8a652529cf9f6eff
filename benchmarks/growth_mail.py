"""Mail for the measurements of growth: many small messages, hard links of a few thousand files."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence
from email.utils import format_datetime
from pathlib import Path

from benchmarks.corpus import PEOPLE, START, WORDS

DISTINCT = 10_000  # files; a larger mailbox has each of them several times
RARE = "rhinoceros"  # in the text of one message in a thousand
SIZE = 1000  # octets of a message, about
FIRST = 1_700_000_000  # the time of the first delivery
IN_FOLDER = 3  # messages in each of many mailboxes


def message(number: int) -> bytes:
    """Message `number`: one text, some header fields, line ends LF."""
    chance = random.Random(f"growth/{number}")
    sender, receiver = chance.sample([name.encode().hex() for name in PEOPLE], 2)
    head = [
        f"Return-Path: <{sender}@example.net>",
        f"Received: from relay.example.net by mail.example.org; {format_datetime(START)}",
        f"Message-ID: <{number}.{chance.getrandbits(40):x}@example.net>",
        f"Date: {format_datetime(START)}",
        f"From: <{sender}@example.net>",
        f"To: <{receiver}@example.org>",
        f"Subject: {' '.join(chance.choices(WORDS, k=5))}",
        "",
    ]
    lines = [RARE] if number % 1000 == 500 else []
    while sum(map(len, [*head, *lines])) < SIZE:
        lines.append(" ".join([*chance.choices(WORDS, k=8), f"{chance.getrandbits(20):x}"]))
    return ("\n".join([*head, *lines]) + "\n").encode()


def write_files(folder: Path, count: int) -> None:
    """The first `count` distinct messages as files, with the times of their deliveries."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(min(count, DISTINCT)):
        path = folder / str(number)
        path.write_bytes(message(number))
        os.utime(path, (FIRST + number, FIRST + number))


def make_mailbox(folder: Path, files: Path, count: int, owner: Sequence[int]) -> None:
    """A Maildir with `count` messages in `cur`, nine in ten with \\Seen."""
    shutil.rmtree(folder, ignore_errors=True)
    make_folders(folder, owner)
    for number in range(count):
        seen = "S" if number % 10 else ""
        os.link(files / str(number % DISTINCT), folder / f"cur/{FIRST + number}.M{number}P1.bench:2,{seen}")


def make_folders(folder: Path, owner: Sequence[int]) -> None:
    """An empty Maildir."""
    for path in (folder, folder / "cur", folder / "new", folder / "tmp"):
        path.mkdir()
        os.chown(path, *owner)


def make_mailboxes(folder: Path, files: Path, count: int, owner: Sequence[int]) -> None:
    """An account with `count` mailboxes beside INBOX, of `IN_FOLDER` messages each."""
    shutil.rmtree(folder, ignore_errors=True)
    make_folders(folder, owner)
    for number in range(count):
        box = folder / f".Project {number}"
        make_folders(box, owner)
        for place in range(IN_FOLDER):
            os.link(files / str(place), box / f"cur/{FIRST + place}.M{number}P1.bench:2,{'S' * (place > 0)}")


def beside_mail(folder: Path) -> int:
    """Octets on disk of everything in an account that is not mail."""
    total = 0
    for root, names, found in os.walk(folder):
        names[:] = [name for name in names if name not in ("cur", "new", "tmp")]
        total += sum(os.stat(os.path.join(root, name)).st_blocks * 512 for name in found)
    return total
