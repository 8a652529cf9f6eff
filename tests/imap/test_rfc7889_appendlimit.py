"""APPENDLIMIT: RFC 7889. STATUS=SIZE: RFC 8438."""

from __future__ import annotations

from coromail.limits import Limits
from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import PLAIN, numbered


def limited(octets: int) -> Client:
    return Client(TestHost(limits=Limits(append=octets))).login()


def test_2_capability() -> None:
    assert "APPENDLIMIT=257890" in limited(257890).ok("CAPABILITY").only("CAPABILITY")


def test_3_1_status_and_list() -> None:
    client = limited(257890)
    assert client.ok("STATUS INBOX (APPENDLIMIT)").statuses["INBOX"] == {"APPENDLIMIT": 257890}
    assert client.ok('LIST "" % RETURN (STATUS (APPENDLIMIT))').statuses["INBOX"] == {"APPENDLIMIT": 257890}


def test_4_too_big() -> None:
    client = limited(100)
    client.no("APPEND INBOX", literal(b"x" * 101), code="TOOBIG")
    client.no("APPEND INBOX", literal(b"x" * 101, plus=True), code="TOOBIG")
    client.ok("APPEND INBOX", literal(b"A: " + b"x" * 95 + b"\r\n"))


def test_rfc8438_3_size(alice: Client) -> None:
    mails = [PLAIN, numbered(1), numbered(2)]
    for mail in mails:
        alice.append(mail)
    total = sum(map(len, mails))
    assert alice.ok("STATUS INBOX (MESSAGES SIZE)").statuses["INBOX"] == {"MESSAGES": 3, "SIZE": total}
    listed = alice.ok('LIST "" * RETURN (STATUS (SIZE))').statuses
    assert listed["INBOX"] == {"SIZE": total}
    alice.ok("CREATE empty")
    assert alice.ok("STATUS empty (SIZE)").statuses["empty"] == {"SIZE": 0}
