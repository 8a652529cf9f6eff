"""A long command gives way when its share is over, and also when the clock was put back meanwhile."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from coromail.server import current
from coromail.testing import MailServer


@pytest.mark.parametrize("seconds", [-3600, 3600], ids=["its share is over", "the clock was put back"])
def test_whoever_has_had_a_share_gives_way(seconds: float) -> None:
    connection = SimpleNamespace(user="alice", stranger=False, read_at=0.0, turn=time.time() + seconds)

    def work() -> None:
        before = current.connection.get()
        current.connection.set(connection)
        try:
            server.server.breathe()
        finally:
            current.connection.set(before)

    with MailServer() as server:
        server.call(work)
    assert abs(connection.turn - time.time()) < 600
