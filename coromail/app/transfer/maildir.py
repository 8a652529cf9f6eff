"""Maildirs, in and out: Maildir++ (`.Parent.Child`) and folders within folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from coromail.app.transfer.item import Item, date_time
from coromail.model.flags import Flags
from coromail.stores.maildir.folder_names import folder_of, parts_of
from coromail.stores.maildir.names import delivery_order, flags_in, info_for, keyword_letters
from coromail.stores.maildir.takeover import read_keywords

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class MaildirSource:
    """Every folder with a `cur` at `path` and below; the messages in the order of their delivery."""

    faults: tuple[type[Exception], ...] = (OSError,)
    remote = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self.left: list[str] = []

    def count(self) -> int:
        """How many messages there are."""
        return sum(len(files) for _, _, files in self._folders())

    def items(self) -> Iterator[Item]:
        """Every message."""
        for folder, parts, names in self._folders():
            keywords = read_keywords(os.fsencode(folder))
            for name in names:
                path = os.path.join(os.fsencode(folder), name)
                info = name[name.find(b":") :] if b":" in name else b""
                flags = list(flags_in(info).names)
                flags += [keywords[letter] for letter in keyword_letters(info) if letter in keywords]
                try:
                    date = date_time(os.stat(path).st_mtime)
                except OSError as error:
                    self.left.append(f"{os.fsdecode(path)}: {error.strerror}")
                    continue
                yield Item(os.fsdecode(path), parts, partial(_read, path), flags, date)

    def _folders(self) -> Iterator[tuple[Path, list[str], list[bytes]]]:
        for here, folders, _ in os.walk(self._path):
            if "cur" not in folders:
                continue
            folders[:] = sorted(name for name in folders if name not in ("cur", "new", "tmp"))
            folder = Path(here)
            names = {
                name: os.path.join(part, name)
                for part in (b"new", b"cur")
                for name in _entries(os.path.join(os.fsencode(here), part))
            }
            parts = _parts(folder.relative_to(self._path))
            yield folder, parts, [names[name] for name in delivery_order(names)]


def _entries(folder: bytes) -> list[bytes]:
    try:
        return [name for name in os.listdir(folder) if not name.startswith(b".")]
    except OSError:
        return []


def _parts(relative: Path) -> list[str]:
    parts: list[str] = []
    for piece in relative.parts:
        parts += (parts_of(os.fsencode(piece)) or [piece]) if piece.startswith(".") else [piece]
    return parts or ["INBOX"]


def _read(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class MaildirWriter:
    """One folder of the Maildir at `root`. What an earlier run has written is not written again."""

    def __init__(self, root: Path, parts: Sequence[str]) -> None:
        self._path = os.path.join(os.fsencode(root), folder_of(parts))
        for part in (b"cur", b"new", b"tmp"):
            os.makedirs(os.path.join(self._path, part), 0o700, exist_ok=True)
        if os.path.normpath(self._path) != os.path.normpath(os.fsencode(root)):
            with open(os.path.join(self._path, b"maildirfolder"), "ab"):
                pass
        self._keywords = {keyword.lower(): letter for letter, keyword in read_keywords(self._path).items()}
        self._there = {name.partition(b":")[0]: name for name in _entries(os.path.join(self._path, b"cur"))}

    def has(self, base: str) -> bool:
        """Whether a message is there already."""
        return base.encode() in self._there

    def write(self, base: str, octets: bytes, flags: Sequence[str], seconds: float) -> None:
        """Write a message under a name of its own; durable with `sync`."""
        temporary = os.path.join(self._path, b"tmp", base.encode())
        with open(temporary, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        os.utime(temporary, (seconds, seconds))
        os.rename(temporary, os.path.join(self._path, b"cur", self._name(base, flags)))

    def update(self, base: str, flags: Sequence[str]) -> None:
        """Give a message that is there its present flags."""
        old, new = self._there[base.encode()], self._name(base, flags)
        if old != new:
            cur = os.path.join(self._path, b"cur")
            os.rename(os.path.join(cur, old), os.path.join(cur, new))

    def _name(self, base: str, flags: Sequence[str]) -> bytes:
        letters = [letter for flag in flags if (letter := self._letter(flag))]
        return base.encode() + info_for(Flags.of(flags), b":2," + "".join(sorted(set(letters))).encode())

    def _letter(self, flag: str) -> str:
        """The letter of a keyword; there are 26 in a folder, as Dovecot has it."""
        if flag.startswith("\\") or flag.lower() == "$forwarded" or not re.fullmatch("[!-~]+", flag):
            return ""
        if flag.lower() not in self._keywords:
            free = [letter for letter in _LETTERS if letter not in self._keywords.values()]
            if not free:
                return ""
            self._keywords[flag.lower()] = free[0]
            with open(os.path.join(self._path, b"dovecot-keywords"), "a", encoding="ascii") as file:
                file.write(f"{_LETTERS.index(free[0])} {flag}\n")
        return self._keywords[flag.lower()]
