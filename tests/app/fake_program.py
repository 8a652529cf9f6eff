"""`coromail` with a server that only says hello: the program around it is what is tested.

Run as a script it takes the arguments of `coromail`. The fake writes what is asked of it into the log.
"""

import logging
import sys
import types

logger = logging.getLogger("fake")


class Server:
    def __init__(self, config):
        self.config = config
        self.listening = []
        if config.hostname == "broken.example":
            raise RuntimeError("broken on purpose")

    def listen(self, kind, plain):
        self.listening.append((kind, plain))

    def start(self):
        import gevent.event
        import gevent.server
        import gevent.socket

        self.stopped = gevent.event.Event()
        for kind, plain in self.listening:
            listener = gevent.socket.socket(plain.family, plain.type, plain.proto, fileno=plain.detach())
            gevent.server.StreamServer(listener, self.greet(kind)).start()

    def greet(self, kind):
        def handle(client, _address):
            client.sendall(f"{kind} {self.config.hostname}\r\n".encode())

        return handle

    def run_until_stopped(self):
        self.stopped.wait()

    def stop(self, grace):
        logger.info("stop %s", grace)
        self.stopped.set()

    def reload(self, config):
        self.config = config
        logger.info("reload %s", config.hostname)


def run(arguments):
    module = types.ModuleType("coromail.server.server")
    module.Server = Server
    sys.modules["coromail.server.server"] = module
    from coromail.app.cli import main

    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
