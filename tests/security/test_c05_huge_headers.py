"""C5: many and huge header fields, addresses, parameters. CVE-2024-23184, CVE-2024-23185, CVE-2026-27859."""

from __future__ import annotations

import pytest

from coromail.testing import MailServer
from tests.lmtp.harness import LmtpHost, connect
from tests.security.attack import Raw, bystander

BOMBS = {
    "fields": b"To: a@b\r\n" * 100_000,
    "one field": b"To: " + b"x" * 5_000_000 + b"\r\n",
    "folded": b"To: a@b" + b",\r\n c@d" * 200_000 + b"\r\n",
    "addresses": b"To: " + b"A B <a@b>, " * 100_000 + b"\r\n",
    "comments": b"To: " + b"(" * 200_000 + b"\r\n",
    "quotes": b"To: " + b'"\\' * 200_000 + b"\r\n",
    "groups": b"To: " + b"g: a@b; " * 100_000 + b"\r\n",
    "encoded words": b"Subject: " + b"=?utf-8?b?YQ==?= " * 100_000 + b"\r\n",
    "parameters": b"Content-Type: text/plain"
    + b"".join(b"; n*%d*=%%41" % n for n in range(50_000))
    + b"\r\n",
    "parameter names": b"Content-Type: text/plain"
    + b"".join(b"; n%d*0*=x" % n for n in range(50_000))
    + b"\r\n",
    "references": b"References: " + b"<a@b> " * 200_000 + b"\r\n",
}
COMMANDS = [
    b"FETCH 1 (ENVELOPE BODYSTRUCTURE)",
    b"SEARCH TO zzz SUBJECT zzz",
    b"SORT (TO SUBJECT) UTF-8 ALL",
    b"THREAD REFERENCES UTF-8 ALL",
]


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_served_like_any_message(
    server: MailServer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.deliver("alice", BOMBS[name] + b"\r\nhello\r\n")
    with bystander(server), Raw(server, login="alice") as client:
        client.command(b"SELECT INBOX")
        for command in COMMANDS:
            assert client.command(command)[-1].startswith(b"x OK"), command
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("name", BOMBS)
def test_by_lmtp(name: str) -> None:
    client = connect(LmtpHost())
    client.begin("alice")
    assert client.say("DATA")[0] == 354
    replies = client.raw(BOMBS[name] + b"\r\nhello\r\n.\r\n")
    assert [code for code, _, _ in replies] == [250]
    assert not client.host.bugs()
