"""XCLIENT and the fields of ID: a trusted proxy says whom it speaks for; from others nothing of it is believed."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coromail.limits import Limits
from coromail.listener_policy import Policy
from coromail.origin import Origin, attributes, from_id, origin
from coromail.testing import MailServer
from tests.security.attack import Raw

TRUSTED = Policy(xclient_networks=("127.0.0.0/8",), deny_networks=("203.0.113.0/24",))
ID = b'ID ("x-originating-ip" "%s" "x-originating-port" "4711" "x-proxy-ttl" "4" "x-session-id" "s1")'


# What is said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ADDR=192.0.2.9", Origin("192.0.2.9")),
        ("addr=2001:DB8::9 PORT=4711", Origin("2001:db8::9", port=4711)),
        ("ADDR=IPV6:2001:db8::9 DESTADDR=192.0.2.1", Origin("2001:db8::9", "192.0.2.1")),
        ("ADDR=::ffff:192.0.2.9", Origin("192.0.2.9")),
        ("ADDR=192.0.2.9 TTL=4 FORWARD=YQ== SESSION=a/b+c", Origin("192.0.2.9", session="a/b+c")),
        ("ADDR=[UNAVAILABLE] NAME=[TEMPUNAVAIL] LOGIN=a@b", Origin(login="a@b")),
        ("NAME=a.example PORT=", Origin(name="a.example")),
    ],
)
def test_attributes(words: str, expected: Origin) -> None:
    assert origin(attributes(words.split())) == expected


@pytest.mark.parametrize(
    "words",
    [
        "", "ADDR", "=1", "ADDR=1.2.3", "ADDR=localhost", "ADDR=1.2.3.4.5", "ADDR=fe80::1%eth0", "PORT=65536",
        "PORT=-1", "PORT=\u0663", "DESTADDR=x", "ADDR=IPV6:", "A-B=1", "ADDR=10.0.0.1/8", "LOGIN=" + "x" * 256,
    ],
)  # fmt: skip
def test_what_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        origin(attributes(words.split()))


def test_fields_of_id() -> None:
    assert from_id({"name": "roundcube", "x-originating-ip": "", "x-session-id": None}) is None
    fields = {
        "name": "x",
        "x-originating-ip": "192.0.2.9",
        "x-originating-port": "5",
        "x-connected-ip": "192.0.2.1",
    }
    assert from_id(fields) == Origin("192.0.2.9", "192.0.2.1", 5)


@given(st.dictionaries(st.sampled_from(["ADDR", "PORT", "DESTADDR", "LOGIN", "SESSION", "X"]), st.text()))
def test_any_text(said: dict[str, str]) -> None:
    try:
        found = origin(said)
    except ValueError:
        return
    assert {"%", "\n"}.isdisjoint(f"{found.peer}{found.local}")


# The whole server


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(limits=Limits(exempt_networks=["127.0.0.0/8"], connections_per_ip=2)) as server:
        server.call(lambda: server.server.policies.update(imap=TRUSTED, pop3=TRUSTED))
        yield server


def peers(server: MailServer) -> list[str]:
    found: list[str] = server.call(lambda: [one.peer for one in server.server.connections])
    return found


def counted(server: MailServer) -> dict[str, int]:
    found: dict[str, int] = server.call(lambda: dict(server.server._by_peer))
    return found


def claim(server: MailServer, kind: str, address: bytes) -> tuple[Raw, bytes]:
    """A proxy that speaks for `address`, and the answer."""
    client = Raw(server, kind)
    if kind.startswith("imap"):
        return client, client.command(ID % address)[-1]
    client.send(b"XCLIENT ADDR=%s PORT=4711 SESSION=s1 TTL=4\r\n" % address)
    return client, client.line()


@pytest.mark.parametrize("kind", ["imap", "pop3"])
@pytest.mark.parametrize(("said", "peer"), [(b"192.0.2.9", "192.0.2.9"), (b"2001:DB8::9", "2001:db8::9")])
def test_the_client_is_who_the_proxy_says(
    server: MailServer, kind: str, said: bytes, peer: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "coromail")
    client, answer = claim(server, kind, said)
    with client:
        assert b"OK" in answer
        assert peers(server) == [peer]
        assert counted(server) == {peer: 1}
    assert f"{kind} 127.0.0.1 speaks for Origin(peer={peer!r}" in caplog.text
    assert "session='s1'" in caplog.text


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_failed_logins_count_for_the_client(
    server: MailServer, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The proxy is under no delay here, but those behind it are, each for himself."""
    caplog.set_level(logging.INFO, "coromail")
    client, _ = claim(server, kind, b"192.0.2.9")
    with client:
        if kind == "imap":
            assert b"AUTHENTICATIONFAILED" in client.command(b"LOGIN bob wrong")[-1]
        else:
            client.send(b"USER bob\r\nPASS wrong\r\n")
            assert [client.line()[:4] for _ in range(2)] == [b"+OK ", b"-ERR"]
    assert f"{kind} login failed user='bob' address=192.0.2.9" in caplog.text
    assert server.call(lambda: server.server.login_delay("x", "192.0.2.200")) > 0
    assert server.call(lambda: server.server.login_delay("x", "198.51.100.1")) == 0


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_networks_and_limits_are_judged_anew(server: MailServer, kind: str) -> None:
    """CWE-290: who is denied does not come in behind a proxy."""
    client, answer = claim(server, kind, b"203.0.113.9")
    with client:
        assert b"may not connect" in answer
        assert client.line() == b""
    several = [claim(server, kind, b"192.0.2.9")[0] for _ in range(2)]
    third, answer = claim(server, kind, b"192.0.2.9")
    assert b"may not connect" in answer
    for one in (*several, third):
        one.socket.close()


@pytest.mark.parametrize("kind", ["imaps", "pop3s"])
def test_nobody_else_may_say_so(server: MailServer, kind: str) -> None:
    """These listeners have no `xclient_networks`: ID is answered as ever, XCLIENT is no command."""
    client, answer = claim(server, kind, b"192.0.2.9")
    with client:
        assert (b"x OK" if kind == "imaps" else b"-ERR Unknown command") in answer
        assert peers(server) == ["127.0.0.1"]
        assert b"XCLIENT" not in client.greeting
        if kind == "pop3s":
            client.send(b"CAPA\r\n")
            assert b"XCLIENT" not in b"".join(iter(client.line, b".\r\n"))


def test_other_networks_may_not_say_so(server: MailServer) -> None:
    server.call(lambda: server.server.policies.update(imap=Policy(xclient_networks=("192.0.2.0/24",))))
    client, _ = claim(server, "imap", b"192.0.2.9")
    with client:
        assert peers(server) == ["127.0.0.1"]


def test_after_login_the_user_speaks(server: MailServer) -> None:
    """RFC 8437: behind a proxy, UNAUTHENTICATE leads back to before login, but not to being believed."""
    client, _ = claim(server, "imap", b"192.0.2.9")
    with client:
        assert b"OK" in client.command(b"LOGIN alice secret")[-1]
        for command in (ID % b"198.51.100.7", b"UNAUTHENTICATE", ID % b"198.51.100.7"):
            assert b"OK" in client.command(command)[-1]
            assert peers(server) == ["192.0.2.9"]


@pytest.mark.parametrize("value", [b"localhost", b"1.2.3", b"fe80::1%lo", b"192.0.2.9/32"])
@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_what_is_no_address_is_refused(server: MailServer, kind: str, value: bytes) -> None:
    client, answer = claim(server, kind, value)
    with client:
        assert answer.startswith((b"x BAD", b"-ERR"))
        assert peers(server) == ["127.0.0.1"]


def test_line_ends_in_a_session_id_do_not_reach_the_log(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "coromail")
    with Raw(server) as client:
        client.send(
            b'x ID ("x-originating-ip" "192.0.2.9" "x-session-id" {21+}\r\na\nimap login failed \xff)\r\n'
        )
        assert client.line().startswith(b"* ID")
    assert "session='a\\nimap login failed \ufffd'" in caplog.text


def test_the_counts_are_right_when_all_are_gone(server: MailServer) -> None:
    for address in (b"192.0.2.9", b"203.0.113.9", b"192.0.2.9"):
        claim(server, "imap", address)[0].socket.close()
    for _ in range(1000):
        if not peers(server):
            break
        with socket.create_connection((server.host, server.imaps_port)):
            pass  # a turn of the event loop
    assert not {"192.0.2.9", "203.0.113.9"} & set(counted(server))
