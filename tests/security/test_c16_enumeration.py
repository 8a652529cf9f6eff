"""C16: names that exist cannot be told from names that do not: by text, by code, by the work done. CVE-2026-27856."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from coromail.auth import passwords
from coromail.auth.chain import Chain
from coromail.auth.scram_keys import ScramKeys
from coromail.auth.sql import Sql
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


def work_for(context: Context, monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """The hashes with which wrong passwords of these names are compared."""
    asked: list[str] = []
    real = passwords.verify

    def verify(stored: str, password: str) -> Any:
        asked.append(stored)
        return real(stored, password)

    with monkeypatch.context() as patch:
        patch.setattr(passwords, "verify", verify)
        for name in names:
            assert not UsersFile(context).login(name, "guess")
    return asked


def users(folder: Path, text: str) -> Context:
    (folder / "users.yaml").write_text(text)
    context = Context({"users_file": "users.yaml"}, folder)
    assert UsersFile.reload(context) == []
    return context


def test_the_same_work_for_users_without_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """carol has app passwords or a certificate only; nobody's password lets her in."""
    context = users(tmp_path, f'alice: {{password: "{STORED["SSHA256"]}"}}\ncarol: {{password: null}}\n')
    assert work_for(context, monkeypatch, "carol", "nobody") == [STORED["SSHA256"]] * 2
    assert not UsersFile(context).login("carol", "secret")


def test_where_hashes_differ_so_do_those_of_names_that_do_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = [STORED["SSHA256"], STORED["PLAIN"]]
    context = users(tmp_path, "".join(f'u{n}: {{password: "{one}"}}\n' for n, one in enumerate(stored)))
    names = [f"nobody{number}" for number in range(64)]
    asked = work_for(context, monkeypatch, *names)
    assert set(asked) == set(stored)
    assert work_for(context, monkeypatch, *names) == asked, "the same for a name each time"


def scram(count: int) -> str:
    return "{SCRAM-SHA-256}" + str(ScramKeys.derive("SCRAM-SHA-256", "secret", b"s" * 16, count))


def counts(make: Any, *names: str) -> set[int]:
    return {make().decoy_scram_keys(name, "SCRAM-SHA-256").iterations for name in names}


def test_scram_counts_are_those_of_users(tmp_path: Path) -> None:
    context = users(tmp_path, f'a: {{password: "{scram(4096)}"}}\nb: {{password: "{scram(5000)}"}}\n')
    assert counts(lambda: UsersFile(context), *map(str, range(64))) == {4096, 5000}
    assert len(counts(lambda: UsersFile(context), *["nobody"] * 8)) == 1
    section = {"class": "coromail.auth.users_file:UsersFile", "users_file": "users.yaml"}
    chained = Context({"chain": [section]}, tmp_path)
    assert counts(lambda: Chain(chained), *map(str, range(64))) == {4096, 5000}


def test_names_that_a_database_does_not_have_are_like_those_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(tmp_path / "users.db") as connection:
        connection.execute("CREATE TABLE users (name text, password text)")
        connection.execute("INSERT INTO users VALUES ('alice', ?)", [scram(5000)])
    connection.close()
    query = "SELECT name, password FROM users WHERE name = :user"
    context = Context({"sql": {"sqlite": "users.db", "query": query}}, tmp_path)
    assert counts(lambda: Sql(context), "nobody") == {passwords.SCRAM_ITERATIONS}
    assert Sql(context).scram_keys("alice", "SCRAM-SHA-256")
    assert counts(lambda: Sql(context), "nobody", "nemo") == {5000}
    monkeypatch.setattr(passwords, "hash_password", lambda *_: pytest.fail("another hash than alice's"))
    assert not Sql(context).login("nobody", "guess")
