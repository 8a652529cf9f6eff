"""RFC 1939 section 3: commands, responses, states, the timer."""

from __future__ import annotations

import pytest

from coromail.errors import Bye, Gone, Unavailable
from coromail.limits import Limits
from coromail.pop3 import Command, State
from coromail.pop3.commands import BUILTIN
from tests.pop3.harness import HELLO, Client, TestHost, login


@pytest.mark.parametrize("keyword", ["STAT", "stat", "Stat"])
def test_keywords_know_no_case(keyword: str) -> None:
    assert login(TestHost()).ok(keyword) == "0 0"


@pytest.mark.parametrize("line", ["XYZZY", "", " STAT", "STATS", "STAT\tx", "\x00", "é"])
def test_unknown_commands_get_err(line: str) -> None:
    assert login(TestHost()).err(line) == (None, "Unknown command")


@pytest.mark.parametrize(
    "line", ["STAT x", "NOOP 1", "RSET 1", "RETR", "RETR x", "RETR 1 2", "DELE", "TOP 1", "LIST x"]
)
def test_invalid_syntax_gets_err(line: str) -> None:
    client = login(TestHost())
    client.err(line)
    assert client.ok("STAT") == "0 0"


@pytest.mark.parametrize("keyword", ["STAT", "LIST", "RETR 1", "DELE 1", "NOOP", "RSET", "TOP 1 1", "UIDL"])
def test_transaction_commands_get_err_before_login(keyword: str) -> None:
    assert Client(TestHost()).err(keyword) == (None, "Log in first")


@pytest.mark.parametrize("line", ["USER alice", "PASS secret", "APOP alice 0", "AUTH PLAIN", "AUTH", "STLS"])
def test_authorization_commands_get_err_after_login(line: str) -> None:
    assert login(TestHost()).err(line) == (None, "Not after login")


@pytest.mark.parametrize("number", ["0", "00", "2", "9999999999"])
def test_a_message_that_is_not_there_gets_err(number: str) -> None:
    host = TestHost()
    host.fill(HELLO)
    client = login(host)
    for verb in ("RETR", "DELE", "LIST", "UIDL"):
        assert client.err(f"{verb} {number}") == (None, "There is no such message")
    assert client.err(f"TOP {number} 1") == (None, "There is no such message")


@pytest.mark.parametrize(
    "number", ["-1", "+1", "1.0", "1e0", "0x1", "१", "99999999999999999999999999", "1" * 200]
)
def test_what_is_no_number_gets_err(number: str) -> None:
    host = TestHost()
    host.fill(HELLO)
    client = login(host)
    assert client.err(f"RETR {number}") == (None, "A number was expected")


def test_the_timeout_neither_updates_nor_answers() -> None:
    host = TestHost()
    inbox = host.fill(HELLO)
    client = login(host)
    client.ok("DELE 1")
    client.session.timed_out()
    assert client.session.closing
    client.empty()
    client.session.closed()
    assert inbox.exists == 1


def test_the_timer_before_and_after_login() -> None:
    host = TestHost(limits=Limits(unauth_idle=700, auth_idle=0))
    client = Client(host)
    assert client.session.timeout == 700
    client.ok("USER alice")
    client.ok("PASS secret")
    assert client.session.timeout is None


def test_an_exception_in_a_command_is_logged_and_answered() -> None:
    class Broken(Command):
        name = "STAT"

        def run(self) -> None:
            raise ZeroDivisionError

    class Full(Command):
        name = "FULL"
        state = State.ANY

        def run(self) -> None:
            raise Unavailable("The disk is full")

    class Odd(Command):
        name = "ODD"
        state = State.ANY

        def run(self) -> None:
            raise OSError("something in a command of one's own")

    registry = BUILTIN.copy()
    for command in (Broken, Full, Odd):
        registry.add(command)
    host = TestHost()
    client = Client(host, registry)
    assert client.err("FULL") == ("SYS/TEMP", "The disk is full")
    assert client.err("ODD") == ("SYS/PERM", "Something is broken here; it was logged")
    client.ok("USER alice")
    client.ok("PASS secret")
    assert client.err("STAT") == ("SYS/PERM", "Something is broken here; it was logged")
    assert "ZeroDivisionError" in host.bugs()[-1]
    assert client.multi("LIST") == []
    assert "STAT" in BUILTIN
    assert BUILTIN.find(b"STAT") is not Broken


def test_a_client_that_is_gone_is_no_bug() -> None:
    class Slow(Command):
        name = "SLOW"
        state = State.ANY

        def run(self) -> None:
            raise Gone("silent for too long")

    registry = BUILTIN.copy()
    registry.add(Slow)
    host = TestHost()
    client = Client(host, registry)
    with pytest.raises(Gone):
        client.send("SLOW")
    assert host.bugs() == []


def test_a_lost_connection_passes_through() -> None:
    host = TestHost()
    client = login(host)

    def gone(data: bytes) -> None:
        raise ConnectionResetError

    client.wire.write = gone  # type: ignore[method-assign]
    with pytest.raises(ConnectionResetError):
        client.send("STAT")
    client.session.closed()
    assert host.bugs() == []


def test_nothing_is_heard_after_the_end() -> None:
    client = login(TestHost())
    client.quit()
    assert client.raw(b"STAT\r\n") == b""
    client.session.shutdown()
    client.empty()


def test_a_server_that_stops_says_so_and_deletes_nothing() -> None:
    host = TestHost()
    inbox = host.fill(HELLO)
    client = login(host)
    client.ok("DELE 1")
    client.session.shutdown()
    assert client.status() == (False, "SYS/TEMP", "The server is going down")
    assert client.session.closing
    client.session.closed()
    assert inbox.exists == 1


def test_names_of_commands() -> None:
    class Nameless(Command):
        pass

    class Spaced(Command):
        name = "TWO WORDS"

    for command in (Nameless, Spaced):
        with pytest.raises(ValueError):
            BUILTIN.copy().add(command)


def test_bye_ends_the_connection() -> None:
    class Leave(Command):
        name = "LEAVE"
        state = State.ANY

        def run(self) -> None:
            raise Bye("Go away")

    registry = BUILTIN.copy()
    registry.add(Leave)
    client = Client(TestHost(), registry)
    assert client.raw(b"LEAVE\r\nCAPA\r\n") == b"-ERR Go away\r\n"
    assert client.session.closing
