"""RFC 1939 section 4: greeting, lock, numbering."""

from __future__ import annotations

from typing import Any

import pytest

from coromail.errors import Corrupted, Expunged, NotAllowed
from coromail.model.mailbox import Mailbox
from coromail.stores.memory import MemoryModel
from tests.pop3.harness import HELLO, Client, TestHost, login


def test_the_greeting_is_positive_and_one_line() -> None:
    host = TestHost(hostname="mail.example.org")
    assert Client(host).greeting.startswith("mail.example.org POP3 ready <")


def test_quit_before_login_is_no_update() -> None:
    client = Client(TestHost())
    client.quit()


def test_the_lock_is_exclusive_among_pop3_sessions() -> None:
    host = TestHost()
    first, second = login(host), Client(host)
    second.ok("USER alice")
    assert second.err("PASS secret") == ("IN-USE", "Somebody else has this maildrop open")
    first.quit()
    second.ok("USER alice")
    second.ok("PASS secret")


@pytest.mark.parametrize("end", ["quit", "drop"])
def test_the_lock_goes_with_its_session(end: str) -> None:
    host = TestHost()
    getattr(login(host), end)()
    login(host)


def test_a_session_that_was_refused_leaves_the_lock_alone() -> None:
    host = TestHost()
    login(host)
    second = Client(host)
    second.ok("USER alice")
    second.err("PASS secret")
    second.drop()
    third = Client(host)
    third.ok("USER alice")
    assert third.err("PASS secret")[0] == "IN-USE"


def test_two_users_do_not_lock_each_other() -> None:
    host = TestHost()
    host.fill(HELLO, user="bob")
    assert login(host, "alice").ok("STAT") == "0 0"
    assert login(host, "bob").ok("STAT").startswith("1 ")


def test_the_lock_is_free_before_quit_is_answered() -> None:
    host = TestHost()
    first = login(host)
    heard: list[str] = []

    def write(data: bytes) -> None:
        second = Client(host)
        second.ok("USER alice")
        heard.append(second.ok("PASS secret"))

    first.wire.write = write  # type: ignore[method-assign]
    first.send("QUIT")
    assert heard == ["0 messages"]


def test_imap_sessions_are_not_locked_out() -> None:
    host = TestHost()
    inbox = host.fill(HELLO)
    client = login(host)
    inbox.store(list(inbox.index.uids), "+", ["\\Seen"])
    assert client.message(1)


@pytest.mark.parametrize(
    ("error", "code"),
    [(Corrupted("Torn index"), "SYS/PERM"), (NotAllowed("No"), "SYS/PERM"), (OSError(5, "EIO"), "SYS/PERM")],
)
def test_a_maildrop_that_cannot_be_opened_is_unlocked_again(error: Exception, code: str) -> None:
    class Failing(MemoryModel):
        broken = True

        def init(self) -> None:
            super().init()
            if self.broken:
                raise error

    host = TestHost(Failing)
    client = Client(host)
    client.ok("USER alice")
    assert client.err("PASS secret")[0] == code
    assert client.err("STAT") == (None, "Log in first")
    Failing.broken = False
    client.ok("USER alice")
    client.ok("PASS secret")


def test_a_mailbox_that_cannot_be_read_leaves_no_listener() -> None:
    class Torn(Mailbox):
        def sizes(self, uids: Any) -> Any:
            raise Corrupted("Torn index")

    class TornModel(MemoryModel):
        mailbox_class = Torn

    host = TestHost(TornModel)
    client = Client(host)
    client.ok("USER alice")
    assert client.err("PASS secret") == ("SYS/PERM", "Torn index")
    assert host.inbox().listeners == []
    assert host.inbox().account.models == 0


@pytest.mark.parametrize(("gone", "left"), [(1, "2 "), (99, None)])
def test_messages_that_go_while_they_are_counted(gone: int, left: str | None) -> None:
    class Busy(Mailbox):
        """Somebody expunges while the sizes are asked for."""

        times = gone

        def sizes(self, uids: Any) -> Any:
            if self.times:
                self.times -= 1
                self.add_message(self.message_class(HELLO))
                self.expunge([self.index.uids[0]])
                raise Expunged("Some of these messages are gone")
            return super().sizes(uids)

    class BusyModel(MemoryModel):
        mailbox_class = Busy

    host = TestHost(BusyModel)
    host.fill(HELLO, HELLO)
    client = Client(host)
    client.ok("USER alice")
    if left is None:
        assert client.err("PASS secret")[0] == "SYS/TEMP"
        assert host.inbox().listeners == []
    else:
        client.ok("PASS secret")
        assert client.ok("STAT").startswith(left)
        assert client.message(2)


def test_no_message_is_marked_after_login() -> None:
    host = TestHost()
    host.fill(HELLO)
    first = login(host)
    first.ok("DELE 1")
    first.drop()
    assert login(host).ok("STAT").startswith("1 ")


def test_numbers_follow_the_maildrop() -> None:
    host = TestHost()
    host.fill(b"a: 1\n\none\n", b"a: 2\n\ntwo\n", b"a: 3\n\nthree\n")
    client = login(host)
    assert [client.message(number)[6:] for number in (1, 2, 3)] == [
        b"\r\none\r\n",
        b"\r\ntwo\r\n",
        b"\r\nthree\r\n",
    ]


def test_mail_that_arrives_later_waits_for_the_next_session() -> None:
    host = TestHost()
    host.fill(HELLO)
    client = login(host)
    host.fill(b"Subject: new\n\nnew\n")
    assert client.ok("STAT").startswith("1 ")
    client.err("RETR 2")
    client.quit()
    assert login(host).ok("STAT").startswith("2 ")


def test_the_world_outside_is_asked_at_login() -> None:
    class Polled(Mailbox):
        def poll(self) -> None:
            if not self.exists:
                self.add_message(self.message_class(HELLO))

    class PolledModel(MemoryModel):
        mailbox_class = Polled

    assert login(TestHost(PolledModel)).ok("STAT").startswith("1 ")


def test_too_many_connections_of_a_user() -> None:
    host = TestHost()
    host.may_log_in = lambda user, peer: user != "alice"  # type: ignore[method-assign]
    client = Client(host)
    client.ok("USER alice")
    assert client.err("PASS secret")[0] == "SYS/TEMP"
    client.ok("USER bob")
    client.ok("PASS secret")
