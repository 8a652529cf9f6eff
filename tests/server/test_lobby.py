"""Strangers go on one after the other, and the event loop sees to others in between."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import gevent
import gevent.socket
import pytest

from coromail.server.lobby import SHARE, Lobby

Pair = tuple[Any, Any]


@pytest.fixture
def lobby() -> Iterator[Lobby]:
    lobby = Lobby()
    lobby.start()
    yield lobby
    lobby.close()


@pytest.fixture
def pair() -> Iterator[Callable[[], Pair]]:
    made: list[Any] = []

    def make() -> Pair:
        here, there = gevent.socket.socketpair()
        made.extend((here, there))
        return here, there

    yield make
    for socket in made:
        socket.close()


def receiving(lobby: Lobby, socket: Any) -> Any:
    return lobby.when_ready(socket, lambda: socket.recv(10))


def test_others_run_between_strangers(lobby: Lobby, pair: Callable[[], Pair]) -> None:
    """Ten have something to say at once, and each takes all that there is for strangers in one turn."""
    seen: list[str] = []

    def stranger(socket: Any) -> None:
        receiving(lobby, socket)
        seen.append("stranger")
        end = time.perf_counter() + SHARE
        while time.perf_counter() < end:
            pass

    def user() -> None:
        while seen.count("stranger") < 10:
            seen.append("user")
            gevent.sleep(0)

    strangers = []
    for _ in range(10):
        here, there = pair()
        strangers.append(gevent.spawn(stranger, here))
        there.sendall(b"x")
    gevent.spawn(user)
    gevent.joinall(strangers, raise_error=True)
    assert all(two != ("stranger", "stranger") for two in pairwise(seen)), seen


def test_the_one_who_came_first_goes_first(lobby: Lobby, pair: Callable[[], Pair]) -> None:
    seen = []
    pairs = [pair() for _ in range(5)]

    def stranger(number: int) -> None:
        receiving(lobby, pairs[number][0])
        seen.append(number)

    strangers = [gevent.spawn(stranger, number) for number in range(5)]
    gevent.sleep(0)
    for number in (3, 1, 4, 0, 2):
        pairs[number][1].sendall(b"x")
    gevent.joinall(strangers, raise_error=True)
    assert seen == [3, 1, 4, 0, 2]


def test_it_goes_on_until_all_is_there(lobby: Lobby, pair: Callable[[], Pair]) -> None:
    """As a TLS handshake does, whose pieces come one by one; afterwards the socket waits as it did before."""
    here, there = pair()
    got = b""

    def attempt() -> Any:
        nonlocal got
        got += here.recv(1)
        if len(got) % 2:
            raise ssl.SSLWantReadError
        if len(got) < 4:
            here.recv(0)
            raise BlockingIOError
        return got

    there.sendall(b"abcdef")
    assert lobby.when_ready(here, attempt) == b"abcd"
    assert here.gettimeout() is None
    assert receiving(lobby, here) == b"ef"


def test_who_cannot_write_waits_outside(lobby: Lobby, pair: Callable[[], Pair]) -> None:
    here, there = pair()
    timeouts = []

    def attempt() -> None:
        timeouts.append(here.gettimeout())
        if len(timeouts) == 1:
            raise ssl.SSLWantWriteError

    there.sendall(b"x")
    lobby.when_ready(here, attempt)
    assert timeouts == [0, None]


def test_who_is_sent_away_while_waiting_leaves_nothing(lobby: Lobby, pair: Callable[[], Pair]) -> None:
    here, there = pair()
    waiting = gevent.spawn(receiving, lobby, here)
    gevent.sleep(0)
    gevent.kill(waiting, ConnectionError("gone"))
    waiting.join(10)
    assert isinstance(waiting.exception, ConnectionError)
    there.sendall(b"x")  # wakes nobody
    gevent.sleep(0)
    assert receiving(lobby, here) == b"x"


def test_a_descriptor_may_come_back_with_another_client(lobby: Lobby, pair: Callable[[], Pair]) -> None:
    """Its number is free when the first client has gone, and the next one gets the lowest that is free."""
    numbers = set()
    for _ in range(3):
        here, there = pair()
        there.sendall(b"x")
        assert receiving(lobby, here) == b"x"
        numbers.add(here.fileno())
        here.close()
        there.close()
    assert len(numbers) == 1
