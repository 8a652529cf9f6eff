"""`coromail` with a server that only says hello: the program around it is what is tested.

Run as a module it takes the arguments of `coromail`. The fake writes what is asked of it into the log.
"""

import logging
import os
import sys
import types

logger = logging.getLogger("fake")


class Server:
    def __init__(self, auth_class, model_class, *, hostname, limits, **settings):
        if hostname == "broken.example":
            raise RuntimeError("broken on purpose")
        self.auth_class, self.auth_context, self.hostname = auth_class, None, hostname
        self.listening = []
        logger.info("serves %s %s as user %d", auth_class.__name__, model_class.__name__, os.getuid())

    def use_certificate(self, certificate, key):
        logger.info("certificate %s", certificate.name)

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
            client.sendall(f"{kind} {self.hostname}\r\n".encode())

        return handle

    def run_until_stopped(self):
        self.stopped.wait()

    def stop(self, grace):
        logger.info("stop %d", grace)
        self.stopped.set()

    def reload(self, *, limits):
        logger.info("reload append=%d", limits.append)


def run(arguments):
    module = types.ModuleType("coromail.server.server")
    module.Server = Server
    sys.modules["coromail.server.server"] = module
    from coromail.app.cli import main

    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
