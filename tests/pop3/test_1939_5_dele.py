"""RFC 1939 section 5: DELE."""

from __future__ import annotations

import pytest

from coromail.model.mailbox import Mailbox
from coromail.stores.memory import MemoryModel
from tests.pop3.harness import HELLO, Client, TestHost, crlf, login

BODIES = [b"a: 1\n\none\n", b"a: 2\n\ntwo two\n", b"a: 3\n\n\n"]
SIZES = [len(crlf(body)) for body in BODIES]


@pytest.fixture
def client() -> Client:
    host = TestHost()
    host.fill(*BODIES)
    return login(host)


def test_dele_marks_only(client: Client) -> None:
    client.ok("DELE 1")
    assert client.host.inbox().exists == 3


def test_dele_twice(client: Client) -> None:
    client.ok("DELE 1")
    assert client.err("DELE 1") == (None, "This message is marked as deleted")
    assert client.ok("STAT").startswith("2 ")


def test_any_reference_to_a_marked_message_is_an_error(client: Client) -> None:
    client.ok("DELE 1")
    for line in ("RETR 1", "TOP 1 0", "LIST 1", "UIDL 1", "DELE 1"):
        client.err(line)


def test_dele_in_a_maildrop_that_cannot_be_changed() -> None:
    class Fixed(Mailbox):
        @property
        def read_only(self) -> bool:
            return True

    class FixedModel(MemoryModel):
        mailbox_class = Fixed

    host = TestHost(FixedModel)
    host.fill(HELLO)
    client = login(host)
    assert client.err("DELE 1") == ("SYS/PERM", "This maildrop cannot be changed")
    client.quit()
