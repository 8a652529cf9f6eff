"""Client quirk 14: Outlook is confused when unique-ids come back."""

from __future__ import annotations

from tests.pop3.harness import TestHost, login


def test_a_unique_id_is_never_given_again() -> None:
    host = TestHost()
    host.fill(b"a: b\n\n1\n", b"a: b\n\n2\n")
    client = login(host)
    before = {line.split()[1] for line in client.multi("UIDL")}
    client.ok("DELE 1")
    client.ok("DELE 2")
    client.quit()
    host.fill(b"a: b\n\n1\n", b"a: b\n\n2\n")
    after = {line.split()[1] for line in login(host).multi("UIDL")}
    assert len(after) == 2
    assert not before & after
    assert all(not unique.isdigit() for unique in before), "more than the bare UID"
