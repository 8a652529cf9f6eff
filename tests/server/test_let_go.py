"""What a connection leaves in memory when it is over: nothing, without the help of the collector of garbage."""

from __future__ import annotations

import gc
import imaplib
import poplib
import time
from collections.abc import Iterator

import pytest

from coromail.imap.session import Session as ImapSession
from coromail.pop3.session import Session as Pop3Session
from coromail.server.connection import Connection
from coromail.testing import MailServer

KINDS = (Connection, ImapSession, Pop3Session)


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
        deadline = time.monotonic() + 30
        while alive() > before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert alive() == before
