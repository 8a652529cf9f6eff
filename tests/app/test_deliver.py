"""`coromail deliver`: through a server and without one, and its exit status (sysexits.h)."""

from __future__ import annotations

import imaplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app import program

CONFIG = """\
hostname: mail.example.org
listen: {lmtp: ["unix:lmtp.sock"]}
auth: {users_file: users.yaml}
store: {path: "mail/{user}"}
log: {target: log}
limits: {append: 10000}
"""
USERS = """\
alice: {password: "{PLAIN}secret"}
bob: {password: "{PLAIN}secret", quota: 1k}
carol: {password: "{PLAIN}secret", protocols: [imap]}
"""
MESSAGE = b"From: a@b\nSubject: x\n\n.text\nFrom here\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A configured folder."""
    (tmp_path / "coromail.yaml").write_text(CONFIG)
    (tmp_path / "users.yaml").write_text(USERS)
    return tmp_path


@contextmanager
def serving(site: Path, listening: str = "listening lmtp") -> Iterator[None]:
    """A server of that folder."""
    process = program.start("serve", "-c", site / "coromail.yaml")
    try:
        program.wait_for(site / "log", listening)
        yield
    finally:
        process.terminate()
        assert process.communicate(timeout=30) == ("", "")


def deliver(site: Path, octets: bytes, *arguments: str) -> tuple[int, str]:
    """The exit status, and what was complained about."""
    done = subprocess.run(
        [*program.COROMAIL, "deliver", "-c", str(site / "coromail.yaml"), *arguments],
        input=octets, capture_output=True, env=program.environment(), timeout=50, check=False,
    )  # fmt: skip
    assert done.stdout == b""
    return done.returncode, done.stderr.decode()


def mail(site: Path, user: str) -> list[bytes]:
    return [path.read_bytes() for part in ("new", "cur") for path in (site / "mail" / user / part).glob("*")]


@contextmanager
def nothing(site: Path) -> Iterator[None]:
    """No server."""
    yield


@pytest.mark.parametrize("way", [serving, nothing])
def test_statuses(site: Path, way: object) -> None:
    with way(site):  # type: ignore[operator]
        assert deliver(site, MESSAGE, "-d", "alice", "-f", "b@c") == (0, "")
        assert deliver(site, MESSAGE, "-d", "alice+tag@example.org") == (0, "")
        status, said = deliver(site, MESSAGE, "-d", "nobody")
        assert (status, "550 5.1.1" in said) == (67, True)
        assert deliver(site, MESSAGE, "-d", "carol")[0] == 67
        status, said = deliver(site, MESSAGE + b"x" * 2000, "-d", "bob")
        assert (status, "452 4.2.2" in said) == (75, True)
        assert deliver(site, MESSAGE + b"x" * 20000, "-d", "alice")[0] == 69
    delivered = mail(site, "alice")
    assert len(delivered) == 2
    assert any(octets.startswith(b"Return-Path: <b@c>\r\nDelivered-To: alice\r\n") for octets in delivered)
    assert all(octets.endswith(MESSAGE.replace(b"\n", b"\r\n")) for octets in delivered)


@pytest.mark.parametrize("way", [serving, nothing])
def test_what_postfix_puts_in_front(site: Path, way: object) -> None:
    """local(8) begins with a "From " line, a Return-Path and a Delivered-To."""
    front = b"From b@c  Sat Nov 21 12:00:00 2026\nReturn-Path: <b@c>\nDelivered-To: alice@example.org\n"
    with way(site):  # type: ignore[operator]
        assert deliver(site, front + MESSAGE, "-d", "alice") == (0, "")
    [octets] = mail(site, "alice")
    assert octets.startswith(b"Return-Path: <b@c>\r\nDelivered-To: alice\r\nReceived: ")
    assert octets.count(b"Return-Path:") == 1
    assert b"\r\nDelivered-To: alice@example.org\r\nFrom: a@b\r\n" in octets


def test_a_server_without_lmtp_makes_the_queue_wait(site: Path) -> None:
    (site / "coromail.yaml").write_text(
        CONFIG.replace('lmtp: ["unix:lmtp.sock"]', 'imap: ["127.0.0.1:0"]').replace(
            "users_file: users.yaml", "users_file: users.yaml, plaintext_without_tls: true"
        )
    )
    with serving(site, "listening imap"):
        port = program.port(site / "log")
        # The server holds the account from the first login on.
        with imaplib.IMAP4("127.0.0.1", port, timeout=20) as client:
            client.login("alice", "secret")
        status, said = deliver(site, MESSAGE, "-d", "alice")
    assert status == 75
    assert "Another server" in said


def test_mistakes_in_the_configuration_make_the_queue_wait(site: Path) -> None:
    (site / "coromail.yaml").write_text(CONFIG + "colour: green\n")
    status, said = deliver(site, MESSAGE, "-d", "alice")
    assert (status, "colour" in said) == (75, True)


def test_wrong_arguments(site: Path) -> None:
    assert deliver(site, MESSAGE)[0] == 64
