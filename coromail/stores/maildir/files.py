"""System calls on a Maildir. Everything here blocks and knows no mailbox; much of it runs through `offload`."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Sequence
from mmap import PAGESIZE
from posix import close  # gevent's os.close takes two system calls more, to see that it is about a file
from typing import NamedTuple

from coromail.message.lines import crlf_size
from coromail.stores.maildir.journal import sync_folder
from coromail.stores.maildir.names import new_base, split_name, split_names

FOLDERS = (b"new", b"tmp", b"cur")  # `cur` last: a folder without it is no mailbox yet
PASSING = (errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE)
ON_THE_HUB = 1024 * 1024  # a file larger than this is always read by the pool

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

# For `_read_at_once`, one a thread: new memory for each file costs page faults.
_buffers: list[bytearray] = []


class Difference(NamedTuple):
    """How a listing of `cur` differs from what is known: positions with their info now, positions that are
    not there, and what is new as base name to info."""

    changed: list[tuple[int, bytes]]
    missing: list[int]
    fresh: dict[bytes, bytes]


def make_maildir(path: bytes) -> None:
    """Make a Maildir, or what is missing of one, and make it durable."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(path, 0o700)
    for name in FOLDERS:
        with contextlib.suppress(FileExistsError):
            os.mkdir(path + b"/" + name, 0o700)
    sync_folder(path)


def write_messages(folder: bytes, messages: Sequence[tuple[bytes, int]], durable: bool) -> list[bytes]:
    """Write messages (octets and internal date) to `tmp`, all or none; the base names that they got."""
    tmp = folder + b"/tmp/"
    bases: list[bytes] = []
    try:
        for octets, date in messages:
            base = new_base(len(octets))
            bases.append(base)
            write_file(tmp + base, octets, date, durable)
        if durable:
            sync_folder(tmp)
    except BaseException:
        remove_all([tmp + base for base in bases])
        raise
    return bases


def write_file(path: bytes, octets: bytes, date: int, durable: bool) -> None:
    """Write one new file whose modification time is `date`."""
    fd = os.open(path, _WRITE, 0o600)
    try:
        written = os.write(fd, octets)
        if written != len(octets):
            view = memoryview(octets)
            while written < len(octets):
                written += os.write(fd, view[written:])
        # Dates before 1970 or beyond what the file system knows stay in the journal alone.
        with contextlib.suppress(OSError, OverflowError):
            os.utime(fd, (date, date))
        if durable:
            os.fdatasync(fd)
    finally:
        close(fd)


def remove_all(paths: Iterable[bytes]) -> list[bytes]:
    """Unlink files; those that could not be removed and are not gone either."""
    left = []
    for path in paths:
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        except OSError:
            left.append(path)
    return left


def rename_all(pairs: Iterable[tuple[bytes, bytes]]) -> list[bool]:
    """Rename files, each for itself; which of them could be."""
    done = []
    for old, new in pairs:
        try:
            os.rename(old, new)
        except OSError:
            done.append(False)
        else:
            done.append(True)
    return done


def names_in(path: bytes) -> list[bytes]:
    """The names in a folder that can be messages."""
    return [name for name in os.listdir(path) if name[:1] != b"."]


def compare(cur: bytes, names: Sequence[bytes], infos: Sequence[bytes]) -> Difference:
    """How `cur` differs from these files.

    A file that another program renames while the folder is being read may be in no listing at all; so what is
    missing is looked for once more.
    """
    listing = split_names(names_in(cur))
    difference = _difference(listing, names, infos)
    if difference.missing:
        again = split_names(names_in(cur))
        listing = {**split_names(names_in(cur)), **listing, **again}
        difference = _difference(listing, names, infos)
    return difference


def _difference(listing: dict[bytes, bytes], names: Sequence[bytes], infos: Sequence[bytes]) -> Difference:
    fresh = dict(listing)
    changed = []
    missing = []
    for position, (name, info) in enumerate(zip(names, infos, strict=True)):
        seen = fresh.pop(name, None)
        if seen is None:
            missing.append(position)
        elif seen != info:
            changed.append((position, seen))
    return Difference(changed, missing, fresh)


def find(folder: bytes, base: bytes) -> bytes | None:
    """The path of a message whose info is not known, None when it is not in `cur` and not in `new`."""
    for part in (b"/cur/", b"/new/"):
        for name in os.listdir(folder + part):
            if split_name(name)[0] == base:
                return folder + part + name
    return None


def read_cached(path: bytes, expected: int) -> bytes | None:
    """The octets of a file of at most `expected` octets, None if reading them may need the disk or there are more."""
    fd = os.open(path, _READ)
    try:
        return _read_at_once(fd, expected)
    finally:
        close(fd)


def read_cached_dated(path: bytes) -> tuple[bytes, int] | None:
    """The octets of a file of which nothing is known, and its modification time; None if reading may take long."""
    fd = os.open(path, _READ)
    try:
        status = os.fstat(fd)
        octets = _read_at_once(fd, status.st_size)
        return None if octets is None else (octets, int(status.st_mtime))
    finally:
        close(fd)


def _read_at_once(fd: int, most: int) -> bytes | None:
    """All octets of a file, None if there are more or not all are in the page cache, as far as the system can tell."""
    if not 0 <= most <= ON_THE_HUB:
        return None
    try:
        buffer = _buffers.pop()
    except IndexError:
        buffer = bytearray(ON_THE_HUB + 1)
    with memoryview(buffer) as view, view[: most + 1] as room:
        try:
            size = os.preadv(fd, [room], 0, os.RWF_NOWAIT)
        except OSError as error:
            cannot_tell = error.errno in (errno.EOPNOTSUPP, errno.EINVAL)
            size = os.preadv(fd, [room], 0) if cannot_tell else 0
        # Where the cache ends before the file does, a page ends, too.
        octets = None if size > most or size % PAGESIZE == 0 else bytes(room[:size])
    _buffers.append(buffer)
    return octets


def read_file(path: bytes) -> bytes:
    """All octets of a file."""
    return read_dated(path)[0]


def read_dated(path: bytes) -> tuple[bytes, int]:
    """All octets of a file, and its modification time in seconds since 1970."""
    fd = os.open(path, _READ)
    try:
        status = os.fstat(fd)
        return read_rest(fd, status.st_size), int(status.st_mtime)
    finally:
        close(fd)


def read_rest(fd: int, size: int) -> bytes:
    """All octets of an open file of about that size."""
    octets = os.read(fd, size + 1)
    if len(octets) == size:
        return octets
    pieces = [octets]
    while pieces[-1]:
        pieces.append(os.read(fd, 1 << 20))
    return b"".join(pieces)


def measure_all(paths: Iterable[bytes | None], with_size: bool) -> list[tuple[int, int] | None]:
    """`measure` for each path, None where that is None."""
    return [None if path is None else measure(path, with_size) for path in paths]


def measure(path: bytes, with_size: bool) -> tuple[int, int] | None:
    """Size with CRLF line ends (-1 unless asked for) and modification time of a file, None where there is none that
    can ever be read. Raises OSError for faults that pass."""
    try:
        if with_size:
            octets, date = read_dated(path)
            return crlf_size(octets), date
        return -1, int(os.stat(path, follow_symlinks=False).st_mtime)
    except OSError as error:
        if error.errno in PASSING:
            raise
        return None


def link_all(pairs: Sequence[tuple[bytes, bytes]], move: bool) -> list[int]:
    """Give files another name as well, or instead; the places of those whose old name is not there."""
    missing = []
    call = os.rename if move else os.link
    for place, (old, new) in enumerate(pairs):
        try:
            call(old, new)
        except FileExistsError:
            continue
        except FileNotFoundError:
            missing.append(place)
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EMLINK, errno.EPERM, errno.EOPNOTSUPP):
                raise
            copy_file(old, new, move)
    return missing


def copy_file(old: bytes, new: bytes, move: bool) -> None:
    """What a link does, on file systems that have none."""
    octets, date = read_dated(old)
    write_file(new, octets, date, durable=True)
    if move:
        os.unlink(old)
