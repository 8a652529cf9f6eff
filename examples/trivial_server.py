"""The smallest server there is: one mailbox with one message, for anybody, and no configuration file.

    python examples/trivial_server.py

Root gets the ports of the standards (143, 993, 110, 995), others ten times as much.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from coromail import Auth, Mailbox, Message, Model, Server
from coromail.app.self_signed import make_certificate

PORTS = {"imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995}


class Anybody(Auth):
    """Lets everybody in, with any password."""

    def auth_plain(self, user: str, password: str) -> bool:
        """Yes."""
        return True


class Hello(Mailbox):
    """A mailbox with a greeting."""

    def load_data(self) -> None:
        """Once, when the mailbox appears."""
        self.add_message(
            Message(f"From: server@localhost\nSubject: Hello, {self.account.user}\n\nNice to see you.\n")
        )


class Trivial(Model):
    """INBOX, and what its user makes beside it."""

    def init(self) -> None:
        """Someone has logged in."""
        self.root.add_child("INBOX", class_=Hello)


def make_server() -> Server:
    """A server with a certificate that was made a moment ago."""
    server = Server(Anybody, Trivial)
    server.plaintext_without_tls = True  # everybody may log in anyway
    with TemporaryDirectory() as directory:
        certificate, key = Path(directory, "certificate.pem"), Path(directory, "key.pem")
        for file, pem in zip((certificate, key), make_certificate(["localhost"]), strict=True):
            file.write_bytes(pem)
        server.use_certificate(certificate, key)
    return server


def main(arguments: list[str]) -> None:
    """Serve until Ctrl-C. Arguments are ports in place of the usual ones: imap=0 is any that is free."""
    factor = 1 if os.geteuid() == 0 else 10
    ports = {kind: port * factor for kind, port in PORTS.items()}
    ports |= {kind: int(port) for kind, _, port in (argument.partition("=") for argument in arguments)}
    server = make_server()
    for kind, port in ports.items():
        listener = socket.create_server(("127.0.0.1", port))
        print(f"listening {kind} 127.0.0.1:{listener.getsockname()[1]}", flush=True)
        server.listen(kind, listener)
    server.run()


if __name__ == "__main__":
    main(sys.argv[1:])
