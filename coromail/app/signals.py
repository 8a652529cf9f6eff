"""Signals: TERM, INT and QUIT stop the server, HUP makes it read its files again."""

from __future__ import annotations

import signal
from collections.abc import Callable

import gevent


def install(stop: Callable[[bool], None], reload: Callable[[], None]) -> None:
    """Call `stop(at_once)` and `reload()` in greenlets of their own. The second stop is one at once."""
    asked = False

    def on_stop() -> None:
        nonlocal asked
        at_once, asked = asked, True
        stop(at_once)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        gevent.signal_handler(number, on_stop)
    gevent.signal_handler(signal.SIGHUP, reload)
