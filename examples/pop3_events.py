"""A POP3 server in which one object hears every event and answers it, as with POE::Component::Server::POP3.

    python examples/pop3_events.py 1110

Nothing of the server's own POP3 is used after the greeting: each handler answers and eats the event.
"""

# ruff: noqa: E402  (patching comes before all other imports)

from gevent import monkey

monkey.patch_all()

import sys

from coromail.plugins import Eat, Event, Pipeline, Plugin
from coromail.pop3 import callbacks

MAIL = b"From: events@example.org\r\nSubject: An event\r\n\r\nSomething happened.\r\n"


class Server(Plugin):
    """Answers by itself; `self.logged_in` has the sessions that have said the password."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.logged_in: set[object] = set()

    def _answer(self, event: Event, line: bytes) -> Eat:
        self.pipeline.send_to_client(event.session, line + b"\r\n")
        return Eat.CLIENT

    def pop3d_connection(self, event: Event) -> None:
        print("connection", *event.arguments, flush=True)

    def pop3d_disconnected(self, event: Event) -> None:
        self.logged_in.discard(event.session)
        print("disconnected", flush=True)

    def pop3d_cmd_user(self, event: Event) -> Eat:
        return self._answer(event, b"+OK and the password?")

    def pop3d_cmd_pass(self, event: Event) -> Eat:
        if event.arguments[0] != b"event":
            return self._answer(event, b"-ERR no")
        self.logged_in.add(event.session)
        return self._answer(event, b"+OK come in")

    def pop3d_cmd_stat(self, event: Event) -> Eat:
        return self._answer(event, b"+OK 1 %d" % len(MAIL))

    def pop3d_cmd_retr(self, event: Event) -> Eat:
        return self._answer(event, b"+OK\r\n" + MAIL + b".")

    def pop3d_cmd_quit(self, event: Event) -> Eat:
        self._answer(event, b"+OK good bye")
        self.pipeline.disconnect(event.session)
        return Eat.CLIENT

    def _default(self, event: Event) -> Eat | None:
        if event.name.startswith("cmd_"):
            return self._answer(event, b"-ERR not here")
        return None


class Guard(Plugin):
    """Stands before the server in the pipeline: without password only USER, PASS and QUIT go on."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def _default(self, event: Event) -> Eat | None:
        free = ("cmd_user", "cmd_pass", "cmd_quit")
        if not event.name.startswith("cmd_") or event.name in free or event.session in self.server.logged_in:
            return None
        event.session.err("log in first")
        return Eat.ALL


def main(port: int = 1110) -> None:
    """Serve until Ctrl-C."""
    plugins = Pipeline()
    server = Server(plugins)
    plugins.push("server", server)
    plugins.insert_before("server", "guard", Guard(server))
    serving = callbacks.server(
        authenticate=lambda user, password, address: False,
        list=lambda user: [],
        retrieve=lambda user, key: b"",
        plugins=plugins,
        port=port,
    )
    serving.start()
    print("listening", *serving.address, flush=True)
    serving.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
