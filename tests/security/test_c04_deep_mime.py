"""C4: deep nesting and many parts. CVE-2020-12100, CVE-2026-26312.

The parser by itself: tests/message/test_hostile_sizes.py.
"""

from __future__ import annotations

import pytest

from coromail.testing import MailServer
from tests.security.attack import Raw, bystander

BOMBS = {
    "multiparts in multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(20_000)
    ),
    "messages in messages": b"Content-Type: message/rfc822\r\n\r\n" * 50_000,
    "many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 200_000,
    "a multipart in itself": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 20_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_served_like_any_message(
    server: MailServer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.deliver("alice", b"Subject: bomb\r\n" + BOMBS[name])
    with bystander(server), Raw(server, login="alice") as client:
        client.command(b"SELECT INBOX")
        for command in (
            b"FETCH 1 (ENVELOPE BODYSTRUCTURE)",
            b"FETCH 1 (BODY BODY[%b] BODY.PEEK[1.1.MIME])" % b".".join([b"1"] * 60),
            b"FETCH 1 (BINARY.SIZE[1] PREVIEW)",
            b"SEARCH BODY none SUBJECT bomb",
            b"SEARCH TEXT bomb",
        ):
            assert client.command(command)[-1].startswith(b"x OK"), command
    assert "Traceback" not in caplog.text
