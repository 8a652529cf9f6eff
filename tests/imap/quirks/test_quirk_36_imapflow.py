"""Client quirk 36: ImapFlow: LSUB in rev2, all attributes, EXISTS inside APPEND, COPYUID untagged for MOVE."""

from __future__ import annotations

from tests.imap.harness import Client, literal
from tests.imap.mails import PLAIN


def test_lsub_after_enable_rev2(alice: Client) -> None:
    alice.ok("ENABLE IMAP4rev2")
    assert "INBOX" in alice.ok('LSUB "" *').lsubs


def test_return_drops_nothing(alice: Client) -> None:
    alice.ok(r"CREATE Sent (USE (\Sent))")
    attributes = alice.ok('LIST "" * RETURN (SUBSCRIBED)').lists["Sent"].attributes
    assert {b"\\Sent", b"\\HasNoChildren"} <= set(attributes)


def test_exists_before_the_ok_of_append(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    assert alice.ok("APPEND INBOX", literal(PLAIN)).exists == 1


def test_copyuid_of_move_is_untagged(alice: Client) -> None:
    alice.ok("CREATE other")
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    result = alice.ok("MOVE 1 other")
    assert [reply.code[0] for reply in result.untagged if reply.code] == ["COPYUID"]
    assert result.code is None
