"""Client quirk 35: MailKit, ImapFlow and Ruby read by the grammar, to the letter."""

from __future__ import annotations

from tests.imap.harness import Client

EMPTY_MULTIPART = b"Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing\r\n"


def test_what_they_stumble_over(alice: Client) -> None:
    """Every reply here goes through the strict checker."""
    alice.append(EMPTY_MULTIPART)
    alice.append(b"From: <>\r\nTo: undisclosed-recipients:;\r\n\r\n")
    result = alice.ok("SELECT INBOX (CONDSTORE)")
    assert result.codes["UIDNEXT"] >= 1
    result = alice.ok("FETCH 1:2 (UID MODSEQ ENVELOPE BODY BODYSTRUCTURE)")
    assert all(isinstance(modseq, int) for modseq in result.fetched("MODSEQ"))
    assert b"MODSEQ ((" not in b"".join(reply.raw for reply in result.untagged)
    for command in ("NOOP", "STATUS INBOX (UIDNEXT)", 'LIST "" *', "SEARCH ALL"):
        assert alice.ok(command).tagged.text
