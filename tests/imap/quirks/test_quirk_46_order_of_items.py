"""Client quirk 46: Clients tuned to one provider: UID first when it was not asked for, else the order of the request."""

from __future__ import annotations

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


def order(client: Client, command: str) -> list[str]:
    (reply,) = client.ok(command).untagged
    return [name for name in reply.data if name in {"UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE"}]


def test_order(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("SELECT INBOX")
    assert order(alice, "UID FETCH 1 (FLAGS INTERNALDATE)") == ["UID", "FLAGS", "INTERNALDATE"]
    assert order(alice, "FETCH 1 (RFC822.SIZE FLAGS UID)") == ["RFC822.SIZE", "FLAGS", "UID"]
    assert order(alice, "UID FETCH 1 (INTERNALDATE RFC822.SIZE FLAGS)")[1:] == [
        "INTERNALDATE",
        "RFC822.SIZE",
        "FLAGS",
    ]
