"""Files are read by the event loop only as far as nobody has to wait for the disk."""

from __future__ import annotations

import errno
import os
from mmap import PAGESIZE
from pathlib import Path

import pytest

from coromail.stores.maildir.files import ON_THE_HUB, read_cached, read_cached_dated

OCTETS = bytes(range(256)) * 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "message"
    path.write_bytes(OCTETS)
    os.utime(path, (1e9, 1e9))
    return path


def cached(monkeypatch: pytest.MonkeyPatch, octets: int) -> None:
    """Let so many octets of every file be in the page cache."""

    def preadv(fd: int, buffers: list[bytearray], offset: int, flags: int) -> int:
        assert flags == os.RWF_NOWAIT
        if offset >= octets:
            raise BlockingIOError(errno.EAGAIN, "not in the cache")
        found = os.pread(fd, min(len(buffers[0]), octets - offset), offset)
        buffers[0][: len(found)] = found
        return len(found)

    monkeypatch.setattr(os, "preadv", preadv)


def test_all_is_in_the_cache(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached(monkeypatch, ON_THE_HUB)
    assert read_cached(bytes(file), len(OCTETS)) == OCTETS
    assert read_cached(bytes(file), len(OCTETS) + 99) == OCTETS  # with CRLF there will be more
    assert read_cached(bytes(file), len(OCTETS) - 1) is None
    assert read_cached_dated(bytes(file)) == (OCTETS, 10**9)


@pytest.mark.parametrize("pages", [0, 1, 2])
def test_the_beginning_is_in_the_cache(file: Path, monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    cached(monkeypatch, pages * PAGESIZE)
    assert read_cached(bytes(file), len(OCTETS)) is None
    assert read_cached_dated(bytes(file)) is None


def test_a_large_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached(monkeypatch, 0)
    assert read_cached(bytes(file), ON_THE_HUB + 1) is None


@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.EINVAL])
def test_a_file_system_that_cannot_tell(file: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    preadv = os.preadv

    def refuse(fd: int, buffers: list[bytearray], offset: int, flags: int = 0) -> int:
        if flags:
            raise OSError(number, os.strerror(number))
        return preadv(fd, buffers, offset)

    monkeypatch.setattr(os, "preadv", refuse)
    assert read_cached(bytes(file), len(OCTETS)) == OCTETS
    assert read_cached(bytes(file), len(OCTETS) - 1) is None
    assert read_cached_dated(bytes(file)) == (OCTETS, 10**9)
