"""Checks of passwords: who is known comes before strangers, and nobody who leaves takes a place with them."""

from __future__ import annotations

import ipaddress
import socket
import threading
from typing import Any

import gevent
import pytest

from coromail.auth.throttle import Throttle
from coromail.errors import Unavailable
from coromail.limits import Limits
from coromail.server.offload import Reception
from coromail.testing import Known, MailServer
from tests.security.attack import Raw


class Guests:
    """Calls that say who they are, one at a time."""

    def __init__(self) -> None:
        self.known = False
        self.served: list[str] = []
        self.reception = Reception(1, lambda: self.known)

    def come(self, name: str, known: bool = False) -> Any:
        self.known = known
        guest = gevent.spawn(self.reception, self.served.append, name)
        gevent.sleep(0)
        return guest


def test_who_is_known_comes_first_and_the_others_in_their_order() -> None:
    guests = Guests()
    waiting = [guests.come("first")]
    waiting += [guests.come(f"stranger {n}") for n in range(3)]
    waiting += [guests.come(f"known {n}", known=True) for n in range(2)]
    gevent.joinall(waiting, timeout=60, raise_error=True)
    assert guests.served == ["first", "known 0", "known 1", "stranger 0", "stranger 1", "stranger 2"]
    guests.reception.close()


def test_who_goes_away_while_waiting_is_passed_over() -> None:
    guests = Guests()
    waiting = [guests.come(name) for name in "abcde"]
    waiting[2].kill()
    gevent.joinall(waiting, timeout=60)
    assert guests.served == ["a", "b", "d", "e"]
    last = guests.come("last")
    last.join(10)
    assert guests.served[-1] == "last"
    guests.reception.close()


def test_what_a_check_raises_is_the_callers_and_printed_by_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    """C19: gevent prints what leaves a thread of its pool; a refused token is no news for the standard error."""
    guests = Guests()

    def refuse() -> None:
        raise Unavailable("not now")

    with pytest.raises(Unavailable, match="not now"):
        guests.reception(refuse)
    guests.reception.close()
    assert capfd.readouterr() == ("", "")


def test_who_is_known_gets_in_while_strangers_fill_the_queue() -> None:
    """The queue holds one: a stranger's guess, which is at work as long as this test wants."""
    at_work, over = threading.Event(), threading.Event()

    class Slow(Known):
        def auth_plain(self, user: str, password: str) -> bool:
            return bool(self.check_slowly(self.slowly, user, password))

        def slowly(self, user: str, password: str) -> bool:
            if user == "victim":
                at_work.set()
                over.wait(10)
            return password == "secret"

        def knows(self, user: str) -> bool:
            return True

    with MailServer(auth_class=Slow, auth_settings={"password_queue": 1}, limits=Limits()) as server:
        with Raw(server, login="alice"):
            pass  # 127.0.0.0/24 is known from now on

        def connect(source: str) -> socket.socket:
            made = socket.create_connection((server.host, server.imap_port), 10, (source, 0))
            made.recv(1000)
            return made

        def log_in(client: socket.socket) -> bytes:
            client.sendall(b"x LOGIN bob secret\r\n")
            return client.recv(1000)

        with connect("127.7.7.7") as guesser, connect("127.7.7.8") as stranger, connect("127.0.0.1") as known:
            guesser.sendall(b"x LOGIN victim guess\r\n")
            assert at_work.wait(10)
            assert log_in(stranger).startswith(b"x NO [UNAVAILABLE]")
            assert log_in(known).startswith(b"x OK")
            over.set()


def test_networks_where_somebody_has_logged_in_are_known() -> None:
    throttle = Throttle(lambda: 0.0, [ipaddress.ip_network("198.51.100.0/24")])
    assert throttle.knows(None)
    assert throttle.knows("198.51.100.1")
    assert not throttle.knows("192.0.2.1")
    throttle.failed("192.0.2.1", "alice")
    assert not throttle.knows("192.0.2.1")
    throttle.succeeded("192.0.2.1", "alice")
    assert throttle.knows("192.0.2.200")
    assert not throttle.knows("192.0.3.1")
