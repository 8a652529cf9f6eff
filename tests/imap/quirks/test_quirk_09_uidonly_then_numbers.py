"""Client quirk 9: Outlook's servers enable UIDONLY and then send message numbers."""

from __future__ import annotations

from tests.imap.harness import Client, TestHost
from tests.imap.mails import PLAIN


def test_it_is_told_so(alice: Client) -> None:
    alice.append(PLAIN)
    alice.ok("ENABLE UIDONLY")
    alice.ok("SELECT INBOX")
    assert alice.bad("FETCH 1 FLAGS").code == "UIDREQUIRED"


def test_for_its_port_uidonly_can_be_switched_off() -> None:
    host = TestHost()
    host.capabilities_off = {"143": ["UIDONLY"]}
    client = Client(host).login()
    client.append(PLAIN)
    assert "UIDONLY" not in client.ok("CAPABILITY").only("CAPABILITY")
    assert client.ok("ENABLE UIDONLY").only("ENABLED") == []
    client.ok("SELECT INBOX")
    client.ok("FETCH 1 FLAGS")
