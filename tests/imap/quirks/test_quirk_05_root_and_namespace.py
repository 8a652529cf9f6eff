"""Client quirk 5: iOS 18 needs a root that can be listed and a right NAMESPACE."""

from __future__ import annotations

from tests.imap.harness import Client


def test_empty_names(alice: Client) -> None:
    (root,) = alice.ok('LIST "" ""').data("LIST")
    assert (root.mailbox, root.delimiter) == (b"", b"/")
    personal, _, _ = alice.ok("NAMESPACE").only("NAMESPACE")
    assert personal == [(b"", b"/")]
    assert "INBOX" in alice.ok('LIST "" %').lists
    assert "INBOX" in alice.ok('LSUB "" %').lsubs
