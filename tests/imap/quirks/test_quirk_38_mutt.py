"""Client quirk 38: mutt fetches all flags, enables before it lists, and asks for many STATUS after DONE."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def test_enable_before_list(alice: Client) -> None:
    alice.ok("ENABLE QRESYNC")
    alice.ok('LIST "" ""')
    alice.ok("SELECT INBOX")


def test_many_status_after_done(alice: Client) -> None:
    for number in range(20):
        alice.ok(f"CREATE m{number}")
    alice.ok("SELECT INBOX")
    alice.send(b"i IDLE\r\n")
    lines = b"DONE\r\n" + b"".join(
        b"s%d STATUS m%d (UIDNEXT UNSEEN RECENT MESSAGES)\r\n" % (n, n) for n in range(20)
    )
    replies = alice.send(lines)
    assert [reply.tag for reply in replies if reply.tag] == ["i", *(f"s{n}" for n in range(20))]
    assert sum(reply.name == "STATUS" for reply in replies) == 20


def test_flags_of_all_messages(alice: Client) -> None:
    for _ in range(3):
        alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    result = alice.ok("FETCH 1:3 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM)])")
    assert len(result.fetches()) == 3
