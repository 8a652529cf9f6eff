"""The PROXY protocol: doc/proxy-protocol.txt of HAProxy, sections 2.1 and 2.2; a header only from whom it is due."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.limits import Limits
from coromail.listener_policy import Policy
from coromail.server.proxy_protocol import (
    MAX_BINARY,
    SIGNATURE,
    Proxied,
    ProxiedTls,
    ProxyError,
    parse,
    wanted,
)
from coromail.testing import MailServer

TLS_13 = b"\x21\x00\x07TLSv1.3"


def tls(client: int, verify: int = 0, values: bytes = TLS_13) -> bytes:
    value = struct.pack("!BI", client, verify) + values
    return struct.pack("!BH", 0x20, len(value)) + value


def common_name(name: bytes) -> bytes:
    return struct.pack("!BH", 0x22, len(name)) + name


def binary(source: str, target: str, more: bytes = b"", command: int = 1) -> bytes:
    one, two = ipaddress.ip_address(source), ipaddress.ip_address(target)
    body = one.packed + two.packed + struct.pack("!HH", 50000, 993) + more
    family = 0x11 if one.version == 4 else 0x21
    return SIGNATURE + bytes([0x20 | command, family]) + struct.pack("!H", len(body)) + body


def take(data: bytes) -> tuple[bytes, bytes]:
    """Header and rest, as a reader finds them that takes only what is `wanted`."""
    head = b""
    while count := wanted(head):
        if len(head) + count > len(data):
            raise EOFError
        head = data[: len(head) + count]
    return head, data[len(head) :]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"PROXY TCP4 192.0.2.1 198.51.100.2 50000 143", Proxied("192.0.2.1", "198.51.100.2", 143)),
        (b"PROXY TCP6 2001:db8::1 ::1 1 65535", Proxied("2001:db8::1", "::1", 65535)),
        (b"PROXY UNKNOWN", Proxied()),
        (b"PROXY UNKNOWN ffff::1 ::2 65535 65535", Proxied()),
    ],
)
def test_2_1_text(line: bytes, expected: Proxied) -> None:
    assert take(line + b"\r\na NOOP\r\n") == (line + b"\r\n", b"a NOOP\r\n")
    assert parse(line + b"\r\n") == expected


@pytest.mark.parametrize(
    "line",
    """PROXY|PROXY |PROXY TCP4|PROXY TCP5 1.2.3.4 1.2.3.4 1 1|PROXY TCP4 ::1 ::1 1 1|PROXY TCP6 1.2.3.4 ::1 1 1
PROXY TCP4 1.2.3.4 1.2.3.4 1|PROXY TCP4 1.2.3.4 1.2.3.4 1 65536|PROXY TCP4 1.2.3.4 1.2.3.4 01 1
PROXY TCP4 1.2.3.4 1.2.3.4 1 1 |PROXY TCP4 1.2.3.04 1.2.3.4 1 1|proxy UNKNOWN|PROXY  TCP4 1.2.3.4 1.2.3.4 1 1
PROXY TCP4 1.2.3.4 1.2.3.4 -1 1|PROXY TCP6 fe80::1%eth0 ::1 1 1|PROXY TCP4 1.2.3.4 1.2.3.4 99999999999999999999 1
a LOGIN alice secret|GET / HTTP/1.1""".replace("\n", "|").split("|"),
)
def test_2_1_what_is_no_text_header(line: str) -> None:
    with pytest.raises((ProxyError, EOFError)):
        parse(take(line.encode() + b"\r\n")[0])


def test_2_1_a_text_header_ends_within_107_octets() -> None:
    with pytest.raises(ProxyError):
        take(b"PROXY UNKNOWN " + b"x" * 200 + b"\r\n")
    longest = b"PROXY UNKNOWN " + b"x" * 91 + b"\r\n"
    assert len(longest) == 107
    assert take(longest + b"a") == (longest, b"a")


@pytest.mark.parametrize(("source", "target"), [("192.0.2.1", "198.51.100.2"), ("2001:db8::1", "::1")])
def test_2_2_binary(source: str, target: str) -> None:
    head = binary(source, target, b"\x05\x00\x02id")
    assert take(head + b"rest") == (head, b"rest")
    assert parse(head) == Proxied(source, target, 993)


def test_2_2_local_connections_are_of_the_proxy_itself() -> None:
    assert parse(binary("192.0.2.1", "192.0.2.2", tls(1), command=0)) == Proxied()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (tls(1), ProxiedTls("TLSv1.3", None)),
        (tls(0), None),
        (tls(7, values=TLS_13 + common_name(b"alice")), ProxiedTls("TLSv1.3", "alice")),
        (tls(7, verify=1, values=TLS_13 + common_name(b"alice")), ProxiedTls("TLSv1.3", None)),
        (tls(1, values=TLS_13 + common_name(b"alice")), ProxiedTls("TLSv1.3", None)),
        (tls(7, values=TLS_13 + common_name(b"\xff")), ProxiedTls("TLSv1.3", None)),
        (tls(7, values=TLS_13 + common_name(b"")), ProxiedTls("TLSv1.3", None)),
    ],
)
def test_2_2_6_tls_of_the_client(value: bytes, expected: ProxiedTls | None) -> None:
    """A name counts only where the proxy has seen and verified the certificate (CVE-2019-3814's kin)."""
    assert parse(binary("192.0.2.1", "192.0.2.2", value)).tls == expected


@pytest.mark.parametrize(
    "head",
    [
        SIGNATURE + b"\x11\x11\0\x0c" + bytes(12),  # version 1 in binary
        SIGNATURE + b"\x22\x11\0\x0c" + bytes(12),  # an unknown command
        SIGNATURE + b"\x21\x12\0\x0c" + bytes(12),  # UDP
        SIGNATURE + b"\x21\x31\0\xd8" + bytes(216),  # a Unix socket
        SIGNATURE + b"\x21\x11\0\x0b" + bytes(11),  # too short for the addresses
        binary("192.0.2.1", "192.0.2.2", b"\x20\x00\x09" + bytes(5)),
        binary("192.0.2.1", "192.0.2.2", b"\x20\x00"),
        binary("192.0.2.1", "192.0.2.2", b"\x20\x00\x04" + bytes(4)),
        binary("192.0.2.1", "192.0.2.2", tls(1, values=b"\x21\x00\xff")),
        SIGNATURE + b"\x21\x11" + struct.pack("!H", MAX_BINARY) + bytes(MAX_BINARY),
    ],
)
def test_2_2_what_is_no_binary_header(head: bytes) -> None:
    with pytest.raises(ProxyError):
        parse(take(head)[0])


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(st.binary(max_size=60), st.binary(max_size=80).map(lambda data: SIGNATURE + b"\x21\x11" + data))
)
def test_any_octets(data: bytes) -> None:
    with contextlib.suppress(ProxyError, EOFError):
        parse(take(data)[0])


# On a server


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(limits=Limits(deny_networks=["203.0.113.0/24"])) as server:
        proxied = {
            "imap": Policy(proxy_networks=("127.0.0.0/8",)),
            "pop3": Policy(proxy_networks=("192.0.2.0/24",)),
        }
        server.call(lambda: setattr(server.server, "policies", proxied))
        server.call(lambda: setattr(server.server, "plaintext_without_tls", False))
        yield server


def talk(server: MailServer, data: bytes, kind: str = "imap") -> list[bytes]:
    with socket.create_connection((server.host, getattr(server, f"{kind}_port")), timeout=60) as client:
        client.sendall(data)
        try:
            return client.makefile("rb").readlines()
        except ConnectionResetError:
            return []


LOGIN = b"a LOGIN alice secret\r\nb LOGOUT\r\n"


@pytest.mark.parametrize(
    "head", [b"PROXY TCP4 192.0.2.1 192.0.2.2 5 143\r\n", binary("192.0.2.1", "192.0.2.2")]
)
def test_the_client_is_who_the_proxy_says(server: MailServer, head: bytes) -> None:
    with socket.create_connection((server.host, server.imap_port), timeout=60) as client:
        client.sendall(head)
        assert b"STARTTLS" in client.recv(1000)
        assert server.call(lambda: [one.peer for one in server.server.connections]) == ["192.0.2.1"]


def test_passwords_may_come_where_tls_ends_at_the_proxy(server: MailServer) -> None:
    lines = talk(server, binary("192.0.2.1", "192.0.2.2", tls(1)) + LOGIN)
    assert b"STARTTLS" not in lines[0]
    assert lines[1].startswith(b"a OK")
    assert talk(server, binary("192.0.2.1", "192.0.2.2") + LOGIN)[1].startswith(b"a NO [PRIVACYREQUIRED]")


def test_networks_are_judged_by_the_client_behind_the_proxy(server: MailServer) -> None:
    assert talk(server, binary("203.0.113.9", "192.0.2.2", tls(1)) + LOGIN) == []


def test_without_a_header_nothing_is_answered(server: MailServer) -> None:
    assert talk(server, LOGIN) == []


def test_a_stranger_cannot_pretend_to_be_a_proxy(server: MailServer) -> None:
    """127.0.0.1 is no proxy of the POP3 listener, and IMAPS has none at all."""
    assert talk(server, binary("192.0.2.1", "192.0.2.2", tls(1)), "pop3") == []
    assert not any(b"OK" in line for line in talk(server, binary("192.0.2.1", "192.0.2.2", tls(1)), "imaps"))


def test_a_proxy_that_says_nothing_is_dropped(server: MailServer) -> None:
    server.call(lambda: setattr(server.server.limits, "handshake", 0.05))
    with socket.create_connection((server.host, server.imap_port), timeout=60) as client:
        client.sendall(b"PROXY TC")
        assert client.recv(100) == b""
