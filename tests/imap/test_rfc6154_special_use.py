"""SPECIAL-USE and CREATE-SPECIAL-USE: RFC 6154 (and RFC 8457: \\Important)."""

from __future__ import annotations

import pytest

from coromail.context import Context
from tests.imap.harness import Client, TestHost


@pytest.fixture
def boxes(alice: Client) -> Client:
    alice.ok(r"CREATE Outgoing (USE (\Sent))")
    alice.ok(r"CREATE Stuff/Drafts (USE (\drafts))")
    alice.ok("CREATE plain")
    return alice


def uses(client: Client, arguments: str = '"" *') -> dict[str, set[str]]:
    plain = {b"\\HasChildren", b"\\HasNoChildren", b"\\Subscribed", b"\\Noselect", b"\\NonExistent"}
    listed = client.ok(f"LIST {arguments}").lists
    return {
        name: {use.decode() for use in entry.attributes if use not in plain} for name, entry in listed.items()
    }


def test_2_told_in_every_list(boxes: Client) -> None:
    for arguments in ('"" *', '"" * RETURN (SPECIAL-USE)', '"" * RETURN ()'):
        found = uses(boxes, arguments)
        assert found["Outgoing"] == {"\\Sent"}
        assert found["Stuff/Drafts"] == {"\\Drafts"}
        assert found["plain"] == found["INBOX"] == set()


def test_2_selection(boxes: Client) -> None:
    assert uses(boxes, '(SPECIAL-USE) "" *') == {"Outgoing": {"\\Sent"}, "Stuff/Drafts": {"\\Drafts"}}
    assert uses(boxes, '(SPECIAL-USE) "" %') == {"Outgoing": {"\\Sent"}}
    boxes.ok("SUBSCRIBE Outgoing")
    assert set(uses(boxes, '(SPECIAL-USE SUBSCRIBED) "" *')) == {"Outgoing"}
    boxes.bad('LIST (SPECIAL-USE RECURSIVEMATCH) "" *')


def test_3_two_uses(alice: Client) -> None:
    alice.ok(r"CREATE Both (USE (\Drafts \Sent \Drafts))")
    assert uses(alice)["Both"] == {"\\Drafts", "\\Sent"}


@pytest.mark.parametrize("use", ["\\All", "\\Flagged", "\\Nonsense", "Sent"])
def test_3_use_that_cannot_be_leaves_no_mailbox(alice: Client, use: str) -> None:
    alice.no(f"CREATE New (USE (\\Sent {use}))", code="USEATTR")
    assert "New" not in alice.ok('LIST "" *').lists


def test_3_no_use_and_syntax(alice: Client) -> None:
    alice.ok("CREATE a (USE ())")
    alice.bad(r"CREATE b (USE \Sent)")
    alice.bad(r"CREATE b (FOO (\Sent))")
    alice.bad("CREATE b ()x")
    alice.bad(r"CREATE b (USE (\Sent) USE (\Sent))")


def test_3_a_use_moves_to_the_new_mailbox(boxes: Client) -> None:
    boxes.ok(r"CREATE Sent2 (USE (\Sent))")
    found = uses(boxes)
    assert found["Sent2"] == {"\\Sent"}
    assert found["Outgoing"] == set()


def test_uses_follow_rename_and_die_with_delete(boxes: Client) -> None:
    boxes.ok("RENAME Outgoing Away")
    assert uses(boxes)["Away"] == {"\\Sent"}
    boxes.ok("DELETE Away")
    boxes.ok("CREATE Away")
    assert uses(boxes)["Away"] == set()


def test_4_metadata_entry(boxes: Client) -> None:
    entry = b"/private/specialuse"
    assert boxes.ok("GETMETADATA Outgoing /private/specialuse").data("METADATA") == [
        (b"Outgoing", {entry: b"\\Sent"})
    ]
    assert boxes.ok("GETMETADATA plain /private/specialuse").data("METADATA") == [(b"plain", {entry: None})]
    boxes.ok(r'SETMETADATA plain (/private/specialuse "\\Sent")')
    assert uses(boxes)["plain"] == {"\\Sent"}
    assert uses(boxes)["Outgoing"] == set()
    boxes.no(r'SETMETADATA plain (/private/specialuse "\\All")', code="USEATTR")
    boxes.ok("SETMETADATA plain (/private/specialuse NIL)")
    assert uses(boxes)["plain"] == set()


def test_uses_are_the_owners(boxes: Client, bob: Client) -> None:
    boxes.ok("SETACL Outgoing bob lrk")
    assert uses(bob)["Other Users/alice/Outgoing"] == set()
    bob.no(r'CREATE "Other Users/alice/Outgoing/x" (USE (\Trash))', code="USEATTR")


def test_new_users_get_the_mailboxes_that_are_configured() -> None:
    names = {
        "Drafts": "\\Drafts",
        "Sent": "\\Sent",
        "Junk": "\\Junk",
        "Trash": "\\Trash",
        "Archive": "\\Archive",
    }
    host = TestHost(model_context=Context({"mailboxes": names}))
    client = Client(host).login()
    found = uses(client)
    assert {name: found[name] for name in names} == {name: {use} for name, use in names.items()}
    assert set(client.ok('LSUB "" *').lsubs) == {"INBOX", *names}
    client.ok("DELETE Junk")
    assert "Junk" not in Client(host).login().ok('LIST "" *').lists
