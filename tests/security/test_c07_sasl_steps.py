"""C7: every step of every mechanism may be cancelled, cut off, too long, or no base64; others log in undisturbed.

CVE-2020-12673, CVE-2020-12674, CVE-2019-11494, CVE-2019-11499, CVE-2025-59028, CVE-2026-27855.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from coromail.testing import MailServer
from tests.security.attack import Raw, bystander, wait_until_gone

STEPS = {
    "PLAIN": [b"AGFsaWNlAHNlY3JldA=="],
    "LOGIN": [b"YWxpY2U=", b"c2VjcmV0"],
    "CRAM-MD5": [base64.b64encode(b"alice " + b"0" * 32)],
    "SCRAM-SHA-256": [base64.b64encode(b"n,,n=alice,r=abc"), base64.b64encode(b"c=biws,r=abc,p=AAAA")],
}
PLACES = [(name, step) for name, steps in STEPS.items() for step in range(len(steps))]
BROKEN = [
    b"*",
    b"",
    b"=",
    b"====",
    b"!",
    b"QUJD\x00",
    b"QUI",
    b"QUJ=",
    b"Q" * 1_000_000,
    b"\xff\xfe",
    b"{5}",
    b"{5+}\r\nQUJDR",
]


@pytest.mark.parametrize(("mechanism", "step"), PLACES)
@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_broken_responses(server: MailServer, mechanism: str, step: int, kind: str) -> None:
    """Each is refused; the connection can be used on, or ends; then the right password still opens."""
    verb = b"a AUTHENTICATE %b\r\n" if kind == "imap" else b"AUTH %b\r\n"
    with bystander(server):
        for broken in BROKEN:
            with Raw(server, kind) as client:
                client.send(verb % mechanism.encode())
                for response in STEPS[mechanism][:step]:
                    assert client.line().startswith(b"+ ")
                    client.send(response + b"\r\n")
                assert client.line().startswith((b"+ ", b"-ERR", b"a NO"))
                client.send(broken + b"\r\n")
                assert b"OK" not in client.line()
            with Raw(server, kind) as client:
                client.send(verb % mechanism.encode())
                client.line()
        Raw(server, login="alice").socket.close()
    wait_until_gone(server)


def cram(challenge: bytes) -> bytes:
    digest = hmac.new(b"secret", base64.b64decode(challenge[2:]), hashlib.md5).hexdigest()
    return base64.b64encode(b"alice " + digest.encode()) + b"\r\n"


def test_a_challenge_is_good_for_one_answer_on_one_connection(server: MailServer) -> None:
    """What was overheard opens nothing, be it on the same connection or on another (replay)."""
    with Raw(server) as one, Raw(server) as two:
        for client in (one, two):
            client.send(b"a AUTHENTICATE CRAM-MD5\r\n")
        answers = [cram(one.line()), cram(two.line())]
        assert answers[0] != answers[1]
        two.send(answers[0])
        assert two.line().startswith(b"a NO")
        one.send(answers[0])
        assert one.line().startswith(b"a OK")
    with Raw(server) as three:
        three.send(b"a AUTHENTICATE CRAM-MD5\r\n")
        three.line()
        three.send(answers[0])
        assert three.line().startswith(b"a NO")


def test_exchanges_at_the_same_time_share_nothing(server: MailServer) -> None:
    """CVE-2025-59028: bad base64 of one client failed the logins of others."""
    with Raw(server) as good, Raw(server) as bad:
        for client in (good, bad):
            client.send(b"a AUTHENTICATE CRAM-MD5\r\n")
        challenge = good.line()
        bad.line()
        bad.send(b"!!!\r\n")
        assert bad.line().startswith(b"a BAD")
        good.send(cram(challenge))
        assert good.line().startswith(b"a OK")
