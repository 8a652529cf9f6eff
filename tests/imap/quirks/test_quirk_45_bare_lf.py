"""Client quirk 45: eM Client and others append messages with bare LF."""

from __future__ import annotations

from tests.imap.harness import Client


def test_sizes_are_exact_and_lines_end_with_crlf(alice: Client) -> None:
    alice.append(b"Subject: x\nFrom: a@example.com\n\none\ntwo\r\nthree")
    alice.ok("SELECT INBOX")
    (values,) = alice.ok("FETCH 1 (RFC822.SIZE BODY.PEEK[] BODY.PEEK[TEXT])").fetches().values()
    assert values["BODY[]"] == b"Subject: x\r\nFrom: a@example.com\r\n\r\none\r\ntwo\r\nthree"
    assert values["RFC822.SIZE"] == len(values["BODY[]"])
