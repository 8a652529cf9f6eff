"""Servers to import into and from, and our commands run against them."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.app import program

CONFIG = """\
hostname: mail.example.org
listen: {imap: ["127.0.0.1:0"], pop3: ["127.0.0.1:0"], admin: ["unix:admin.sock"]}
auth: {users_file: users.yaml, plaintext_without_tls: true}
store: {path: "mail/{user}", mailboxes: {}}
limits: {append: 100000}
log: {target: log}
"""


class Site:
    """A configured folder."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.config = folder / "coromail.yaml"
        self.config.write_text(CONFIG + more)
        (folder / "users.yaml").write_text('alice: {password: "{PLAIN}secret"}\n')
        (folder / "password").write_text("secret\n")

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server runs."""
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        process = program.start("serve", "-c", self.config)
        try:
            program.wait_for(log, "listening admin")
            yield
        finally:
            process.terminate()
            assert process.communicate(timeout=30) == ("", "")
        assert "Traceback" not in log.read_text()

    def port(self, kind: str) -> int:
        return program.port(self.folder / "log", kind)

    @contextmanager
    def imap(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port("imap"), timeout=20) as client:
            client.login("alice", "secret")
            yield client

    def run(self, *arguments: object) -> tuple[int, str]:
        """`import FORM` or `export FORM` for alice: the status and what was said."""
        first, form, *rest = arguments
        done = program.run(first, form, "-c", self.config, "-d", "alice", *rest)
        return done.returncode, done.stdout + done.stderr

    def content(self) -> dict[str, list[tuple[bytes, frozenset[str], str]]]:
        """Every message of every mailbox: octets, flags, internal date."""
        found = {}
        with self.serving(), self.imap() as client:
            for line in client.list()[1]:
                assert isinstance(line, bytes)
                name = line.decode().rpartition('" ')[2]
                client.select(name, readonly=True)
                found[name.strip('"')] = [
                    _message(client, number) for number in client.search(None, "ALL")[1][0].split()
                ]
        return found


def _message(client: imaplib.IMAP4, number: bytes) -> tuple[bytes, frozenset[str], str]:
    data = client.fetch(number.decode(), "(FLAGS INTERNALDATE BODY.PEEK[])")[1]
    head, octets = data[0][0], data[0][1]
    rest = head + (data[1] if isinstance(data[1], bytes) else b"")
    flags = frozenset(flag.decode() for flag in imaplib.ParseFlags(rest)) - {"\\Recent"}
    return octets, flags, rest.partition(b'INTERNALDATE "')[2][:26].decode()
