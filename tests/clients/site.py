"""A server as an administrator runs it: `coromail serve` on TLS ports, users in a file, Maildirs on disk."""

from __future__ import annotations

import imaplib
import os
import poplib
import re
import ssl
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import trustme

from coromail.auth.passwords import hash_password
from tests.app import program

USERS = {"alice": "secret of alice", "bob": "secret of bob", "carol": "secret of carol"}
KINDS = ("imap", "imaps", "pop3", "pop3s")

CONFIG = """\
hostname: localhost
listen:
  imap: ["127.0.0.1:0"]
  imaps: ["127.0.0.1:0"]
  pop3: ["127.0.0.1:0"]
  pop3s: ["127.0.0.1:0"]
tls: {certificate: cert.pem, key: key.pem}
auth: {users_file: users.yaml}
store: {path: "mail/{user}"}
log: {target: log}
"""


class Site:
    """The files of a server in a folder, and the server itself."""

    def __init__(self, folder: Path, more: str = "") -> None:
        """Write the files. `more` is added to the configuration."""
        self.folder = folder
        self.ports: dict[str, int] = {}
        self.process: subprocess.Popen[str] | None = None
        self._counter = count(1)
        folder.mkdir(exist_ok=True)
        (folder / "mail").mkdir()
        self.configuration = folder / "coromail.yaml"
        self.configuration.write_text(CONFIG + more)
        self.certificate = folder / "ca.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.certificate)
        issued = authority.issue_cert(
            "localhost", "127.0.0.1", common_name="localhost"
        )  # fetchmail reads only that
        issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
        issued.private_key_pem.write_to_path(folder / "key.pem")
        passwords = {user: f"{{PLAIN}}{password}" for user, password in USERS.items()}
        passwords["alice"] = hash_password(USERS["alice"])
        lines = [f'{user}: {{password: "{stored}"}}\n' for user, stored in passwords.items()]
        (folder / "users.yaml").write_text("".join(lines))

    # The server

    def start(self) -> None:
        """Start serving on free ports; they are known when this returns."""
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        self.process = program.start("serve", "-c", self.configuration)
        try:
            self.ports = {kind: program.port(log, kind) for kind in KINDS}
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop as an administrator does."""
        assert self.process is not None
        self.process.terminate()
        out, err = self.process.communicate(timeout=30)
        assert (self.process.returncode, out, err) == (0, "", ""), (self.process.returncode, out, err)

    def kill(self) -> None:
        """End the server in the middle of whatever it does."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate(timeout=30)

    def restart(self) -> None:
        """Stop and start; the ports are others."""
        self.stop()
        self.start()

    def problems(self) -> list[str]:
        """What the log says at level warning or above, and tracebacks."""
        text = (self.folder / "log").read_text()
        return re.findall(r"^\S+ (?:warning|error|critical) .*|Traceback.*", text, re.MULTILINE)

    # Mail

    def maildir(self, user: str, folder: str = "") -> Path:
        """The Maildir of a Maildir++ folder; it is made when it is not there."""
        path = self.folder / "mail" / user / folder
        for part in ("tmp", "new", "cur"):
            (path / part).mkdir(parents=True, exist_ok=True)
        return path

    def deliver(self, user: str, octets: bytes, folder: str = "", place: str = "new", info: str = "") -> Path:
        """Deliver as an MDA does: write to `tmp`, rename to `new`."""
        maildir = self.maildir(user, folder)
        name = f"{1_700_000_000 + next(self._counter)}.M1P1.elsewhere"
        (maildir / "tmp" / name).write_bytes(octets)
        path = maildir / place / (name + info)
        os.rename(maildir / "tmp" / name, path)
        return path

    def fill(self, user: str, messages: Iterable[bytes], folder: str = "") -> None:
        """An old mailbox: most messages seen, some with other flags, some not even looked at."""
        infos = [":2,S", ":2,S", ":2,RS", ":2,FS", ":2,", ":2,S", ":2,DS"]
        for number, octets in enumerate(messages):
            if number % 8:
                self.deliver(user, octets, folder, "cur", infos[number % 8 - 1])
            else:
                self.deliver(user, octets, folder)

    # Clients of the standard library

    @property
    def tls(self) -> ssl.SSLContext:
        """For clients: trust this server's certificate only."""
        return ssl.create_default_context(cafile=os.fspath(self.certificate))

    @contextmanager
    def imap(self, user: str) -> Iterator[imaplib.IMAP4_SSL]:
        """A client that has logged in."""
        client = imaplib.IMAP4_SSL("localhost", self.ports["imaps"], ssl_context=self.tls, timeout=60)
        try:
            with client:
                client.login(user, USERS[user])
                yield client
        finally:
            with suppress(OSError):
                client.shutdown()  # imaplib leaves it open when the server is gone

    @contextmanager
    def pop3(self, user: str) -> Iterator[poplib.POP3_SSL]:
        """A client that has logged in. Its connection is closed without QUIT unless the test says QUIT."""
        client = poplib.POP3_SSL("localhost", self.ports["pop3s"], context=self.tls, timeout=60)
        try:
            client.user(user)
            client.pass_(USERS[user])
            yield client
        finally:
            client.close()
