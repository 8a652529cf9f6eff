"""SCRAM-SHA-256-PLUS over true TLS, its client being scramp: RFC 5802 section 6, RFC 5929, RFC 9266."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from scramp import ScramClient

from coromail.testing import Known, MailServer
from tests.security.attack import Raw

PLUS = "SCRAM-SHA-256-PLUS"
V1_2, V1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


class Binding(Known):
    def sasl_provides(self) -> list[str]:
        return [PLUS, "SCRAM-SHA-256"]


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(auth_class=Binding) as server:
        yield server


Use = Callable[..., None]


@pytest.fixture
def use(server: MailServer, ca: trustme.CA, tmp_path: Path) -> Use:
    """Have the server show a certificate for each name, "two.example/RSA" with a key of that kind."""

    def use(*names: str) -> None:
        pairs = []
        for number, written in enumerate(names):
            name, _, kind = written.partition("/")
            made = ca.issue_cert(name, key_type=trustme.KeyType[kind or "ECDSA"])
            file = tmp_path / f"{number}.pem"
            made.private_key_and_cert_chain_pem.write_to_path(file)
            pairs.append((file, file))
        server.call(server.server.use_certificates, pairs)

    return use


class Client(Raw):
    """Reaches the port for TLS by a name."""

    def __init__(
        self, server: MailServer, ca: trustme.CA, name: str = "one.example", version: ssl.TLSVersion = V1_3
    ) -> None:
        self.context = ssl.create_default_context()
        self.context.minimum_version = self.context.maximum_version = version
        ca.configure_trust(self.context)
        self.name = name
        super().__init__(server, "imaps")

    def start_tls(self) -> None:
        self.socket = self.context.wrap_socket(self.socket, server_hostname=self.name)

    def log_in(self, binding: str = "tls-server-end-point", channel: ssl.SSLSocket | None = None) -> bytes:
        """The tagged reply to AUTHENTICATE; `channel` is what it claims to speak over."""
        client = ScramClient([PLUS], "alice", "secret", channel_binding=(binding, channel or self.socket))
        first = base64.b64encode(client.get_client_first().encode())
        self.send(b"x AUTHENTICATE %s %s\r\n" % (PLUS.encode(), first))
        if not (answer := self.line()).startswith(b"+ "):
            return answer
        client.set_server_first(base64.b64decode(answer[2:]).decode())
        self.send(base64.b64encode(client.get_client_final().encode()) + b"\r\n")
        if (answer := self.line()).startswith(b"+ "):
            client.set_server_final(base64.b64decode(answer[2:]).decode())
            self.send(b"\r\n")
            answer = self.line()
        return answer


@pytest.mark.parametrize("version", [V1_2, V1_3])
@pytest.mark.parametrize("name", ["one.example", "two.example"])
def test_rfc5929_4_1_the_certificate_is_that_of_the_name(
    server: MailServer, ca: trustme.CA, use: Use, name: str, version: ssl.TLSVersion
) -> None:
    use("one.example", "two.example/RSA")
    with Client(server, ca, name, version) as client:
        assert client.log_in().startswith(b"x OK")


def test_rfc5802_6_whoever_shows_another_certificate_in_the_middle_is_noticed(
    server: MailServer, ca: trustme.CA, use: Use
) -> None:
    use("one.example", "two.example")
    with Client(server, ca) as client, Client(server, ca, "two.example") as other:
        assert client.log_in(channel=other.socket).startswith(b"x NO [AUTHENTICATIONFAILED]")
        assert client.log_in().startswith(b"x OK")


def test_a_renewed_certificate_is_that_of_new_connections_only(
    server: MailServer, ca: trustme.CA, use: Use
) -> None:
    use("one.example")
    with Client(server, ca) as old:
        use("one.example")
        with Client(server, ca) as new:
            assert old.socket.getpeercert(True) != new.socket.getpeercert(True)
            assert old.log_in().startswith(b"x OK")
            assert new.log_in().startswith(b"x OK")


def test_where_it_is_not_known_which_certificate_was_shown_there_is_no_such_binding(
    server: MailServer, ca: trustme.CA, use: Use
) -> None:
    use("one.example", "one.example/RSA")
    with Client(server, ca) as client:
        assert client.log_in().startswith(b"x NO [CANNOT]")
    with Client(server, ca, version=V1_2) as client:
        assert client.log_in().startswith(b"x NO [AUTHENTICATIONFAILED]")
        assert client.log_in("tls-unique").startswith(b"x OK")


@pytest.mark.parametrize(("version", "announced"), [(V1_2, True), (V1_3, False)])
def test_rfc9266_3_it_is_announced_where_the_usual_binding_is_there(
    server: MailServer, ca: trustme.CA, use: Use, version: ssl.TLSVersion, announced: bool
) -> None:
    """tls-unique with TLS 1.2, tls-exporter, which Python does not give us, with 1.3: GNU SASL takes no other."""
    use("one.example")
    with Client(server, ca, version=version) as client:
        assert (b"AUTH=SCRAM-SHA-256-PLUS" in client.greeting) == announced
        assert b"AUTH=SCRAM-SHA-256]" in client.greeting
