"""C3: literals and arguments of users who have logged in are limited, and the session stays in step.

CVE-2024-34055, CVE-2024-37358. RFC 7888 section 4, RFC 9051 section 4.3.
"""

from __future__ import annotations

import pytest

from coromail.limits import Limits
from coromail.testing import MailServer
from tests.security.attack import Raw, bystander, serving

LIMITS = Limits()
TOO_MUCH = {
    "one too many": b"SEARCH" + b" SUBJECT {1+}\r\nx" * (LIMITS.literals + 1),
    "one too large": b"SEARCH SUBJECT {%d+}\r\n" % (LIMITS.literal + 1) + b"x" * (LIMITS.literal + 1),
    "together too large": b"SEARCH" + (b" SUBJECT {%d+}\r\n" % LIMITS.literal + b"x" * LIMITS.literal) * 11,
    "in LOGOUT": b"LOGOUT {%d+}\r\n" % (LIMITS.literal + 1) + b"x" * (LIMITS.literal + 1),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_refused_and_swallowed(server: MailServer, name: str) -> None:
    with bystander(server), Raw(server, login="alice") as client:
        client.command(b"SELECT INBOX")
        reply = client.command(TOO_MUCH[name])[-1]
        assert reply.startswith(b"x NO [TOOBIG]")
        assert client.command(b"NOOP")[-1] == b"x OK NOOP completed\r\n"


def test_as_much_as_allowed_is_taken(server: MailServer) -> None:
    with Raw(server, login="alice") as client:
        client.command(b"SELECT INBOX")
        for command in (
            b"SEARCH" + b" SUBJECT {1+}\r\nx" * LIMITS.literals,
            b"SEARCH SUBJECT {%d+}\r\n" % LIMITS.literal + b"x" * LIMITS.literal,
        ):
            assert client.command(command)[-1].startswith((b"x OK", b"x BAD"))


@pytest.mark.parametrize(
    "size", [b"999999999", b"4294967296", b"18446744073709551615", b"9" * 20, b"9" * 5000]
)
@pytest.mark.parametrize("plus", [b"", b"+"])
def test_sizes_beyond_all_measure(server: MailServer, size: bytes, plus: bytes) -> None:
    """A synchronizing literal is refused before it comes; one on its way ends the connection (BYE)."""
    with bystander(server), Raw(server, login="alice") as client:
        reply = client.command(b"APPEND INBOX {%b%b}" % (size, plus))[-1]
        assert reply.startswith((b"x NO [TOOBIG]", b"x BAD", b"* BYE [TOOBIG]"))


def test_a_million_small_literals(server: MailServer) -> None:
    with bystander(server), Raw(server, login="alice") as client:
        client.send(b"x NOOP")
        for _ in range(100):
            client.send(b" {1+}\r\nx" * 10_000)
        client.send(b"\r\n")
        assert client.line().startswith(b"x NO [TOOBIG]")
        assert client.command(b"NOOP")[-1] == b"x OK NOOP completed\r\n"


def test_an_endless_line(server: MailServer) -> None:
    with bystander(server), Raw(server, login="alice") as client:
        reply = client.command(b"FETCH 1 (" + b"FLAGS " * 200_000 + b")")[-1]
        assert reply.startswith(b"x BAD [TOOBIG]")
        assert client.command(b"NOOP")[-1] == b"x OK NOOP completed\r\n"


def test_messages_of_one_command_are_counted_together() -> None:
    """RFC 3502: a thousand of 100 MB each would all be in memory before the first is stored."""
    with serving(append=10_000) as server, Raw(server, login="alice") as client:
        mail = b" {4000+}\r\nSubject: x\r\n\r\n" + b"x" * 3986
        assert client.command(b"APPEND INBOX" + 2 * mail)[-1].startswith(b"x OK")
        assert client.command(b"APPEND INBOX" + 3 * mail)[-1].startswith(b"x NO [TOOBIG]")
        held = server.call(lambda: max(one.session.receiver.buffered for one in server.server.connections))
        assert held < 100
        assert client.command(b"APPEND INBOX (\\Seen)" + mail)[-1].startswith(b"x OK")
        assert len(server.mail("alice")) == 3
