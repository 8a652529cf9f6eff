"""Checks of passwords: who is known comes before strangers, and nobody who leaves takes a place with them."""

from __future__ import annotations

import ipaddress
from typing import Any

import gevent
import pytest

from coromail.auth.throttle import Throttle
from coromail.errors import Unavailable
from coromail.server.offload import Reception


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
    gevent.joinall(waiting, timeout=10, raise_error=True)
    assert guests.served == ["first", "known 0", "known 1", "stranger 0", "stranger 1", "stranger 2"]
    guests.reception.close()


def test_who_goes_away_while_waiting_is_passed_over() -> None:
    guests = Guests()
    waiting = [guests.come(name) for name in "abcde"]
    waiting[2].kill()
    gevent.joinall(waiting, timeout=10)
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
