"""`coromail mailbox`: what it finds and mends, while the server runs and while it does not."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app import program

CONFIG = """\
hostname: mail.example.org
listen: {imap: ["127.0.0.1:0"], admin: ["unix:admin.sock"]}
auth: {users_file: users.yaml, plaintext_without_tls: true}
store: {path: "mail/{user}"}
log: {target: log}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "coromail.yaml").write_text(CONFIG)
    (tmp_path / "users.yaml").write_text('alice: {password: "{PLAIN}secret"}\n')
    with serving(tmp_path), imap(tmp_path) as client:
        for number in range(5):
            client.append("INBOX", "", None, f"Subject: {number}\r\n\r\nx\r\n".encode())  # type: ignore[arg-type]
    return tmp_path


@contextmanager
def serving(site: Path) -> Iterator[None]:
    """A server of that folder."""
    (site / "log").unlink(missing_ok=True)
    process = program.start("serve", "-c", site / "coromail.yaml")
    try:
        program.wait_for(site / "log", "listening admin")
        yield
    finally:
        process.terminate()
        assert process.communicate(timeout=30) == ("", "")
    assert "Traceback" not in (site / "log").read_text()


@contextmanager
def imap(site: Path) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", program.port(site / "log"), timeout=20) as client:
        client.login("alice", "secret")
        yield client


@contextmanager
def nothing(site: Path) -> Iterator[None]:
    """No server."""
    yield


def mailbox(site: Path, task: str, user: str = "alice") -> tuple[int, str]:
    done = program.run("mailbox", task, "-c", site / "coromail.yaml", user)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("way", [serving, nothing])
def test_all_is_well(site: Path, way: object) -> None:
    with way(site):  # type: ignore[operator]
        for task in ("check", "repair", "reindex"):
            assert mailbox(site, task) == (0, "alice: nothing found\n")


@pytest.mark.parametrize("way", [serving, nothing])
def test_a_file_was_cut_short(site: Path, way: object) -> None:
    with way(site):  # type: ignore[operator]
        file = next((site / "mail" / "alice" / "cur").iterdir())
        file.write_bytes(file.read_bytes()[:-3])
        wrong = "14 octets, not 17"
        status, said = mailbox(site, "check")
        assert (status, wrong in said) == (1, True)
        status, said = mailbox(site, "repair")
        assert (status, "the size is corrected" in said) == (1, True)
        assert mailbox(site, "check")[0] == 0


@pytest.mark.parametrize("way", [serving, nothing])
def test_a_damaged_cache_is_made_anew(site: Path, way: object) -> None:
    cache = site / "mail" / "alice" / "coromail.sqlite3"
    for path in cache.parent.glob("coromail.sqlite3*"):
        path.write_bytes(b"not a database, and long enough to be looked at" * 1000)
    with way(site):  # type: ignore[operator]
        mailbox(site, "reindex")
        assert mailbox(site, "check") == (0, "alice: nothing found\n")


def test_others_may_go_on_meanwhile(site: Path) -> None:
    with serving(site), imap(site) as client:
        client.select("INBOX")
        assert mailbox(site, "reindex")[0] == 0
        assert client.uid("FETCH", "1:*", "(UID)")[0] == "OK"


@pytest.mark.parametrize("way", [serving, nothing])
def test_there_is_no_such_user(site: Path, way: object) -> None:
    with way(site):  # type: ignore[operator]
        status, said = mailbox(site, "check", "../alice")
        assert (status, "there is no user '../alice'" in said) == (1, True)


def test_the_store_is_in_use_and_there_is_no_admin_socket(site: Path) -> None:
    with serving(site), imap(site):
        (site / "admin.sock").unlink()
        status, said = mailbox(site, "check")
        assert (status, "listen.admin" in said) == (1, True)


def test_the_admin_socket_is_private(site: Path) -> None:
    with serving(site):
        assert (site / "admin.sock").stat().st_mode & 0o777 == 0o600
    (site / "coromail.yaml").write_text(CONFIG.replace("unix:admin.sock", "127.0.0.1:0"))
    done = program.run("check", "-c", site / "coromail.yaml")
    assert (done.returncode, "unix socket" in done.stderr) == (2, True)
