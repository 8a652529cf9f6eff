"""Client quirk 18: Outlook Express and old Mac Mail bear new mail only in NOOP and CHECK: workaround delay-newmail."""

from __future__ import annotations

from tests.imap.harness import TestHost, two
from tests.imap.mails import PLAIN


def test_new_mail_waits_for_noop_or_check() -> None:
    host = TestHost()
    host.imap_workarounds = frozenset({"delay-newmail"})
    client, other = two(host)
    client.append(PLAIN)
    client.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.append(PLAIN)
    for command in ("UID FETCH 1 FLAGS", "SEARCH ALL", "UID STORE 1 +FLAGS (\\Seen)"):
        assert client.ok(command).exists is None
    assert client.ok("NOOP").exists == 2
    other.append(PLAIN)
    assert client.ok("UID FETCH 1 FLAGS").exists is None
    assert client.ok("CHECK").exists == 3


def test_flags_and_expunges_do_not_wait() -> None:
    host = TestHost()
    host.imap_workarounds = frozenset({"delay-newmail"})
    client, other = two(host)
    client.append(PLAIN)
    client.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Deleted)")
    assert client.ok("UID SEARCH ALL").fetches()
    other.ok("EXPUNGE")
    assert client.ok("UID SEARCH ALL").expunges == [1]


def test_idle_tells_at_once() -> None:
    host = TestHost()
    host.imap_workarounds = frozenset({"delay-newmail"})
    client, other = two(host)
    client.ok("SELECT INBOX")
    client.ok("UID SEARCH ALL")
    client.idle()
    other.append(PLAIN)
    assert [reply.name for reply in client.news()][:1] == ["EXISTS"]
