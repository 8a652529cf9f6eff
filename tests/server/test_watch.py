"""One inotify instance, whoever comes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gevent
import pytest

from coromail.server import watch
from coromail.server.watch import Watcher


def test_those_who_come_first_together_share_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library was looked for while others ran: each made an instance, and all but the last were closed while the
    event loop still had their descriptors, which became those of other files: libev aborts the process then."""
    made: list[Any] = []

    class Slow(watch.INotify):
        def __init__(self, **options: Any) -> None:
            gevent.sleep(0)
            super().__init__(**options)
            made.append(self)

    monkeypatch.setattr(watch, "INotify", Slow)
    watcher = Watcher()
    hinted: set[int] = set()
    folders = [tmp_path / str(number) for number in range(3)]
    for folder in folders:
        folder.mkdir()

    def ask(number: int) -> None:
        watcher.watch(str(folders[number]), lambda: hinted.add(number))

    gevent.joinall([gevent.spawn(ask, number) for number in range(3)], raise_error=True)
    assert [one.closed for one in made].count(False) == 1
    for folder in folders:
        (folder / "file").touch()
    with gevent.Timeout(30):
        while len(hinted) < 3:
            gevent.sleep(0.01)
    watcher.close()
    assert all(one.closed for one in made)


def test_a_folder_that_was_replaced_is_looked_at_from_time_to_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watch goes with the folder: who waits would never hear of what comes into the one in its place."""
    monkeypatch.setattr(watch, "EVERY", 0.01)
    watcher, folder = Watcher(), tmp_path / "cur"
    hints: list[bool] = []
    folder.mkdir()
    cancel = watcher.watch(str(folder), lambda: hints.append(folder.is_dir()))
    folder.rmdir()
    with gevent.Timeout(30):
        while not hints:
            gevent.sleep(0.01)
        folder.mkdir()
        while not hints[-1]:
            gevent.sleep(0.01)
    cancel()
    seen = len(hints)
    gevent.sleep(0.05)
    assert len(hints) == seen
    watcher.watch(str(folder), lambda: hints.append(False))
    folder.rmdir()
    with gevent.Timeout(30):
        while hints[-1]:
            gevent.sleep(0.01)
    watcher.close()
    assert not watcher._timers
