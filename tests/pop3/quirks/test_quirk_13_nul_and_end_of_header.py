"""Client quirk 13: Outlook hangs on NUL, Outlook Express wants an end of the header: workarounds of those names."""

from __future__ import annotations

from coromail.pop3_policy import Pop3Policy
from tests.pop3.harness import TestHost, login


def mail(workaround: str, octets: bytes) -> bytes:
    host = TestHost()
    host.pop3 = Pop3Policy(workarounds=frozenset({workaround}))
    host.fill(octets)
    return login(host).message(1)


def test_outlook_no_nuls() -> None:
    assert mail("outlook-no-nuls", b"Subject: x\n\na\0b\n") == b"Subject: x\r\n\r\na\x80b\r\n"


def test_oe_ns_eoh() -> None:
    assert mail("oe-ns-eoh", b"Subject: x\n") == b"Subject: x\r\n\r\n"
