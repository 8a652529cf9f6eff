"""Harnesses for what administrators write, import and look at: settings, users, mbox files, the status page."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from coromail.app.checking import ConfigurationError, examine
from coromail.app.transfer import mbox
from coromail.auth import passwords
from coromail.auth.passwd_file import read_passwd
from coromail.auth.user_table import UserTable
from coromail.auth.users_file import read_users
from coromail.message.lines import to_crlf
from coromail.server.http import HttpSession
from coromail.server.server import Server
from coromail.stores.memory import MemoryModel
from fuzz.databases import FOLDER
from tests.imap.harness import TestAuth

SECRET = b"5kmRzu7"  # no message may quote a password


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(dir=FOLDER)  # to the end of the process


def _file(octets: bytes) -> Path:
    path = Path(_folder().name, "file")
    path.write_bytes(octets)
    return path


def configurations(data: bytes) -> None:
    """Settings of any octets: all mistakes are told, each in a line, whose number is one of the file."""
    try:
        problems = examine(_file(data)).problems
    except ConfigurationError as error:
        problems = error.problems
    for problem in problems:
        assert 0 <= problem.line <= data.count(b"\n") + data.count(b"\r") + 2
        assert "\n" not in str(problem)


def users_files(data: bytes) -> None:
    """A users file and a passwd-file: users whose passwords can be checked, and mistakes without the passwords."""
    for read in (read_users, read_passwd):
        users, problems = read(_file(data))
        assert SECRET not in "".join(map(str, problems)).encode()
        table = UserTable({name: user for name, user in users.items() if not problems})
        for user in table.users.values():
            assert user.stored is None or isinstance(passwords.cost(user.stored), str)
            user.admits("imap", "192.0.2.1")


def mboxes(data: bytes) -> None:
    """An mbox of any octets is some messages; what we write of each is read again, with its flags."""
    for line, octets in mbox.split(io.BytesIO(data)):
        item = mbox._item("message", ["a"], line, octets)
        flags = [flag for flag in item.flags if re.fullmatch(r"[!-\[\]-~]+", flag)]
        message = to_crlf(item.octets())
        written = io.BytesIO()
        mbox.write_message(written, message, flags, 0)
        ((head, again),) = mbox.split(io.BytesIO(written.getvalue()))
        found = mbox._item("message", ["a"], head, again)
        assert to_crlf(found.octets()).rstrip(b"\r\n") == message.rstrip(b"\r\n")
        assert {flag for flag in flags if not flag.startswith("\\")} <= set(found.flags)


@cache
def _server() -> Server:
    return Server(TestAuth, MemoryModel)


class _Wire:
    def __init__(self) -> None:
        self.output = b""

    def write(self, data: bytes) -> None:
        self.output += data


def http_requests(data: bytes) -> None:
    """The status page: at most one answer, whole, none before the head of the request is."""
    wire: Any = _Wire()
    session = HttpSession(_server(), wire)
    for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
        if not session.closing:
            session.receive(piece)
    assert bool(wire.output) == session.closing
    if wire.output:
        head, _, body = wire.output.partition(b"\r\n\r\n")
        assert re.match(rb"HTTP/1\.1 (?:200|400|404|405|431) [A-Za-z ]+\r\n", head)
        length = re.search(rb"\r\nContent-Length: (\d+)\r\n", head)
        assert length
        assert len(body) in (int(length[1]), 0 if data.startswith(b"HEAD ") else int(length[1]))
