r"""CHILDREN: \HasChildren and \HasNoChildren in LIST: RFC 3348, RFC 9051 section 7.3.1."""

from __future__ import annotations

import pytest

from coromail.model import Mailbox, Model
from tests.imap.harness import Client, TestHost

CHILDREN = {b"\\HasChildren", b"\\HasNoChildren"}


class Flat(Mailbox):
    separator = None


class FlatModel(Model):
    mailbox_class = Flat


def children(client: Client, name: str) -> set[bytes]:
    return set(client.ok(f'LIST "" {name}').lists[name].attributes) & CHILDREN


def test_announced(alice: Client) -> None:
    assert "CHILDREN" in alice.ok("CAPABILITY").only("CAPABILITY")


def test_never_both_and_always_true(alice: Client) -> None:
    """Section 3: a server MUST NOT return both, and must return what is accurate at that time."""
    alice.ok("CREATE up/down")
    assert children(alice, "up") == {b"\\HasChildren"}
    assert children(alice, "up/down") == {b"\\HasNoChildren"}
    alice.ok("DELETE up/down")
    assert children(alice, "up") == {b"\\HasNoChildren"}


def test_others_see_it_at_once(alice: Client, other: Client) -> None:
    alice.ok("CREATE up")
    assert children(other, "up") == {b"\\HasNoChildren"}
    alice.ok("CREATE up/down")
    assert children(other, "up") == {b"\\HasChildren"}


def test_inbox_may_have_children(alice: Client) -> None:
    alice.ok("CREATE INBOX/old")
    assert children(alice, "INBOX") == {b"\\HasChildren"}


@pytest.mark.parametrize("pattern", ["%", "*", "up", "u%"])
def test_with_any_pattern(alice: Client, pattern: str) -> None:
    alice.ok("CREATE up/down")
    assert b"\\HasChildren" in alice.ok(f'LIST "" {pattern}').lists["up"].attributes


def test_a_flat_tree_has_noinferiors() -> None:
    r"""\Noinferiors says more than \HasNoChildren."""
    client = Client(TestHost(FlatModel)).login()
    assert set(client.ok('LIST "" INBOX').lists["INBOX"].attributes) & (CHILDREN | {b"\\Noinferiors"}) == {
        b"\\Noinferiors"
    }
    client.ok("CREATE a/b")
    assert "a/b" in client.ok('LIST "" %').lists
