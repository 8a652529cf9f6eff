"""C16: names that exist cannot be told from names that do not: by text, by code, by the work done. CVE-2026-27856."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from coromail.auth import passwords
from coromail.auth.users_file import UsersFile
from coromail.context import Context
from coromail.testing import MailServer
from tests.security.attack import Raw, serving

GUESSES = ["alice", "nobody", "admin", "a" * 200]


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_replies_are_the_same(kind: str) -> None:
    replies = set()
    with serving() as server:
        for name in GUESSES:
            with Raw(server, kind) as client:
                if kind == "imap":
                    replies.add(b"".join(client.command(b"LOGIN %s guess" % name.encode())))
                else:
                    client.send(b"USER %s\r\nPASS guess\r\nQUIT\r\n" % name.encode())
                    replies.add(client.rest())
    assert len(replies) == 1


@pytest.mark.parametrize("mechanism", [b"CRAM-MD5", b"SCRAM-SHA-256"])
def test_challenges_look_the_same(server: MailServer, mechanism: bytes) -> None:
    """SCRAM's salt and count for a name that does not exist: as stable and as long as a real one."""
    shapes = set()
    for name in ("alice", "nobody"):
        seen = set()
        for _ in range(2):
            with Raw(server) as client:
                client.send(b"a AUTHENTICATE " + mechanism + b"\r\n")
                challenge = client.line()
                if mechanism.startswith(b"SCRAM"):
                    client.send(base64.b64encode(b"n,,n=" + name.encode() + b",r=abc") + b"\r\n")
                    challenge = base64.b64decode(client.line()[2:]).partition(b",")[2]
                    seen.add(challenge)
                shapes.add((len(challenge) // 40, challenge[:2], challenge.partition(b"i=")[2]))
        assert len(seen) <= 1, "the same salt each time"
    assert len(shapes) == 1 or mechanism == b"CRAM-MD5"


STORED = {
    "argon2id": passwords.hash_password("secret"),
    "SSHA256": "{SSHA256}" + base64.b64encode(hashlib.sha256(b"secretsalt").digest() + b"salt").decode(),
    "PLAIN": "{PLAIN}secret",
}


@pytest.mark.parametrize("scheme", STORED)
def test_the_same_work_for_both(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash of the same kind, found or not."""
    stored = STORED[scheme]
    (tmp_path / "users.yaml").write_text(f'alice: {{password: "{stored}"}}\n')
    context = Context({"users_file": "users.yaml"}, tmp_path)
    UsersFile.reload(context)
    asked: list[str] = []
    real = passwords.verify

    def verify(stored: str, password: str) -> Any:
        asked.append(stored[:10])
        return real(stored, password)

    monkeypatch.setattr(passwords, "verify", verify)
    for name in ("alice", "nobody"):
        assert not UsersFile(context).login(name, "guess")
    assert len(asked) == 2
    assert asked[0][:6] == asked[1][:6]
