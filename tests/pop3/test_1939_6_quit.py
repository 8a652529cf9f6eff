"""RFC 1939 section 6: the UPDATE state."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from coromail.errors import Unavailable
from coromail.model.listener import Listener
from coromail.model.mailbox import Mailbox
from coromail.stores.memory import MemoryModel
from tests.pop3.harness import HELLO, TestHost, login


def test_quit_removes_what_is_marked_and_nothing_else() -> None:
    host = TestHost()
    inbox = host.fill(HELLO, HELLO, HELLO)
    client = login(host)
    client.ok("DELE 1")
    client.ok("DELE 3")
    client.quit()
    assert list(inbox.index.uids) == [2]


@pytest.mark.parametrize("end", ["drop", "timeout", "shutdown", "mistakes"])
def test_no_other_end_removes_anything(end: str) -> None:
    host = TestHost()
    inbox = host.fill(HELLO, HELLO)
    client = login(host)
    client.ok("DELE 1")
    if end == "timeout":
        client.session.timed_out()
    elif end == "shutdown":
        client.session.shutdown()
    elif end == "mistakes":
        client.raw(b"X\r\n" * 100)
        assert client.session.closing
    client.session.closed()
    client.session.closed()
    assert inbox.exists == 2
    assert inbox.listeners == []


def test_quit_cut_short_removes_nothing() -> None:
    host = TestHost()
    inbox = host.fill(HELLO)
    client = login(host)
    client.raw(b"DELE 1\r\nQUIT")
    client.drop()
    assert inbox.exists == 1


def test_imap_hears_of_it() -> None:
    class Watcher(Listener):
        def __init__(self) -> None:
            self.gone: list[int] = []

        def expunged(self, uids: Iterable[int], by: Listener | None) -> None:
            self.gone += uids

    host = TestHost()
    inbox = host.fill(HELLO, HELLO)
    watcher = Watcher()
    inbox.listeners.append(watcher)
    client = login(host)
    client.ok("DELE 2")
    assert watcher.gone == []
    client.quit()
    assert watcher.gone == [2]


class Stubborn(Mailbox):
    """Removes only the first of what it is asked to."""

    fault: Exception | None = None

    def expunge(self, uids: Iterable[int] | None = None, by: Listener | None = None) -> list[int]:
        gone = super().expunge(list(uids or [])[:1], by)
        if self.fault is not None:
            raise self.fault
        return gone


class StubbornModel(MemoryModel):
    mailbox_class = Stubborn


@pytest.mark.parametrize(
    ("fault", "code"),
    [(None, "SYS/TEMP"), (Unavailable("disk full"), "SYS/TEMP"), (OSError(5, "EIO"), "SYS/PERM")],
)
def test_failures_are_told_and_the_lock_is_released(fault: Exception | None, code: str) -> None:
    host = TestHost(StubbornModel)
    inbox = host.fill(HELLO, HELLO, HELLO)
    assert isinstance(inbox, Stubborn)
    inbox.fault = fault
    client = login(host)
    client.ok("DELE 1")
    client.ok("DELE 2")
    assert client.err("QUIT")[0] == code
    assert client.session.closing
    client.session.closed()
    assert inbox.exists == 2
    assert login(host).ok("STAT").startswith("2 ")


def test_quit_without_marks_asks_the_store_for_nothing() -> None:
    host = TestHost(StubbornModel)
    inbox = host.fill(HELLO)
    assert isinstance(inbox, Stubborn)
    inbox.fault = Unavailable("disk full")
    login(host).quit()


def test_the_deleted_flag_hides_instead_of_removing() -> None:
    from coromail.pop3_policy import Pop3Policy

    host = TestHost()
    host.pop3 = Pop3Policy(deleted_flag="$POP3Deleted")
    inbox = host.fill(HELLO, b"Subject: two\n\n2\n")
    client = login(host)
    client.ok("DELE 1")
    client.drop()
    client = login(host)
    assert client.ok("STAT").startswith("2 ")
    client.ok("DELE 1")
    client.quit()
    assert inbox.exists == 2
    client = login(host)
    assert client.multi("RETR 1")[0] == b"Subject: two"
    assert len(client.multi("UIDL")) == 1
    assert inbox.message(1).flags.keywords() == ["$POP3Deleted"]
