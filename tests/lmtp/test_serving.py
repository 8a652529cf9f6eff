"""LMTP through a real server: sockets, Maildirs, and everybody at once."""

from __future__ import annotations

import imaplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from coromail.app.addresses import TCP, Unix
from coromail.app.lmtp_client import LmtpClient, SocketChannel
from tests.app import program

CONFIG = """\
hostname: mail.example.org
listen: {lmtp: ["127.0.0.1:0", "unix:lmtp.sock"], imap: ["127.0.0.1:0"]}
auth: {users_file: users.yaml, plaintext_without_tls: true}
store: {path: "mail/{user}"}
log: {target: log}
"""
USERS = """\
alice: {password: "{PLAIN}secret"}
bob: {password: "{PLAIN}secret", quota: 1k}
carol: {password: "{PLAIN}secret", protocols: [imap]}
dave: {password: "{PLAIN}secret", allow_networks: ["203.0.113.0/24"]}
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """The folder of a running server."""
    (tmp_path / "coromail.yaml").write_text(CONFIG)
    (tmp_path / "users.yaml").write_text(USERS)
    process = program.start("serve", "-c", tmp_path / "coromail.yaml")
    try:
        program.port(tmp_path / "log", "lmtp")
        yield tmp_path
    finally:
        process.terminate()
        assert process.communicate(timeout=30) == ("", "")
    assert "Traceback" not in (tmp_path / "log").read_text()


def files(site: Path, user: str) -> list[Path]:
    return [path for part in ("new", "cur") for path in (site / "mail" / user / part).glob("*")]


def connected(address: TCP | Unix) -> LmtpClient:
    client = LmtpClient(SocketChannel(address, 30))
    client.hello("mta.example.org")
    return client


def unix(site: Path) -> LmtpClient:
    return connected(Unix(site / "lmtp.sock"))


def test_over_tcp_and_over_a_unix_socket(site: Path) -> None:
    for address in (TCP("127.0.0.1", program.port(site / "log", "lmtp")), Unix(site / "lmtp.sock")):
        with connected(address) as client:
            recipients = ["alice@c", "nobody@c", "carol@c", "dave@c"]
            fates = client.deliver("a@b", recipients, b"Subject: x\n\n.x\n")
            assert [fate.code for fate in fates] == [250, 550, 550, 250]
    assert len(files(site, "alice")) == len(files(site, "dave")) == 2
    assert files(site, "alice")[0].read_bytes().endswith(b"Subject: x\r\n\r\n.x\r\n")


def test_quota_counts_what_was_delivered(site: Path) -> None:
    with unix(site) as client:
        for size, code in ((400, 250), (900, 452), (100, 250)):
            [fate] = client.deliver("a@b", ["bob"], b"Subject: x\n\n" + b"x" * size)
            assert fate.code == code
    assert len(files(site, "bob")) == 2


def test_an_idle_client_is_told_at_once(site: Path) -> None:
    with imaplib.IMAP4("127.0.0.1", program.port(site / "log"), timeout=20) as imap, unix(site) as client:
        imap.login("alice", "secret")
        imap.select("INBOX")
        imap.send(b"x IDLE\r\n")
        assert imap.readline().startswith(b"+")
        client.deliver("a@b", ["alice"], b"Subject: x\n\nx\n")
        assert imap.readline() == b"* 1 EXISTS\r\n"
        imap.send(b"DONE\r\n")
        while not imap.readline().startswith(b"x OK"):
            pass


def test_what_was_answered_with_250_survives_kill_9(tmp_path: Path) -> None:
    for file, text in (("coromail.yaml", CONFIG), ("users.yaml", USERS)):
        (tmp_path / file).write_text(text)
    for delivered in range(3):
        (tmp_path / "log").unlink(missing_ok=True)
        process = program.start("serve", "-c", tmp_path / "coromail.yaml")
        program.wait_for(tmp_path / "log", "listening lmtp unix:")
        with unix(tmp_path) as client:
            fates = client.deliver("a@b", ["alice", "dave"], b"Subject: %d\n\nx\n" % delivered)
            assert [fate.code for fate in fates] == [250, 250]
            process.kill()
        process.communicate(timeout=30)
    with connected_again(tmp_path) as imap:
        assert imap.select("INBOX")[1] == [b"3"]


@contextmanager
def connected_again(folder: Path) -> Iterator[imaplib.IMAP4]:
    """A server of that folder, and alice logged in."""
    (folder / "log").unlink()
    process = program.start("serve", "-c", folder / "coromail.yaml")
    try:
        with imaplib.IMAP4("127.0.0.1", program.port(folder / "log"), timeout=20) as imap:
            imap.login("alice", "secret")
            yield imap
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_many_deliver_at_once(site: Path) -> None:
    def deliver(number: int) -> None:
        with unix(site) as client:
            for count in range(10):
                fates = client.deliver("a@b", ["alice", "dave"], f"Subject: {number}.{count}\n\nx\n".encode())
                assert [fate.code for fate in fates] == [250, 250]

    threads = [threading.Thread(target=deliver, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for user in ("alice", "dave"):
        subjects = {path.read_bytes().partition(b"Subject: ")[2] for path in files(site, user)}
        assert len(subjects) == len(files(site, user)) == 80
