"""What the tests of attacks share: a server with its real limits, raw clients, and a bystander that must be served."""

from __future__ import annotations

import gc
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from coromail.limits import Limits
from coromail.testing import MailServer

PATIENCE = 60  # seconds; far more than anything here should take, even on a busy machine


def serving(**limits: Any) -> MailServer:
    """A server on loopback with the limits of the default configuration but for some, and no delay after failures."""
    return MailServer(limits=Limits(exempt_networks=["127.0.0.0/8"], **limits))


class Raw:
    """A client that says what it likes. Closed by `with`."""

    def __init__(self, server: MailServer, kind: str = "imap", login: str = "") -> None:
        self.server = server
        self.socket: Any = socket.create_connection((server.host, getattr(server, f"{kind}_port")), PATIENCE)
        self.buffer = b""
        if kind.endswith("s"):
            self.start_tls()
        self.greeting = self.line()
        if login:
            assert self.command(b"LOGIN %s secret" % login.encode())[-1].startswith(b"x OK")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def start_tls(self) -> None:
        self.socket = self.server.client_context().wrap_socket(self.socket, server_hostname="localhost")

    def send(self, data: bytes) -> None:
        """Send; a server that has closed already is no error."""
        try:
            self.socket.sendall(data)
        except (ConnectionError, ssl.SSLError):
            return

    def line(self) -> bytes:
        """The next line; what there is at the end of the connection."""
        while b"\n" not in self.buffer:
            try:
                data = self.socket.recv(65536)
            except (ConnectionError, ssl.SSLError):
                data = b""
            if not data:
                rest, self.buffer = self.buffer, b""
                return rest
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line + b"\n"

    def rest(self) -> bytes:
        """All until the server closes."""
        found = b""
        while line := self.line():
            found += line
        return found

    def command(self, text: bytes) -> list[bytes]:
        """Lines up to the tagged reply (tag x) to an IMAP command, or to the end."""
        self.send(b"x " + text + b"\r\n")
        lines = []
        while line := self.line():
            lines.append(line)
            if line.startswith(b"x "):
                break
            if found := re.search(rb"\{(\d+)\}\r\n\Z", line):
                while len(self.buffer) < int(found[1]):
                    self.buffer += self.socket.recv(65536)
                lines.append(self.buffer[: int(found[1])])
                self.buffer = self.buffer[int(found[1]) :]
        return lines


@contextmanager
def bystander(server: MailServer) -> Iterator[None]:
    """Bob works all the while; no round trip of his may take longer than his client is willing to wait."""
    over = threading.Event()
    failures: list[BaseException] = []
    client = imaplib.IMAP4(server.host, server.imap_port, timeout=PATIENCE)
    client.login("bob", "secret")

    def work() -> None:
        try:
            while not over.is_set():
                assert client.noop()[0] == "OK"
                over.wait(0.005)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        client.shutdown()
    assert not failures, failures


def count(server: MailServer) -> int:
    """Connections that the server has."""
    found: int = server.call(lambda: len(server.server.connections))
    return found


def wait_until_gone(server: MailServer, wanted: int = 0) -> None:
    """Until the server has only so many connections."""
    over = threading.Event()
    for _ in range(PATIENCE * 100):
        if count(server) <= wanted:
            return
        over.wait(0.01)
    raise AssertionError(f"{count(server)} connections are left")


def alive(class_: type) -> int:
    """Objects of a class that exist."""
    gc.collect()
    return sum(type(one) is class_ for one in gc.get_objects())
