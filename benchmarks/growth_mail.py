"""Mail for the measurements of growth: small messages, each one a text of its own.

The words are made up and as frequent as in a language (Zipf): the tenth comes ten times less often than the first. So
an index of texts finds what it would find in letters: pieces of words that nearly all messages have, and rare ones.
Message `n` depends on `n` only, so a small mailbox is the beginning of a big one.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence
from email.utils import format_datetime
from functools import cache
from itertools import accumulate
from pathlib import Path

from benchmarks.corpus import PEOPLE, START

SIZE = 2000  # octets of a message, about
FIRST = 1_700_000_000  # the time of the first delivery
IN_FOLDER = 3  # messages in each of many mailboxes
VOCABULARY = 20_000  # words
TEXT = 500_000  # words of the text that messages take their lines from
LINE = 11  # words of a line

FEW = 10  # messages that have RARE and `phrase()`
RARE = "rhinoceros"
PHRASE_RANKS = (60, 90, 120)  # places of the words of `phrase()` among the most frequent
NOWHERE = "hippopotamus"
OFTEN = "umbrella"  # in one message of ten


@cache
def _words() -> list[str]:
    """Made-up words, the frequent ones first."""
    chance = random.Random("growth")
    syllables = [
        first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "an", "er")
    ]
    made = ("".join(chance.choices(syllables, k=chance.randrange(1, 5))) for _ in range(VOCABULARY * 2))
    return list(dict.fromkeys(made))[:VOCABULARY]


@cache
def _lines() -> list[str]:
    words = _words()
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    text = random.Random("growth").choices(words, cum_weights=weights, k=TEXT)
    return [" ".join(text[start : start + LINE]) for start in range(0, TEXT, LINE)]


@cache
def phrase() -> str:
    """Three frequent words that stand side by side in `FEW` messages only."""
    return " ".join(_words()[rank] for rank in PHRASE_RANKS)


def few(count: int) -> int:
    """How many of the first `count` messages have `RARE` and `phrase()`."""
    return min(FEW, len(range(0, count, 10)))


def often(count: int) -> int:
    """How many of the first `count` messages have `OFTEN`."""
    return len(range(4, count, 10))


def message(number: int) -> bytes:
    """Message `number`: one text, some header fields, line ends LF."""
    chance = random.Random(number)
    sender, receiver = chance.sample(PEOPLE, 2)
    lines = chance.choices(_lines(), k=25)
    head = [
        f"Return-Path: <{sender.encode().hex()}@example.net>",
        f"Received: from relay.example.net by mail.example.org; {_DATE}",
        f"Message-ID: <{number}.{chance.getrandbits(40):x}@example.net>",
        f"Date: {_DATE}",
        f"From: <{sender.encode().hex()}@example.net>",
        f"To: <{receiver.encode().hex()}@example.org>",
        f"Subject: {lines[0]}",
        "",
        f"{chance.getrandbits(40):x} {chance.getrandbits(40):x}",  # words that no other message has
    ]
    if number % 10 == 0 and number < 10 * FEW:
        head += [RARE, phrase()]
    if number % 10 == 4:
        head.append(OFTEN)
    return ("\n".join([*head, *lines[1:]])[:SIZE] + "\n").encode()


_DATE = format_datetime(START)


def write_files(folder: Path, count: int) -> None:
    """The first `count` messages as files, with the times of their deliveries; those that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(len(os.listdir(folder)), count):
        path = f"{folder}/{number}"
        with open(path, "wb") as file:
            file.write(message(number))
        os.utime(path, (FIRST + number, FIRST + number))


def warm(files: Path, count: int) -> None:
    """Have the first `count` messages in the page cache: the server that reads them first is not to pay for all."""
    for number in range(count):
        with open(f"{files}/{number}", "rb") as file:
            file.read()


def _name(number: int) -> str:
    """A unique name as delivery agents make it. The microseconds look as if by chance: where they repeat the
    seconds, digit by digit, some hash functions give thousands of names one value."""
    return f"{FIRST + number}.M{number * 104_729 % 1_000_000:06}P{4000 + number % 97}.bench"


def make_mailbox(folder: Path, files: Path, count: int, owner: Sequence[int]) -> None:
    """A Maildir with `count` messages in `cur`, nine in ten with \\Seen."""
    shutil.rmtree(folder, ignore_errors=True)
    make_folders(folder, owner)
    for number in range(count):
        seen = "S" if number % 10 else ""
        os.link(f"{files}/{number}", f"{folder}/cur/{_name(number)}:2,{seen}")


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
            os.link(files / str(place), box / f"cur/{_name(place)}:2,{'S' * (place > 0)}")


def beside_mail(folder: Path) -> int:
    """Octets on disk of everything in an account that is not mail."""
    total = 0
    for root, names, found in os.walk(folder):
        names[:] = [name for name in names if name not in ("cur", "new", "tmp")]
        total += sum(os.stat(os.path.join(root, name)).st_blocks * 512 for name in found)
    return total
