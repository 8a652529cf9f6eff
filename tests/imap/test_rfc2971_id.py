"""ID: RFC 2971."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imap.harness import Client, TestHost, literal


class Named(TestHost):
    def id(self, session: Any) -> dict[str, str]:
        return {"name": 'Post "Office"', "version": "1.2", "support-url": "http://example.org/\u00e9"}


class Nameless(TestHost):
    def id(self, session: Any) -> dict[str, str]:
        return {}


def test_announced(stranger: Client) -> None:
    assert "ID" in stranger.ok("CAPABILITY").only("CAPABILITY")


@pytest.mark.parametrize(
    "line", ["ID NIL", "ID nil", "ID ()", 'ID ("name" "sodr" "version" "19.34")', 'ID ("os" NIL)']
)
def test_any_state(line: str) -> None:
    """Section 3.1: not limited to a state; one untagged ID each time."""
    client = Client()
    for command in ("NOOP", "LOGIN alice secret", "SELECT INBOX"):
        client.ok(command)
        assert client.ok(line).names == ["ID"]


def test_what_the_client_said_is_kept(stranger: Client) -> None:
    """For statistics and bug reports; a later ID adds to an earlier one."""
    stranger.ok('ID ("Name" "mua" "os" NIL)')
    stranger.ok("ID", '("version"', literal(b"2", plus=True).mark + b"2)")
    assert stranger.session.client_id == {"name": "mua", "os": None, "version": "2"}


def test_what_the_server_says_is_its_own() -> None:
    """Quotes are escaped, and what is no ASCII still fits the grammar."""
    answered = Client(Named()).ok("ID NIL").only("ID")
    assert answered[b"name"] == b'Post "Office"'
    assert answered[b"version"] == b"1.2"
    assert Client(Nameless()).ok("ID NIL").only("ID") is None


def test_the_default_tells_no_version(stranger: Client) -> None:
    """Section 4: the answer must not help an attacker; by default it is the name only."""
    assert stranger.ok("ID NIL").only("ID") == {b"name": b"coromail"}


@pytest.mark.parametrize(
    "line",
    [
        "ID", "ID ", "ID name", 'ID "name"', 'ID ("name")', 'ID (NIL "x")', 'ID ("a" "b" "c")', 'ID ("a" ("b"))',
        'ID ("a" b)', 'ID ("a" "b"', 'ID NIL NIL', 'ID ("a"  "b")',
    ],
)  # fmt: skip
def test_bad_syntax(stranger: Client, line: str) -> None:
    stranger.bad(line)


def test_no_more_than_30_pairs(alice: Client) -> None:
    """Section 3.3: implementations MUST NOT send more than 30."""
    alice.ok("ID (" + " ".join(f'"k{n}" "v"' for n in range(30)) + ")")
    alice.bad("ID (" + " ".join(f'"k{n}" "v"' for n in range(31)) + ")")


def test_what_is_kept_has_bounds(alice: Client) -> None:
    """Section 3.3: fields of 30 octets, values of 1,024; and no more pairs than one command may have."""
    for number in range(50):
        alice.ok(f'ID ("name" "mua" "f{number}" "v")')
    assert len(alice.session.client_id) == 30
    assert alice.session.client_id["f49"] == "v"
    alice.ok(f'ID ("{"f" * 31}" "v" "x" "{"v" * 1025}" "y" "z")')
    assert alice.session.client_id["y"] == "z"
    assert not {"f" * 31, "x"} & set(alice.session.client_id)


def test_the_server_works_the_same_without(host: TestHost) -> None:
    """Section 3: operation MUST NOT depend on it."""
    first, second = Client(host), Client(host)
    first.ok('ID ("name" "outlook")')
    for client in (first, second):
        client.login()
    assert first.ok("CAPABILITY").only("CAPABILITY") == second.ok("CAPABILITY").only("CAPABILITY")
    one, two = first.ok("SELECT INBOX"), second.ok("SELECT INBOX")
    assert one.names == two.names
