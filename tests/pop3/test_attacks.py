"""What strangers try: endless input, endless mistakes, guessing, and one session against another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.limits import Limits
from tests.pop3.harness import HELLO, Client, TestHost, login


def test_endless_line_before_login() -> None:
    client = Client(TestHost())
    for _ in range(1000):
        client.session.receive(b"x" * 5000)
        assert len(client.session.reader._buffer) <= 8 * 1024 + 5000
    client.empty()
    assert client.err("") == (None, "The line is too long")


def test_endless_line_after_login() -> None:
    client = login(TestHost())
    for _ in range(100):
        client.session.receive(b"RETR " + b"1" * 5000)
        assert len(client.session.reader._buffer) <= 5300
    assert client.err("") == (None, "The line is too long")


def test_endless_commands_before_login() -> None:
    client = Client(TestHost(limits=Limits(unauth_commands=10)))
    client.session.receive(b"CAPA\r\n" * 20)
    for _ in range(10):
        assert client.status()[0]
        client.rest()
    assert client.status() == (False, None, "Too many commands before login")
    client.empty()
    assert client.session.closing


def test_ten_commands_are_enough_for_a_careful_client() -> None:
    client = Client(TestHost())
    client.capa()
    client.send("AUTH")
    client.take()
    client.ok("UTF8")
    client.utf8 = True
    client.ok("LANG en")
    client.ok("USER alice")
    client.err("PASS wrong")
    client.ok("USER alice")
    client.ok("PASS secret")


def test_mistakes_in_a_row_cost_time_and_then_the_connection() -> None:
    host = TestHost(limits=Limits(bad_commands=8))
    client = login(host)
    client.session.receive(b"XYZZY\r\n" * 20)
    assert [client.status()[0] for _ in range(8)] == [False] * 8
    client.empty()
    assert client.session.closing
    assert host.slept == sorted(host.slept)
    assert len(host.slept) == 4
    assert all(0 < seconds <= 5 for seconds in host.slept)


def test_the_wait_is_bounded() -> None:
    host = TestHost(limits=Limits(bad_commands=0))
    client = login(host)
    client.session.receive(b"XYZZY\r\n" * 100)
    assert max(host.slept) == 5
    assert not client.session.closing


def test_a_good_command_ends_the_row() -> None:
    host = TestHost(limits=Limits(bad_commands=3))
    client = login(host)
    for _ in range(10):
        client.err("XYZZY")
        client.err("XYZZY")
        client.ok("NOOP")
    assert host.slept == []


def test_messages_that_are_not_there_are_no_mistakes() -> None:
    host = TestHost(limits=Limits(bad_commands=3))
    client = login(host)
    for _ in range(20):
        client.err("RETR 1")
    assert not client.session.closing


def test_guessing_names_tells_nothing() -> None:
    replies = set()
    for user in ("alice", "nobody", "..", "a" * 200):
        client = Client(TestHost())
        client.ok(f"USER {user}")
        replies.add(client.err("PASS guess"))
    assert len(replies) == 1


def test_two_users_never_see_each_other() -> None:
    host = TestHost()
    host.fill(b"to: alice\n\n", user="alice")
    host.fill(b"to: bob\n\n", b"to: bob 2\n\n", user="bob")
    alice, bob = login(host, "alice"), login(host, "bob")
    alice.ok("DELE 1")
    assert bob.ok("STAT").startswith("2 ")
    assert bob.multi("RETR 1")[0] == b"to: bob"
    alice.quit()
    assert bob.ok("STAT").startswith("2 ")
    assert host.inbox("bob").exists == 2
    assert host.inbox("alice").exists == 0


def test_sessions_leave_nothing_behind() -> None:
    host = TestHost()
    inbox = host.fill(HELLO)
    for end in ("quit", "drop") * 10:
        getattr(login(host), end)()
    assert inbox.listeners == []
    assert inbox.account.models == 0


WORDS = """USER alice|PASS secret|PASS|STAT|LIST|LIST 1|UIDL|RETR 1|TOP 1 1|DELE 1|DELE 2|RSET|NOOP|CAPA
LANG|LANG en|UTF8|AUTH PLAIN|AUTH|*|=|APOP a b|STLS|QUIT|\x00|é|RETR 99999999999|TOP 1 9999999999"""
COMMANDS = st.sampled_from(WORDS.replace("\n", "|").split("|")).map(str.encode)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(COMMANDS, st.binary(max_size=40)), max_size=30))
def test_whatever_comes_every_command_gets_an_answer_and_nothing_breaks(lines: list[bytes]) -> None:
    host = TestHost(limits=Limits(unauth_commands=0, bad_commands=0, login_failures=0))
    inbox = host.fill(HELLO, HELLO)
    client = Client(host)
    client.utf8 = True
    for line in lines:
        before = client.session.state
        client.session.receive(line.replace(b"\n", b"") + b"\r\n")
        if client.session.closing:
            break
        assert client.take().startswith((b"+OK", b"-ERR", b"+ ")), (line, before)
    quit_ = client.session.closing
    client.session.closed()
    assert host.bugs() == []
    assert inbox.listeners == []
    assert quit_ or inbox.exists == 2


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1_000_000])
def test_one_endless_line_in_a_message(size: int) -> None:
    host = TestHost()
    host.fill(b"." * size)
    client = login(host)
    assert client.message(1) == (b"." * size + b"\r\n" if size else b"")
