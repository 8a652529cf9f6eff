"""Client quirk 43: A non-synchronizing literal that is too large is read and thrown away; the session goes on."""

from __future__ import annotations

from coromail.limits import Limits
from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import PLAIN


def test_the_session_stays_in_step() -> None:
    host = TestHost(limits=Limits(append=1000))
    client = Client(host).login()
    client.no("APPEND INBOX", literal(b"x" * 2000, plus=True), code="TOOBIG")
    client.no("APPEND INBOX", literal(b"a1 LOGOUT\r\n" * 200, plus=True), code="TOOBIG")
    client.ok("NOOP")
    client.append(PLAIN)
