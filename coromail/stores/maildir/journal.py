"""The journal of an account: an append-only file of records, from which everything in memory can be made again.

The file is a header (magic, byte order, 16 random octets that stay for ever, 8 that are new whenever the file is
written anew) and records: mark, kind, mailbox number, length, payload, CRC-32 of all before. A record is written with
one call to the page cache and becomes durable with the next `settle`. A record that is torn by a crash was never
acknowledged: it is cut off when the file is opened. What must not be there without the other is one record of kind
`SEVERAL`, its payload a row of parts: kind, mailbox number, length, payload.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import mmap
import os
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from coromail.context import Context
from coromail.errors import InUse, Unavailable
from coromail.stores.maildir.group_commit import GroupCommit
from coromail.stores.maildir.oserrors import storage_error

MAGIC = b"coromail journal 1 " + (b"l" if sys.byteorder == "little" else b"b")
IDENTITY = 16
GENERATION = 8
START = len(MAGIC) + IDENTITY + GENERATION
MARK = 0xC7
HEAD = struct.Struct("=BBxxII")  # mark, kind, mailbox number, length of the payload
PART = struct.Struct("=BxxxII")  # kind, mailbox number, length of the payload
CHECKSUM = struct.Struct("=I")
SEVERAL = 255
LONGEST = 2**31 - 1


class Entry(NamedTuple):
    """Where the payload of a record lies in the file."""

    kind: int
    mailbox: int
    offset: int
    length: int


class Found(NamedTuple):
    """What a walk over the records brought: the good ones, where the last ends, and whether others were skipped."""

    entries: list[Entry]
    end: int
    damaged: bool


def record(kind: int, mailbox: int, payload: bytes) -> bytes:
    """A whole record."""
    body = HEAD.pack(MARK, kind, mailbox, len(payload)) + payload
    return body + CHECKSUM.pack(zlib.crc32(body))


def entry_at(data: mmap.mmap | bytes, offset: int) -> Entry | None:
    """The record that begins there, None when there is no whole one."""
    start = offset + HEAD.size
    if start + CHECKSUM.size > len(data):
        return None
    mark, kind, mailbox, length = HEAD.unpack_from(data, offset)
    end = start + length
    if mark != MARK or length > LONGEST or end + CHECKSUM.size > len(data):
        return None
    with memoryview(data) as view, view[offset:end] as body:
        if zlib.crc32(body) != CHECKSUM.unpack_from(data, end)[0]:
            return None
    return Entry(kind, mailbox, start, length)


def walk(data: mmap.mmap | bytes) -> Found:
    """All good records. What lies between a bad one and the next good one is passed over."""
    entries: list[Entry] = []
    offset = end = START
    damaged = False
    while offset < len(data):
        entry = entry_at(data, offset)
        if entry is not None:
            damaged = damaged or offset != end
            entries += parts(data, entry) if entry.kind == SEVERAL else [entry]
            offset = end = entry.offset + entry.length + CHECKSUM.size
            continue
        offset = data.find(bytes([MARK]), offset + 1)
        if offset < 0:
            break
    return Found(entries, end, damaged)


def parts(data: mmap.mmap | bytes, whole: Entry) -> Iterator[Entry]:
    """What a record of kind SEVERAL is made of."""
    offset, end = whole.offset, whole.offset + whole.length
    while offset + PART.size <= end:
        kind, mailbox, length = PART.unpack_from(data, offset)
        offset += PART.size
        if length > end - offset:
            return
        yield Entry(kind, mailbox, offset, length)
        offset += length


class Journal:
    """The open file. Its methods belong to the hub, except where they say otherwise; only `settle` waits."""

    def __init__(self, path: bytes, context: Context, durable: bool = True) -> None:
        self.path = path
        self.identity = b""
        self.generation = b""
        self.size = 0
        self.repair: Callable[[], None] | None = None
        self.commits = GroupCommit(self._commit, context.make_lock())
        self._context = context
        self._durable = durable
        self._fd = -1
        self._new_name = False
        self._failed = False

    def open(self) -> Found:
        """Open or create the file and read it. Blocks: call it through `offload`.

        Raises:
            InUse: another process has it open.
            FileExistsError: it is there but cannot be a journal; nothing was changed.
            OSError: as it comes.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        fd = os.open(self.path, flags, 0o600)
        try:
            lock(fd)
            size = os.fstat(fd).st_size
            if not size:
                os.pwrite(fd, new_header(), 0)
                os.fsync(fd)
                self._new_name = True
                found = Found([], START, damaged=False)
            else:
                found = read(fd, size)
                os.ftruncate(fd, found.end)
        except BaseException:
            os.close(fd)
            raise
        self._fd, self.size = fd, found.end
        self._note_header(fd)
        return found

    def _note_header(self, fd: int) -> None:
        header = os.pread(fd, START, 0)
        self.identity, self.generation = header[len(MAGIC) : -GENERATION], header[-GENERATION:]

    def append(self, kind: int, mailbox: int, payload: bytes = b"") -> Entry:
        """Write one record down, without waiting. Raises a storage error and leaves no trace if that fails."""
        octets = record(kind, mailbox, payload)
        try:
            written = os.pwrite(self._fd, octets, self.size)
        except OSError as error:
            self._take_back()
            raise storage_error(error) from error
        if written != len(octets):
            self._take_back()
            raise Unavailable("The disk is full")
        entry = Entry(kind, mailbox, self.size + HEAD.size, len(payload))
        self.size += written
        self.commits.written += 1
        return entry

    def append_several(self, records: Iterable[tuple[int, int, bytes]]) -> list[Entry]:
        """Write down what happens together: kinds, mailbox numbers, payloads. Raises as `append` does."""
        payload = b"".join(PART.pack(kind, mailbox, len(part)) + part for kind, mailbox, part in records)
        whole = self.append(SEVERAL, 0, payload)
        found = parts(payload, whole._replace(offset=0))
        return [part._replace(offset=whole.offset + part.offset) for part in found]

    def _take_back(self) -> None:
        # If this fails too, the torn record is written over by the next one, or cut off when the file is opened.
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, self.size)

    def read(self, entry: Entry) -> bytes:
        """The payload of a record. May be called from any thread."""
        return os.pread(self._fd, entry.length, entry.offset)

    def settle(self) -> None:
        """Wait until everything written so far is durable. Raises a storage error if it cannot be.

        After a failed fsync the system believes that nothing is left to write (so the next fsync would succeed):
        only another file can be trusted, which `repair` writes.
        """
        if not self._durable:
            self.commits.durable = self.commits.written
            return
        try:
            self.heal()
            self.commits.settle()
        except OSError as error:
            raise storage_error(error) from error

    def heal(self) -> None:
        """After a failed fsync: go on with another file. Waits. Raises OSError or a storage error if that cannot be."""
        if self._failed and self.repair is not None:
            self.repair()

    def sync(self) -> None:
        """Make the file durable, and its name if that is new. Blocks. Once this failed it fails until `replace`."""
        self._sync(os.fdatasync)

    def _commit(self) -> None:
        """`sync` while others go on."""
        if self._new_name:
            self._context.offload(self.sync)
        else:
            self._sync(self._context.sync)

    def _sync(self, fdatasync: Callable[[int], None]) -> None:
        if not self._durable:
            return
        self._check()
        try:
            fdatasync(self._fd)
            if self._new_name:
                sync_folder(os.path.dirname(self.path))
                self._new_name = False
        except OSError:
            self._failed = True
            raise
        self._check()  # another one may have failed meanwhile: the system tells one of them only

    def _check(self) -> None:
        if self._failed:
            raise OSError(errno.EIO, "an fsync of this file failed")

    def settle_here(self) -> None:
        """Like `settle` where no switch is allowed; blocks everybody, and is seldom needed."""
        covered = self.commits.written
        try:
            self.sync()
        except OSError as error:
            raise storage_error(error) from error
        self.commits.durable = max(self.commits.durable, covered)

    def replace(self, fd: int, size: int) -> int:
        """Go on with another file that has taken this one's name; the old one is to be closed, which may block."""
        old, self._fd, self.size = self._fd, fd, size
        self._new_name = True
        self._failed = False
        self._note_header(fd)
        return old

    def octets(self, start: int, end: int) -> bytes:
        """A piece of the file. May be called from any thread."""
        return os.pread(self._fd, end - start, start)

    def close(self) -> None:
        """Close the file, which also unlocks it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def new_header(identity: bytes = b"") -> bytes:
    """The header of a new file: of a new journal, or of the one with that identity."""
    return MAGIC + (identity or os.urandom(IDENTITY)) + os.urandom(GENERATION)


def lock(fd: int) -> None:
    """Hold the file for this process. Raises InUse."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InUse("Another server uses this mail store") from None


def read(fd: int, size: int) -> Found:
    """Walk over a journal. A damaged one is kept aside under another name."""
    with mmap.mmap(fd, size, access=mmap.ACCESS_READ) as data:
        if data[: len(MAGIC)] != MAGIC or size < START:
            raise FileExistsError("not a journal")
        return walk(data)


def set_aside(path: bytes) -> bytes:
    """Rename a file that is of no use any more, so that a person may look at it. Blocks."""
    aside = b"%s.damaged-%d" % (path, time.time_ns())
    os.rename(path, aside)
    return aside


def sync_folder(path: bytes) -> None:
    """Make the entries of a folder durable. Blocks."""
    fd = os.open(path or b".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
