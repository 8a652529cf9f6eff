"""A real Postfix delivers: by LMTP over TCP and a unix socket, and through `mailbox_command`."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app import program
from tests.lmtp import postfix
from tests.lmtp.postfix import LOCAL_USER, Postfix

pytestmark = [
    pytest.mark.skipif(not postfix.available(), reason="Postfix is not installed, or this is not root"),
    pytest.mark.timeout(120),
]

CONFIG = """\
hostname: mail.example.org
listen: {{lmtp: ["127.0.0.1:{port}", "unix:lmtp.sock"]}}
auth: {{users_file: users.yaml}}
store: {{path: "mail/{{user}}"}}
log: {{target: log}}
"""
USERS = f"""\
alice: {{password: "{{PLAIN}}secret"}}
bob: {{password: "{{PLAIN}}secret", quota: 1k}}
{LOCAL_USER}: {{password: "{{PLAIN}}secret"}}
grün: {{password: "{{PLAIN}}secret"}}
"""
MESSAGE = "Message-ID: <1@b>\nDate: 1 Nov 2026 12:00:00 +0000\nFrom: a@b\nSubject: grüße\n\n.\n..dots\nend\n".encode()


class Site:
    """coromail in a folder that others may look into, and Postfix beside it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="coromail-test-"))
        self.folder.chmod(0o755)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        (self.folder / "coromail.yaml").write_text(CONFIG.format(port=port))
        (self.folder / "users.yaml").write_text(USERS)
        self.server = program.start("serve", "-c", self.folder / "coromail.yaml")
        program.wait_for(self.folder / "log", "listening lmtp unix:")
        (self.folder / "lmtp.sock").chmod(0o666)
        python = postfix.interpreter()
        self.has_command = python is not None
        command = f"{python} -m coromail deliver -c {self.folder}/coromail.yaml -d $USER"
        self.postfix = Postfix(self.folder / "lmtp.sock", port, command)
        self.postfix.start()

    def stop(self) -> None:
        self.postfix.stop()
        self.server.terminate()
        assert self.server.communicate(timeout=30) == ("", "")
        assert "Traceback" not in (self.folder / "log").read_text()
        shutil.rmtree(self.folder)

    def mail(self, user: str) -> list[bytes]:
        folders = [self.folder / "mail" / user / part for part in ("new", "cur")]
        return [path.read_bytes() for folder in folders for path in folder.glob("*")]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    try:
        yield site
    finally:
        site.stop()


@pytest.mark.parametrize("domain", ["tcp.example", "unix.example"])
def test_by_lmtp(site: Site, domain: str) -> None:
    before = len(site.mail("alice"))
    site.postfix.send(MESSAGE, f"alice+x@{domain}", f"nobody@{domain}", f"bob@{domain}")
    assert "status=sent (250 2.0.0 Delivered)" in site.postfix.said(f"to=<alice+x@{domain}>", "status=")
    assert "dsn=5.1.1, status=bounced" in site.postfix.said(f"to=<nobody@{domain}>", "status=")
    assert "status=sent" in site.postfix.said(f"to=<bob@{domain}>", "status=")
    messages = site.mail("alice")
    assert len(messages) == before + 1
    [octets] = [octets for octets in messages if f"for <alice+x@{domain}>".encode() in octets]
    assert octets.startswith(
        f"Return-Path: <sender@example.com>\r\nDelivered-To: alice+x@{domain}\r\n".encode()
    )
    assert octets.endswith(MESSAGE.replace(b"\n", b"\r\n"))


def test_utf8_address_and_quota(site: Site) -> None:
    site.postfix.send(MESSAGE + b"x" * 1500 + b"\n", "grün@unix.example", "bob+big@unix.example")
    assert "dsn=4.2.2" in site.postfix.said("to=<bob+big@unix.example>", "status=")
    assert "status=sent" in site.postfix.said("to=<grün@unix.example>", "status=")
    assert len(site.mail("grün")) == 1


def test_by_mailbox_command(site: Site) -> None:
    if not site.has_command:
        pytest.skip("the local user may not run this Python")
    site.postfix.send(MESSAGE, f"{LOCAL_USER}@local.example", "daemon@local.example")
    assert "status=sent (delivered to command" in site.postfix.said(
        f"to=<{LOCAL_USER}@local.example>", "status="
    )
    line = site.postfix.said("to=<daemon@local.example>", "status=")
    assert "dsn=5.1.1, status=bounced" in line
    [octets] = site.mail(LOCAL_USER)
    assert octets.startswith(b"Return-Path: <sender@example.com>\r\nDelivered-To: mail\r\nReceived: ")
    assert octets.count(b"Return-Path:") == 1
    assert octets.endswith(MESSAGE.replace(b"\n", b"\r\n"))
