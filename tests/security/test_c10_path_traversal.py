# ruff: noqa: E501 (tables)
"""C10: no name of a mailbox leads out of its user's Maildir; nobody else can read what is written.

CVE-2021-40525, CVE-2025-59031 (symbolic links), CVE-2022-45935 (temporary files).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from coromail.context import Context
from coromail.imap.wire import mutf7
from coromail.stores.maildir import MaildirModel
from tests.imap.harness import Client, literal
from tests.imap.harness import TestHost as ImapHost

NAMES = [
    "..", "../bob", "../../etc/passwd", "a/../../bob", "/etc/passwd", "//etc", "/", ".", "./a", "a/./b", "~", "~bob", "a//b",
    "..\\bob", "C:\\x", "\u2025/x", "\uff0e\uff0e/bob", "\u2024\u2024", "a\0b", "cur", "new", "tmp", ".bob", "..bob", "a.b", "x" * 300,
    "/".join("a" * 60), "coromail.journal", "INBOX/../x", "%2e%2e%2fbob", "..%c0%af", "\u202e", "a\nb", "a\tb", "-rf", "$(id)", "`id`",
]  # fmt: skip


def tree(folder: Path, without: str) -> dict[str, bytes]:
    """All files and what they hold, but for those of one user."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if not path.is_relative_to(folder / without)
    }


@pytest.fixture
def host(tmp_path: Path) -> ImapHost:
    context = Context({"path": str(tmp_path / "{user}"), "fsync": "never"})
    host = ImapHost(MaildirModel, model_context=context)
    bob = Client(host).login("bob")
    bob.append(b"Subject: of bob\r\n\r\nsecret\r\n")
    bob.disconnect()
    return host


@pytest.mark.parametrize("utf8", [False, True])
@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_that_try_to_leave(host: ImapHost, tmp_path: Path, name: str, utf8: bool) -> None:
    """Every command that takes a name, as modified UTF-7 and as UTF-8."""
    before = tree(tmp_path, "alice")
    client = Client(host).login()
    if utf8:
        client.ok("ENABLE UTF8=ACCEPT")
    try:
        octets = name.encode() if utf8 else mutf7.encode(name)
    except ValueError:
        pytest.fail("every text has a form in modified UTF-7")
    argument = literal(octets)
    for parts in (
        ("SELECT", argument), ("CREATE", argument), ("STATUS", argument, "(MESSAGES)"), ("SUBSCRIBE", argument),
        ("RENAME INBOX", argument), ("RENAME", argument, "other"), ("APPEND", argument, literal(b"x: y\r\n\r\nz\r\n")),
        ('LIST ""', argument), ("LIST", argument, "*"), ("GETMETADATA", argument, "/private/comment"),
        ("EXAMINE", argument), ("UNSUBSCRIBE", argument), ("DELETE", argument),
    ):  # fmt: skip
        result = client.command(*parts)
        assert result.status in ("OK", "NO", "BAD")
        assert b"of bob" not in repr(result).encode()
    client.disconnect()
    assert tree(tmp_path, "alice") == before


def test_links_in_a_maildir_do_not_lead_to_others(host: ImapHost, tmp_path: Path) -> None:
    """Who can write into the Maildir may link a message there: what is served is never another user's file."""
    client = Client(host).login()
    client.append(b"Subject: mine\r\n\r\nx\r\n")
    secret = next((tmp_path / "bob" / "cur").iterdir())
    os.symlink(secret, tmp_path / "alice" / "cur" / "1700000000.M1P1.evil:2,")
    os.symlink(tmp_path / "bob", tmp_path / "alice" / ".linked")
    client.ok("SELECT INBOX")
    for command in ("FETCH 1:* (BODY.PEEK[])", 'LIST "" *', "SELECT linked", "FETCH 1:* (BODY.PEEK[])"):
        assert "of bob" not in repr(client.command(command)), command


def test_only_the_owner_can_read(host: ImapHost, tmp_path: Path) -> None:
    """0600 and 0700, whatever the umask was."""
    old = os.umask(0)
    try:
        client = Client(host).login()
        client.append(b"Subject: mine\r\n\r\nx\r\n")
        client.ok("CREATE a/b")
        client.ok("SUBSCRIBE a/b")
        client.ok('SETMETADATA "" (/private/comment "x")')
        client.ok("SELECT INBOX")
        client.ok("STORE 1 +FLAGS (\\Seen x)")
        client.disconnect()
    finally:
        os.umask(old)
    for path in (tmp_path / "alice", *(tmp_path / "alice").rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, f"{path}: {mode:o}"
