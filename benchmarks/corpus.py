"""Mail made from a seed: the same files on every machine, and what a correct server must say of them.

Message `n` depends on the seed and `n` only, so a small mailbox is the beginning of a big one. Bodies are about 4 kB
in the median; one in thirty carries an attachment of 100 kB to 1 MB.
"""

from __future__ import annotations

import base64
import os
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

SEED = 20
START = datetime(2023, 1, 1, tzinfo=UTC)
DAYS = 1000
SINCE = START + timedelta(days=800)
SUBJECT = "harvest"  # in the subject of one message in 50
RARE = "rhinoceros"  # in the text of one message in 40
VOCABULARY = """
    amber basket candle dolphin engine feather garden hammer island jacket kettle ladder marble needle orchard pencil
    quarry ribbon saddle tunnel umbrella velvet window yellow zipper and the of to in for with from at on by a an
"""
WORDS = VOCABULARY.split()
PEOPLE = ("Ada", "Béla", "Chloé", "Dan", "Eva", "Finn", "Gül", "Hugo", "Ida", "Jörg")


@dataclass(frozen=True)
class Mail:
    """One message: its file name without folder, octets with LF, time, and what searches must find."""

    number: int
    octets: bytes
    time: datetime
    seen: bool

    @property
    def file(self) -> str:
        """Folder and name in a Maildir."""
        base = f"{int(self.time.timestamp())}.M{self.number}.bench"
        return f"cur/{base}:2,{'S' if self.seen else ''}"


def mail(number: int) -> Mail:
    """Message `number`, from 0."""
    chance = random.Random(f"{SEED}/{number}")
    time = START + timedelta(seconds=int(number * 0.6180339887 % 1 * DAYS * 86400))
    subject = " ".join(chance.choices(WORDS, k=chance.randrange(3, 8)))
    if number % 50 == 7:
        subject += " " + SUBJECT
    if number % 9 == 4:
        subject = f"=?utf-8?B?{base64.b64encode((subject + ' für später').encode()).decode()}?="
    sender, receiver = chance.sample(PEOPLE, 2)
    lines = [f"Return-Path: <{number}@example.org>"]
    lines += [
        f"Received: from relay{hop}.example.net (relay{hop}.example.net [192.0.2.{hop}])\n"
        f"\tby mail.example.org with ESMTPS id {chance.getrandbits(48):012x}; {format_datetime(time)}"
        for hop in range(chance.randrange(2, 6))
    ]
    lines += [
        f"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=key;\n\tb={_blob(chance, 190)[:250]}",
        f"Message-ID: <{number}.{chance.getrandbits(40):x}@example.net>",
        f"Date: {format_datetime(time)}",
        f"From: {_person(sender)}",
        f"To: {_person(receiver)},\n\tteam@example.org",
        f"Subject: {subject}",
        "MIME-Version: 1.0",
    ]
    text = _text(chance, min(60_000, int(chance.lognormvariate(7.9, 0.9))))
    if number % 40 == 11:
        text += f"\n\nA {RARE} came by.\n"
    lines.append(_body(chance, number, text))
    return Mail(number, "\n".join(lines).encode(), time, chance.random() < 0.9)


def _person(name: str) -> str:
    shown = name if name.isascii() else f"=?utf-8?B?{base64.b64encode(name.encode()).decode()}?="
    return f"{shown} <{name.encode().hex()}@example.net>"


def _text(chance: random.Random, length: int) -> str:
    lines = []
    while length > 0:
        lines.append(" ".join(chance.choices(WORDS, k=chance.randrange(4, 13))))
        length -= len(lines[-1]) + 1
    return "\n".join(lines)


def _blob(chance: random.Random, length: int) -> str:
    return base64.encodebytes(chance.randbytes(length)).decode().replace("\n", "\n\t").rstrip()


def _body(chance: random.Random, number: int, text: str) -> str:
    if number % 30 != 3 and number % 2:
        return f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    mark = f"=_{chance.getrandbits(64):016x}"
    parts = [f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"]
    if number % 30 == 3:
        size = int(10 ** chance.uniform(4.9, 5.9))
        data = base64.encodebytes(chance.randbytes(size)).decode()
        parts.append(
            "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
            f'Content-Disposition: attachment; filename="{number}.pdf"\n\n{data}'
        )
    else:
        parts.append(f"Content-Type: text/html; charset=utf-8\n\n<p>{text}</p>\n")
    kind = "mixed" if number % 30 == 3 else "alternative"
    joined = "".join(f"--{mark}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n{joined}--{mark}--\n'


@dataclass(frozen=True)
class Facts:
    """What a correct server says of the first `count` messages; `octets` with CRLF, as IMAP counts."""

    count: int
    octets: int
    unseen: int
    since: int
    subject: int
    text: int


class Corpus:
    """The messages as files in a folder, from which accounts are made by hard links."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.mails: list[tuple[str, int, bool, datetime]] = []
        for name in ("lf", "crlf"):
            (folder / name / "cur").mkdir(parents=True, exist_ok=True)
        for number in range(count):
            self._write(mail(number), crlf=number < 1000)

    def _write(self, made: Mail, crlf: bool) -> None:
        octets = made.octets.replace(b"\n", b"\r\n")
        self.mails.append((made.file, len(octets), made.seen, made.time))
        for name, wanted, content in (("lf", True, made.octets), ("crlf", crlf, octets)):
            path = self.folder / name / made.file
            if wanted and not (path.exists() and path.stat().st_size == len(content)):
                path.write_bytes(content)
                os.utime(path, (made.time.timestamp(), made.time.timestamp()))

    def facts(self, count: int) -> Facts:
        """What is true of a mailbox with the first `count` messages."""
        mails = self.mails[:count]
        return Facts(
            count=len(mails),
            octets=sum(octets for _, octets, _, _ in mails),
            unseen=sum(not seen for _, _, seen, _ in mails),
            since=sum(time >= SINCE for _, _, _, time in mails),
            subject=len(range(7, len(mails), 50)),
            text=len(range(11, len(mails), 40)),
        )

    def maildir(
        self,
        folder: Path,
        count: int,
        crlf: bool = False,
        owner: Sequence[int] | None = None,
        again: bool = False,
    ) -> None:
        """A fresh Maildir with the first `count` messages; `again`: when there are not so many, they begin anew."""
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True)
        source = os.fspath(self.folder / ("crlf" if crlf else "lf"))
        for number in range(count if again else min(count, len(self.mails))):
            turn, place = divmod(number, len(self.mails))
            file = self.mails[place][0]
            name = file.replace(".bench", f"-{turn}.bench") if turn else file
            os.link(f"{source}/{file}", f"{folder}/{name}")
        if owner is not None:
            for path in (folder, *folder.iterdir()):
                os.chown(path, *owner)
