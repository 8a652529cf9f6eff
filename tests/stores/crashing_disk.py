"""A disk that stops at a chosen system call, and may then lose what was not synced.

It stands in for the functions of `os` that change files. Names that were made, renamed or removed are undone unless
their folder was synced since; files keep what was written before their last sync.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CALLS = ["open", "write", "pwrite", "rename", "link", "unlink", "mkdir", "fsync", "fdatasync", "ftruncate"]
REAL = {name: getattr(os, name) for name in CALLS}


class PowerCut(BaseException):
    """The machine is off."""


class CrashingDisk:
    """Counts changing calls in `calls`; raises PowerCut instead of call number `stop_at` and all later ones."""

    def __init__(self, stop_at: int = 0) -> None:
        self.calls = 0
        self.stop_at = stop_at
        self.undo: list[tuple[set[bytes], Callable[[], None]]] = []
        self.synced: dict[tuple[int, int], bytes] = {}  # content of files when they were last synced
        self.unsynced: dict[tuple[int, int], int] = {}  # files written since then

    def count(self) -> None:
        self.calls += 1
        if 0 < self.stop_at <= self.calls:
            raise PowerCut

    def open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        creating = bool(flags & os.O_CREAT) and not os.path.lexists(path)
        if creating:
            self.count()
        fd: int = REAL["open"](path, flags, mode, **more)
        if creating:
            made = os.fsencode(path)
            self.note([path], lambda: os.path.lexists(made) and REAL["unlink"](made))
            self.synced.setdefault(inode(fd), b"")
        return fd

    def note(self, paths: list[Any], undo: Callable[[], Any]) -> None:
        self.undo.append(({os.path.dirname(os.path.abspath(os.fsencode(path))) for path in paths}, undo))

    def before_writing(self, fd: int) -> None:
        self.count()
        key = inode(fd)
        if key not in self.synced:
            with open(f"/proc/self/fd/{fd}", "rb") as file:
                self.synced[key] = file.read()
        if key not in self.unsynced:
            self.unsynced[key] = REAL["open"](f"/proc/self/fd/{fd}", os.O_WRONLY)

    def write(self, fd: int, data: Any) -> int:
        self.before_writing(fd)
        return REAL["write"](fd, data)  # type: ignore[no-any-return]

    def pwrite(self, fd: int, data: Any, offset: int) -> int:
        self.before_writing(fd)
        return REAL["pwrite"](fd, data, offset)  # type: ignore[no-any-return]

    def ftruncate(self, fd: int, size: int) -> None:
        if os.fstat(fd).st_size != size:
            self.before_writing(fd)
            REAL["ftruncate"](fd, size)

    def fsync(self, fd: int) -> None:
        self.count()
        path = os.readlink(f"/proc/self/fd/{fd}").encode()
        if os.path.isdir(path):
            self.undo = [(rest, undo) for folders, undo in self.undo if (rest := folders - {path})]
            return
        with open(f"/proc/self/fd/{fd}", "rb") as file:
            self.synced[inode(fd)] = file.read()
        written = self.unsynced.pop(inode(fd), None)
        if written is not None:
            os.close(written)

    fdatasync = fsync

    def rename(self, old: Any, new: Any) -> None:
        self.count()
        over = None
        if os.path.isfile(new):
            over = os.fsencode(new) + b".overwritten"
            with contextlib.suppress(FileNotFoundError):
                REAL["unlink"](over)
            REAL["link"](new, over)
        REAL["rename"](old, new)

        def undo() -> None:
            if os.path.lexists(new):
                REAL["rename"](new, old)
            if over is not None:
                REAL["rename"](over, new)

        self.note([old, new], undo)

    def link(self, old: Any, new: Any) -> None:
        self.count()
        REAL["link"](old, new)
        self.note([new], lambda: os.path.lexists(new) and REAL["unlink"](new))

    def unlink(self, path: Any, **more: Any) -> None:
        self.count()
        if more:  # a whole folder is being removed
            REAL["unlink"](path, **more)
            return
        aside = (
            os.path.dirname(os.path.dirname(os.path.abspath(os.fsencode(path))))
            + b"/unlinked-%d" % self.calls
        )
        with contextlib.suppress(FileNotFoundError):
            REAL["link"](path, aside)
        REAL["unlink"](path)
        self.note([path], lambda: os.path.lexists(aside) and REAL["rename"](aside, path))

    def mkdir(self, path: Any, mode: int = 0o777) -> None:
        self.count()
        REAL["mkdir"](path, mode)
        self.note([path], lambda: shutil.rmtree(path, ignore_errors=True))

    def lose_unsynced(self) -> None:
        """The machine comes back with nothing but what was synced."""
        for key, fd in self.unsynced.items():
            REAL["ftruncate"](fd, 0)
            REAL["pwrite"](fd, self.synced[key], 0)
        for _, undo in reversed(self.undo):
            undo()

    def close(self) -> None:
        """Forget everything."""
        for fd in self.unsynced.values():
            os.close(fd)
        self.unsynced = {}


def inode(fd: int) -> tuple[int, int]:
    status = os.fstat(fd)
    return status.st_dev, status.st_ino


@contextmanager
def crashing(disk: CrashingDisk) -> Iterator[None]:
    """Put the disk in place of the real one; a power cut ends the block quietly."""
    with pytest.MonkeyPatch.context() as patch:
        for name in REAL:
            patch.setattr(os, name, getattr(disk, name))
        with contextlib.suppress(PowerCut):
            yield
