"""Client quirk 26: K-9 gives IDLE up after one error: also in EXAMINE and in empty mailboxes it works."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client
from tests.imap.mails import PLAIN


@pytest.mark.parametrize("command", ["EXAMINE INBOX", "SELECT INBOX", "SELECT empty"])
def test_idle_works(alice: Client, other: Client, command: str) -> None:
    alice.ok("CREATE empty")
    alice.ok(command)
    alice.idle()
    other.append(PLAIN, command.split()[1])
    assert [reply.name for reply in alice.news()][:1] == ["EXISTS"]
    alice.done()


def test_the_prefix_of_the_namespace_stays(alice: Client, other: Client) -> None:
    alice.ok("CREATE a/b")
    assert alice.ok("NAMESPACE").only("NAMESPACE") == other.ok("NAMESPACE").only("NAMESPACE")
