"""C8: one user taken for another. CVE-2019-3814, CVE-2025-30189, CVE-2021-29157.

Certificates over sockets: tests/server/test_tls.py; tokens and backends: tests/auth.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest

from coromail.auth.connection_facts import ConnectionFacts
from coromail.testing import MailServer
from tests.security.attack import Raw


@pytest.mark.parametrize(
    "certificate",
    [
        {},
        {"subject": ()},
        {"subject": ((("organizationName", "alice"),),)},
        {"subjectAltName": (("DNS", "alice"),)},
        {"subjectAltName": (("URI", "alice"), ("IP Address", "192.0.2.1"))},
    ],
)
def test_a_certificate_without_a_name_names_nobody(certificate: dict[str, Any]) -> None:
    class Tls:
        def getpeercert(self) -> dict[str, Any]:
            return certificate

    assert ConnectionFacts(tls=Tls()).certificate_names() == []


@pytest.mark.parametrize(
    "authzid", [b"bob", b"BOB", b"b\xc2\xadob", b"root", b"alice\0bob", b" bob", b"bob\r\n"]
)
def test_nobody_acts_as_another(server: MailServer, authzid: bytes) -> None:
    """An authorization identity other than one's own is for master users (RFC 4616 section 2)."""
    with Raw(server) as client:
        response = base64.b64encode(authzid + b"\0alice\0secret")
        assert client.command(b"AUTHENTICATE PLAIN " + response)[-1].startswith((b"x NO", b"x BAD"))
        assert client.command(b"SELECT INBOX")[-1].startswith(b"x BAD")


@pytest.mark.parametrize(
    "user",
    [
        "alice\0",
        "\0alice",
        "alice ",
        "al\u00adice",
        "\u202ealice",
        "alice\u0301",
        "alice@",
        "alice\r\n",
        "\u0430lice",
    ],
)
def test_names_that_look_alike_are_not_the_same(server: MailServer, user: str) -> None:
    """With alice's password; a Cyrillic letter, a soft hyphen, an accent, a space make another name, or none."""
    with Raw(server) as client:
        octets = user.encode()
        reply = client.command(b"LOGIN {%d+}\r\n%b secret" % (len(octets), octets))[-1]
        assert reply.startswith((b"x NO", b"x BAD"))


def test_a_failed_login_leaves_nobody_logged_in(server: MailServer) -> None:
    """Not the one who was there before either: user, then wrong password of another, then a command."""
    with Raw(server, "pop3") as client:
        client.send(b"USER alice\r\nPASS wrong\r\nPASS secret\r\nSTAT\r\n")
        assert [client.line()[:4] for _ in range(4)] == [b"+OK ", b"-ERR", b"-ERR", b"-ERR"]
