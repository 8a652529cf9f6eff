"""When a mailbox looks at its folders: not too often, and never too late for who asks after a delivery."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.model import Listener
from coromail.stores.maildir import MaildirModel


def watch_in_vain(path: str, hint: Callable[[], None]) -> Callable[[], None]:
    """A system that takes watches and whose hints are late."""
    return lambda: None


def open_model(path: Path) -> MaildirModel:
    auth = Auth()
    auth.user = "alice"
    return MaildirModel(auth, Context({"path": str(path / "{user}")}, watch=watch_in_vain))


def deliver(path: Path, number: int) -> None:
    (path / "alice" / "tmp" / str(number)).write_bytes(b"Subject: hi\n\nhello\n")
    (path / "alice" / "tmp" / str(number)).rename(
        path / "alice" / "new" / f"{1700000000 + number}.{number}.host"
    )


def test_a_mailbox_that_nobody_watches_is_looked_at_whenever_somebody_asks(tmp_path: Path) -> None:
    inbox = open_model(tmp_path).select("INBOX")
    for number in range(1, 20):
        deliver(tmp_path, number)
        inbox.poll()
        assert inbox.exists == number


def test_when_the_last_watcher_leaves_the_pause_between_looks_ends(tmp_path: Path) -> None:
    inbox = open_model(tmp_path).select("INBOX")
    for number in range(1, 10):
        listener = Listener()
        inbox.selected_by(listener, False)
        inbox.poll()
        inbox.closed_by(listener)
        deliver(tmp_path, number)
        inbox.poll()
        assert inbox.exists == number


def test_who_asks_during_a_look_waits_for_what_it_finds(tmp_path: Path) -> None:
    inbox = open_model(tmp_path).select("INBOX")
    inbox.selected_by(Listener(), False)  # now it is watched
    inbox.poll()
    outside = inbox.outside
    outside._next_look = float("inf")
    outside.lock.acquire()
    asking = threading.Thread(target=inbox.poll)
    asking.start()
    asking.join(0.005)
    waited = asking.is_alive()
    outside.lock.release()
    asking.join()
    assert waited
