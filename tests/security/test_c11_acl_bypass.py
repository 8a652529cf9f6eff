# ruff: noqa: E501 (tables)
"""C11: what one may not see is answered like what is not there. CVE-2026-47081 ... 47089, CVE-2021-32056.

Every command by every right on own, shared, hidden and missing mailboxes: tests/imap/test_acl_bypass.py.
"""

from __future__ import annotations

import pytest

from coromail.testing import MailServer
from tests.security.attack import Raw

COMMANDS = ["SELECT {}", "EXAMINE {}", "STATUS {} (MESSAGES)", "GETACL {}", "MYRIGHTS {}", "DELETE {}", "RENAME {} x", "GETQUOTAROOT {}",
            "SUBSCRIBE {}", "LISTRIGHTS {} bob", "SETACL {} alice lrswipkxtea", "GETMETADATA {} /shared/comment"]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["user/bob", "user/bob/secret", "Other Users/bob/secret", "../bob/secret"])
def test_foreign_mailboxes_answer_like_missing_ones(server: MailServer, command: str, name: str) -> None:
    server.deliver("bob", b"Subject: secret\r\n\r\nx\r\n", mailbox="secret")
    replies = []
    with Raw(server, login="alice") as client:
        for asked in (name, name.replace("bob", "zzz")):
            lines = client.command(command.format(f'"{asked}"').encode())
            replies.append([line.replace(asked.encode(), b"NAME") for line in lines])
        assert replies[0] == replies[1]
        assert not any(b"bob" in line or b"secret" in line for line in client.command(b'LIST "" *'))


def test_search_of_everything_finds_own_mail_only(server: MailServer) -> None:
    """CVE-2026-47083: ESEARCH over several mailboxes as an oracle."""
    server.deliver("bob", b"Subject: secret\r\n\r\nx\r\n", mailbox="secret")
    with Raw(server, login="alice") as client:
        for source in (
            b"personal",
            b"(subtree user)",
            b"(mailboxes user/bob/secret)",
            b"subscribed",
            b'(subtree "")',
        ):
            lines = client.command(b"ESEARCH IN (" + source + b") RETURN (COUNT ALL) ALL")
            assert not any(b"ALL 1" in line or b"COUNT 1" in line for line in lines), lines
