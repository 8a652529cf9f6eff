"""When a mailbox looks at its folders: not too often, and never too late for who asks after a delivery."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.imap.view import View
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


def test_the_mailboxes_that_were_left_last_stay_watched(tmp_path: Path) -> None:
    """Clients select a mailbox again and again, and a watch costs as much as the rest of SELECT."""
    watched: list[str] = []

    def watch(path: str, hint: Callable[[], None]) -> Callable[[], None]:
        watched.append(path)
        return lambda: watched.remove(path)

    auth = Auth()
    auth.user = "alice"
    model = MaildirModel(auth, Context({"path": str(tmp_path / "{user}")}, watch=watch))

    def visit(name: str) -> int:
        mailbox = model.lookup(name) or model.create(name)
        view = View(mailbox, read_only=True)
        taken = len(watched)
        view.close()
        return taken

    assert [visit("INBOX"), visit("INBOX"), visit("one"), visit("INBOX"), visit("one")] == [2, 2, 4, 4, 4]
    assert visit("two") == 6
    assert sorted(os.path.relpath(path, tmp_path / "alice") for path in watched) == [
        ".one/cur",
        ".one/new",
        ".two/cur",
        ".two/new",
    ]
    model.account.close()
    assert not watched
