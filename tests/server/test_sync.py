"""Files are made durable by the kernel while others go on, or by a thread where it cannot."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from coromail.server.sync import AT_ONCE, ERRNO_BASE, Sync


class Threads:
    """An `offload` that counts."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        self.calls += 1
        return function(*args)


@pytest.fixture
def threads() -> Threads:
    return Threads()


@pytest.fixture
def sync(threads: Threads) -> Iterator[Sync]:
    sync = Sync(threads)
    yield sync
    sync.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    fd = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    os.write(fd, b"octets")
    yield fd
    os.close(fd)


def test_the_kernel_syncs_without_a_thread_while_others_go_on(
    sync: Sync, threads: Threads, file: int
) -> None:
    order: list[str] = []
    other = gevent.spawn(order.append, "other")
    sync(file)
    order.append("sync")
    other.join(60)
    assert order == ["other", "sync"]
    assert threads.calls == 0


def test_more_at_once_than_the_kernel_takes(sync: Sync, file: int) -> None:
    waiting = [gevent.spawn(sync, file) for _ in range(3 * AT_ONCE)]
    gevent.joinall(waiting, timeout=120, raise_error=True)
    assert all(one.successful() for one in waiting)


def test_who_is_killed_while_waiting_disturbs_nobody(sync: Sync, file: int) -> None:
    waiting = [gevent.spawn(sync, file) for _ in range(10)]
    gevent.sleep(0)
    for one in waiting[::2]:
        one.kill(block=False)
    gevent.joinall(waiting, timeout=60, raise_error=True)
    sync(file)


def test_the_errors_are_those_of_fdatasync(sync: Sync) -> None:
    receiver, sender = os.pipe()
    with pytest.raises(OSError) as refused:
        sync(sender)
    assert refused.value.errno == errno.EINVAL
    os.close(receiver)
    os.close(sender)
    with pytest.raises(OSError) as closed:
        sync(sender)
    assert closed.value.errno == errno.EBADF


def test_an_error_of_the_disk_is_raised(sync: Sync, file: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int, done: Callable[[int], None]) -> bool:
        gevent.spawn(done, ERRNO_BASE - errno.EIO)
        return True

    monkeypatch.setattr(sync, "_submit", fail)
    with pytest.raises(OSError) as failed:
        sync(file)
    assert failed.value.errno == errno.EIO


def test_a_thread_does_it_where_the_kernel_gives_no_context(
    sync: Sync, threads: Threads, file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(**_: Any) -> None:
        raise SystemError("Operation not permitted")

    monkeypatch.setattr("coromail.server.sync.linux_aio.Context", forbidden)
    sync(file)
    sync(file)
    assert threads.calls == 2


def test_it_can_be_used_again_after_it_was_closed(sync: Sync, threads: Threads, file: int) -> None:
    sync(file)
    sync.close()
    sync(file)
    assert threads.calls == 0


@pytest.mark.parametrize("fault", [0, errno.EIO])
def test_who_is_killed_meanwhile_learns_what_became_of_it(
    fault: int, sync: Sync, file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel tells a fault once: if nobody heard of it, the next sync would say that all is well."""
    under_way: list[Callable[[int], None]] = []

    def submit(fd: int, done: Callable[[int], None]) -> bool:
        under_way.append(done)
        return True

    monkeypatch.setattr(sync, "_submit", submit)
    ended: list[str] = []

    def wait() -> None:
        try:
            sync(file)
        except BaseException as error:
            ended.append(type(error).__name__)

    waiting = gevent.spawn(wait)
    gevent.sleep(0)
    for _ in range(2):
        waiting.kill(block=False)
        gevent.sleep(0)
    assert not ended
    under_way[0](ERRNO_BASE - fault if fault else 0)
    waiting.join(60)
    assert ended == ["OSError" if fault else "GreenletExit"]
