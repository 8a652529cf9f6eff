"""POP3 by one method a verb (`coromail.pop3.skeleton`)."""

from __future__ import annotations

from typing import ClassVar

import pytest

from coromail.errors import Err
from coromail.pop3.skeleton import Session, Skeleton, State
from tests.pop3.harness import Wire


class Shop(Skeleton):
    """Two messages for everybody who says "secret"."""

    committed: ClassVar[list[object]] = []
    seen: ClassVar[list[str]] = []

    def connect(self) -> None:
        self.seen.append("connect")

    def user(self, name: str) -> None:
        self.set("name", name)
        self.send_ok("and now?")

    def pass_(self, password: str) -> None:
        if password != "a secret":
            self.send_err("no", "AUTH")
            return
        self.state = "trans"
        self.add_command("XWHO", "TRANSACTION")
        self.set("marks", [])
        self.send_ok(f"hello {self.get('name')}")

    def xwho(self) -> None:
        self.send_ok(self.get("name"))

    def dele(self, number: str) -> None:
        self.get("marks").append(number)
        self.send_ok()

    def retr(self, number: str) -> None:
        self.send_ok()
        self.send_data("a: b\n\n.hidden\nend")

    def stat(self) -> None:
        raise ZeroDivisionError("the secret of the shop")

    def rset(self) -> None:
        raise Err("not now", "SYS/TEMP")

    def commit(self) -> None:
        assert self.state is State.UPDATE
        self.committed.extend(self.get("marks"))

    def disconnect(self) -> None:
        assert self.state is State.DISCONNECT
        self.seen.append("disconnect")


class Line:
    """A client of a skeleton."""

    def __init__(self, skeleton: type[Skeleton] = Shop) -> None:
        Shop.committed.clear()
        Shop.seen.clear()
        self.wire = Wire()
        self.session = Session(skeleton, self.wire)
        self.session.greeting()

    def __call__(self, line: str) -> str:
        self.wire.output.clear()
        self.session.receive(line.encode() + b"\r\n")
        return self.wire.output.decode()

    def login(self) -> Line:
        self("USER alice")
        assert self("PASS a secret") == "+OK hello alice\r\n"
        return self


def test_the_way_through_the_states() -> None:
    line = Line()
    assert line.wire.output == b"+OK POP3 server ready\r\n"
    skeleton = line.session.skeleton
    assert skeleton.state is State.AUTHORIZATION
    line.login()
    assert skeleton.state is State.TRANSACTION
    assert line("DELE 2") == "+OK\r\n"
    assert Shop.committed == []
    assert line("QUIT") == "+OK Good bye\r\n"
    assert Shop.committed == ["2"]
    assert line.session.closing
    line.session.closed()
    line.session.closed()
    assert skeleton.state is State.DISCONNECT
    assert Shop.seen == ["connect", "disconnect"]


def test_without_quit_nothing_is_committed() -> None:
    line = Line().login()
    line("DELE 1")
    line.session.timed_out()
    line.session.closed()
    assert Shop.committed == []
    assert Shop.seen == ["connect", "disconnect"]


def test_quit_before_login_commits_nothing() -> None:
    line = Line()
    assert line("quit") == "+OK Good bye\r\n"
    assert Shop.committed == []


def test_verbs_that_are_not_allowed_or_not_there() -> None:
    line = Line()
    assert line("STAT") == "-ERR unknown command\r\n"
    assert line("XWHO") == "-ERR unknown command\r\n"
    assert line("SEND x") == "-ERR unknown command\r\n"
    assert line("__INIT__") == "-ERR unknown command\r\n"
    line.login()
    assert line("LIST") == "-ERR not implemented\r\n"
    assert line("USER bob") == "-ERR unknown command\r\n"


def test_a_verb_of_ones_own_belongs_to_its_client() -> None:
    first, second = Line(), Line()
    first.login()
    assert first("xwho") == "+OK alice\r\n"
    assert "XWHO" not in second.session.skeleton.verbs[State.TRANSACTION]
    assert second.session.skeleton.get("name") is None


def test_data_is_stuffed_and_has_crlf() -> None:
    assert Line().login()("RETR 1") == "+OK\r\na: b\r\n\r\n..hidden\r\nend\r\n.\r\n"


def test_wrong_number_of_arguments() -> None:
    line = Line().login()
    assert line("RETR") == "-ERR wrong number of arguments\r\n"
    assert line("RETR 1 2") == "-ERR wrong number of arguments\r\n"


def test_errors_are_hidden_or_transmitted(caplog: pytest.LogCaptureFixture) -> None:
    class Open(Shop):
        transmit_errors = True

    assert Line().login()("STAT") == "-ERR [SYS/PERM] something went wrong\r\n"
    assert Line(Open).login()("STAT") == "-ERR [SYS/PERM] the secret of the shop\r\n"
    assert Line().login()("RSET") == "-ERR [SYS/TEMP] not now\r\n"
    assert "ZeroDivisionError" in caplog.text


def test_errors_are_captured_or_end_the_connection() -> None:
    class Fragile(Shop):
        capture_errors = False

    line = Line(Fragile).login()
    with pytest.raises(ZeroDivisionError):
        line("STAT")
    line.session.closed()
    assert Shop.seen == ["connect", "disconnect"]


def test_a_commit_that_fails_is_told(caplog: pytest.LogCaptureFixture) -> None:
    class Full(Shop):
        def commit(self) -> None:
            raise OSError("disk full")

    line = Line(Full).login()
    assert line("QUIT").startswith("-ERR [SYS/PERM]")
    assert line.session.closing
    assert "disk full" in caplog.text


def test_names_of_states() -> None:
    for name in ("AUTHORIZATION", "auth", "a"):
        assert State.of(name) is State.AUTHORIZATION
    assert State.of("disc") is State.DISCONNECT
    assert State.of(State.UPDATE) is State.UPDATE
    for name in ("", "x", "transactions"):
        with pytest.raises(ValueError):
            State.of(name)


def test_helpers_are_no_verbs() -> None:
    skeleton = Line().session.skeleton
    for name in ("send", "set", "commit", "__init__"):
        with pytest.raises(ValueError):
            skeleton.add_command(name, State.AUTHORIZATION)


def test_capa() -> None:
    assert Line()("CAPA") == "+OK capabilities\r\nUSER\r\nPIPELINING\r\n.\r\n"


def test_a_client_may_be_sent_away() -> None:
    class Shut(Shop):
        def connect(self) -> None:
            self.send_err("closed today")
            self.close_client()

    line = Line(Shut)
    assert line.wire.output == b"-ERR closed today\r\n"
    assert line.session.closing


def test_long_lines() -> None:
    line = Line()
    line.session.receive(b"x" * 100_000)
    assert line("") == "-ERR The line is too long\r\n"


def test_shutdown_and_timeout() -> None:
    line = Line()
    assert line.session.timeout == 60
    line.wire.output.clear()
    line.session.shutdown()
    assert line.wire.output == b"-ERR [SYS/TEMP] the server is going down\r\n"
    assert line.session.closing


def test_a_disconnect_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Bad(Shop):
        def disconnect(self) -> None:
            raise ZeroDivisionError

    line = Line(Bad)
    line.session.closed()
    assert "disconnect failed" in caplog.text
