"""What a connection leaves in memory when it is over: nothing, without the help of the collector of garbage."""

from __future__ import annotations

import gc
import imaplib
import poplib
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from coromail.imap.command import Command
from coromail.imap.session import Session as ImapSession
from coromail.pop3.session import Session as Pop3Session
from coromail.server.connection import Connection
from coromail.stores.maildir import MaildirModel, account, backup
from coromail.stores.maildir.account import MaildirAccount
from coromail.stores.maildir.journal import Journal
from coromail.stores.maildir.mailbox import MaildirMailbox
from coromail.stores.maildir.state import State
from coromail.testing import MailServer
from tests.security.attack import Raw

KINDS = (Connection, ImapSession, Pop3Session, MaildirAccount, MaildirMailbox, State, Journal)


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive() -> int:
    return sum(type(one) in KINDS for one in gc.get_objects())


def test_a_connection_that_is_over_is_gone(no_collector: None) -> None:
    """The server has the collector look seldom: fifty clients that came and went made it grow by 10 MB a minute."""
    with MailServer() as server:
        before = alive()
        for _ in range(3):
            client = imaplib.IMAP4(server.host, server.imap_port, timeout=60)
            client.login("alice", "secret")
            client.select()
            client.append("INBOX", "", "", b"Subject: x\r\n\r\nx\r\n")
            client.logout()
            pop = poplib.POP3(server.host, server.pop3_port, timeout=60)
            pop.user("alice")
            pop.pass_("secret")
            pop.quit()
        assert eventually(before)


def test_an_account_that_nobody_uses_is_gone(
    no_collector: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "LINGER", 0.05)
    monkeypatch.setattr(account, "APART", 3.0)
    monkeypatch.setattr(account, "IDLE", 4.0)
    monkeypatch.setattr(backup, "DELAY", 1.0)
    with MailServer(model_class=MaildirModel, model_settings={"path": f"{tmp_path}/{{user}}"}) as server:
        before = alive()
        for number in range(3):
            with imaplib.IMAP4(server.host, server.imap_port, timeout=60) as client:
                client.login("alice", "secret")
                client.create("Work")
                client.append("INBOX", "", "", b"Subject: x\r\n\r\nx\r\n")
                assert client.select() == ("OK", [b"%d" % (number + 1)])
                client.search(None, "TEXT", "word")
                client.store("1", "+FLAGS", "(\\Seen)")
        assert eventually(before), [one for one in gc.get_objects() if type(one) in KINDS]


@pytest.mark.parametrize("kind", ["imap", "imaps", "pop3", "pop3s"])
def test_a_client_that_is_gone_in_the_middle_is_gone(no_collector: None, kind: str) -> None:
    """What was being sent to it, perhaps 100 MB, stayed in memory with the error that told so."""
    with MailServer() as server:
        server.deliver("alice", b"Subject: x\r\n\r\n" + b"x" * 10_000_000)
        before = alive()
        with Raw(server, kind) as client:
            if kind.startswith("imap"):
                client.send(b"a LOGIN alice secret\r\nb SELECT INBOX\r\nc FETCH 1 BODY[]\r\n")
            else:
                client.send(b"USER alice\r\nPASS secret\r\nRETR 1\r\n")
            while len(client.line()) < 1000:  # until the message comes, or the end of it
                if b"{10000014}" in client.buffer or b"octets" in client.buffer:
                    break
        assert eventually(before), [one for one in gc.get_objects() if type(one) in KINDS]


@pytest.mark.parametrize("command", [b"SELECT nowhere", b"FETCH 1 X", b"STATUS INBOX (X)"])
def test_what_was_refused_is_gone(no_collector: None, command: bytes) -> None:
    with MailServer() as server, Raw(server, login="alice") as client:
        before = sum(isinstance(one, Command) for one in gc.get_objects())
        for _ in range(10):
            client.command(command)
        assert client.command(b"NOOP")[-1].startswith(b"x OK")
        assert sum(isinstance(one, Command) for one in gc.get_objects()) <= before


class Marked(Exception):
    pass


def test_an_error_of_a_thread_is_gone_when_it_was_told(no_collector: None) -> None:
    def fail() -> None:
        raise Marked

    def work() -> None:
        with suppress(Marked):
            server.server.pool(fail)
        with suppress(Marked):
            server.server.auth_pool(fail)

    with MailServer() as server:
        server.call(work)
        server.call(work)
        assert not [one for one in gc.get_objects() if type(one) is Marked]


def eventually(expected: int) -> bool:
    """Whether no more than `expected` of what is watched is left in the end."""
    deadline = time.monotonic() + 20
    while alive() > expected and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive() <= expected
