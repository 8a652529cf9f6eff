"""Plugins: one that logs, one that rewrites responses, one that answers a verb that no server knows.

The module works in two ways: name its classes under `plugins:` in a configuration, or run it, to see them around
the mail of examples/pop3_callbacks.py:

    python examples/pop3_plugins.py 1110
"""

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()

import sys
import time

from coromail.plugins import Eat, Event, Pipeline, Plugin


class Log(Plugin):
    """Prints what clients ask, but no passwords."""

    def _default(self, event: Event) -> None:
        if event.name in ("response", "data"):
            return
        secret = event.name in ("cmd_pass", "cmd_apop", "cmd_auth")
        print("log", event.name, "..." if secret else event.arguments, flush=True)


class Polite(Plugin):
    """Says please: changes every refusal on its way out."""

    def pop3c_response(self, event: Event) -> None:
        line: bytes = event.arguments[0]
        if line.startswith(b"-ERR") and b"[" not in line:
            event.arguments[0] = line.removesuffix(b"\r\n") + b", please\r\n"


class Clock(Plugin):
    """Answers XTIME, and lets nobody delete on Sundays."""

    def pop3d_cmd_xtime(self, event: Event) -> Eat:
        event.session.ok(time.strftime("%H:%M"))
        return Eat.ALL

    def pop3d_cmd_dele(self, event: Event) -> Eat | None:
        if time.localtime().tm_wday != 6:
            return None
        event.session.err("Not on Sundays")
        return Eat.CLIENT


def main(port: int = 1110) -> None:
    """Serve until Ctrl-C."""
    from pop3_callbacks import authenticate, ids, retrieve

    from coromail.pop3 import callbacks

    plugins = Pipeline()
    plugins.push("polite", Polite())
    plugins.push("clock", Clock())
    plugins.unshift("log", Log())
    server = callbacks.server(
        authenticate=authenticate, list=ids, retrieve=retrieve, plugins=plugins, port=port
    )
    server.start()
    print("listening", *server.address, flush=True)
    server.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
