"""The admin listener: what may be asked, and nonsense."""

from __future__ import annotations

import json

import pytest

from coromail.app.offline import Direct
from coromail.server.admin import MAX_LINE, AdminSession
from coromail.stores.memory import MemoryModel
from tests.lmtp.harness import LmtpHost


def connected() -> tuple[LmtpHost, Direct]:
    host = LmtpHost(MemoryModel)
    return host, Direct(lambda way: AdminSession(host, way))


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"nonsense\n",
        b"[]\n",
        b"7\n",
        b"{}\n",
        b'{"command": "stop"}\n',
        b'{"command": "check"}\n',
        b'{"command": "check", "user": 7}\n',
        b'{"command": "check", "user": "nobody"}\n',
        b'{"command": "imap", "user": "../alice"}\n',
        b'{"command": ["check"], "user": "alice"}\n',
        b"\xff\xfe\n",
        b"[" * (MAX_LINE + 1),
        b"[" * (MAX_LINE - 1) + b"\n",
    ],
    ids=lambda line: repr(line[:40]),
)
def test_nonsense_gets_one_error_and_the_end(line: bytes) -> None:
    host, direct = connected()
    direct.sendall(line)
    assert json.loads(direct.readline())["error"]
    assert direct.readline() == b""
    assert direct.session.closing
    assert not host.bugs()


def test_a_store_that_cannot_be_examined_says_so() -> None:
    _, direct = connected()
    direct.sendall(b'{"command": "check", "user": "alice"}\n')
    assert json.loads(direct.readline()) == {"error": "This store cannot be examined"}


def test_imap_is_logged_in() -> None:
    host, direct = connected()
    direct.sendall(b'{"command": "imap", "user": "Alice"}\na NOOP\r\n')
    assert direct.readline().startswith(b"* PREAUTH [CAPABILITY IMAP4rev")
    assert direct.readline().startswith(b"a OK")
    assert direct.session.user == "alice"
    direct.sendall(b"b SELECT INBOX\r\n")
    assert direct.session.selected is host.inbox("alice")
    direct.close()
    assert host.inbox("alice").account.models == 0
