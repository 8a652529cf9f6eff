"""One client is at work, and others get their turn (docs/architecture.md, concurrency rules)."""

from __future__ import annotations

from types import SimpleNamespace

import gevent
import gevent.socket

from coromail import Auth, Model, Server
from coromail.server.turns import give_way


def test_who_gives_way_lets_a_socket_be_read() -> None:
    here, there = gevent.socket.socketpair()
    read = []
    reader = gevent.spawn(lambda: read.append(here.recv(10)))
    gevent.sleep(0)
    there.sendall(b"octets")
    give_way()
    assert read == [b"octets"]
    reader.join()
    here.close()
    there.close()


def test_who_gives_way_comes_back_while_others_go_on() -> None:
    others = [gevent.spawn(lambda: [give_way() for _ in range(100)]) for _ in range(3)]
    for _ in range(100):
        give_way()
    gevent.joinall(others, raise_error=True)


def test_who_reads_on_without_waiting_goes_on_with_the_same_share() -> None:
    """Else somebody who sends without a pause would keep the server for as long as it takes."""
    server = Server(Auth, Model)
    connection = SimpleNamespace(user="alice", stranger=False, read_at=0.0, turn=0.0)
    begun = connection.turn = server.turn(connection)  # type: ignore[arg-type]
    assert server.turn(connection) == begun  # type: ignore[arg-type]
    give_way()
    assert server.turn(connection) != begun  # type: ignore[arg-type]
