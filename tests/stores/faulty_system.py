"""The ways of the store to the disk, any of which can fail with a fault of the system."""

from __future__ import annotations

import builtins
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

NAMING = {"mkdir", "rename", "link", "unlink", "rmdir"}
WRITING = NAMING | {"write", "pwrite", "fsync", "fdatasync", "ftruncate", "utime", "create"}
READING = {"read", "pread", "preadv", "stat", "lstat", "listdir", "scandir", "open"}
FUNCTIONS = (WRITING | READING) - {"create"}
CREATING = os.O_CREAT | os.O_WRONLY | os.O_RDWR


class Fault(NamedTuple):
    """An error number, the calls that can fail with it ("create": `open` for writing; "database": SQLite), the
    response code of RFC 5530 that clients are to see, and whether all later calls fail, too."""

    number: int
    calls: set[str]
    code: str = "UNAVAILABLE"
    lasts: bool = False


class FaultySystem:
    """Counts the calls that a fault can strike in `calls`; number `fail_at` fails."""

    def __init__(self, fault: Fault, fail_at: int = 0) -> None:
        self.fault = fault
        self.fail_at = fail_at
        self.calls = 0

    def strikes(self, kind: str) -> bool:
        """Whether this call, which is made now, is the one that fails."""
        if kind not in self.fault.calls:
            return False
        self.calls += 1
        return self.calls == self.fail_at or (self.fault.lasts and 0 < self.fail_at < self.calls)

    def function(self, name: str) -> Callable[..., Any]:
        """A function of `os` that may fail."""
        real = getattr(os, name)

        def call(*args: Any, **more: Any) -> Any:
            self.may_fail("create" if name == "open" and args[1] & CREATING else name)
            return real(*args, **more)

        return call

    def open(self, *args: Any, **more: Any) -> Any:
        """The built-in function."""
        self.may_fail("open")
        return REAL_OPEN(*args, **more)

    def may_fail(self, kind: str) -> None:
        if self.strikes(kind):
            raise OSError(self.fault.number, os.strerror(self.fault.number))

    def connect(self, *args: Any, **more: Any) -> sqlite3.Connection:
        """`sqlite3.connect`."""
        system = self

        class Connection(sqlite3.Connection):
            def execute(self, *args: Any) -> sqlite3.Cursor:
                system.database_may_fail()
                return super().execute(*args)

            def executemany(self, *args: Any) -> sqlite3.Cursor:
                system.database_may_fail()
                return super().executemany(*args)

            def commit(self) -> None:
                system.database_may_fail()
                super().commit()

        self.database_may_fail()
        return REAL_CONNECT(*args, factory=Connection, **more)

    def database_may_fail(self) -> None:
        if self.strikes("database"):
            raise sqlite3.OperationalError(os.strerror(self.fault.number))


REAL_OPEN = builtins.open
REAL_CONNECT = sqlite3.connect


@contextmanager
def failing(system: FaultySystem) -> Iterator[None]:
    """Put the faulty system in place of the real one."""
    with pytest.MonkeyPatch.context() as patch:
        for name in FUNCTIONS:
            patch.setattr(os, name, system.function(name))
        patch.setattr(builtins, "open", system.open)
        patch.setattr(sqlite3, "connect", system.connect)
        yield
