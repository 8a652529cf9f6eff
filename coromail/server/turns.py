"""How one greenlet lets the others go on."""

from __future__ import annotations

import gevent


def give_way() -> None:
    """Let everybody go on who can now; those first whose socket is ready.

    `gevent.sleep(0)` does less: the event loop calls many such sleepers, or one of them again and again, before it
    looks at any socket. A timer of low priority comes after all that one look at the sockets has found.
    """
    hub = gevent.get_hub()
    timer = hub.loop.timer(0, priority=-1)
    try:
        hub.wait(timer)
    finally:
        timer.close()
