"""TLS: certificates by name (RFC 6066 section 3), kinds of keys, versions, resumption, client certificates."""

from __future__ import annotations

import base64
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from coromail.app.renewal import Renewal
from coromail.listener_policy import Policy
from coromail.server.tls import Pair, Tls
from coromail.testing import Known, MailServer


class Certified(Known):
    """The common name of a verified certificate is the user."""

    def sasl_provides(self) -> list[str]:
        return ["EXTERNAL", "PLAIN"]

    def external_user(self, names: list[str]) -> str | None:
        return next((name for name in names if name in self.context.settings["users"]), None)


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(auth_class=Certified) as server:
        yield server


Issue = Callable[..., Pair]


@pytest.fixture
def issue(ca: trustme.CA, tmp_path: Path) -> Issue:
    def issue(*names: str, rsa: bool = False) -> Pair:
        made = ca.issue_cert(*names, key_type=trustme.KeyType.RSA if rsa else trustme.KeyType.ECDSA)
        folder = tmp_path / f"{names[0]}-{rsa}"
        folder.mkdir(exist_ok=True)
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        certificate.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
        key.write_bytes(made.private_key_pem.bytes())
        return certificate, key

    return issue


@pytest.fixture
def context(ca: trustme.CA) -> ssl.SSLContext:
    made = ssl.create_default_context()
    ca.configure_trust(made)
    return made


def connect(
    server: MailServer, context: ssl.SSLContext, name: str, session: ssl.SSLSession | None = None
) -> ssl.SSLSocket:
    plain = socket.create_connection((server.host, server.imaps_port), timeout=60)
    return context.wrap_socket(plain, server_hostname=name, session=session)


def shown(server: MailServer, context: ssl.SSLContext, name: str) -> x509.Certificate:
    with connect(server, context, name) as client:
        der = client.getpeercert(binary_form=True)
        assert der is not None
        return x509.load_der_x509_certificate(der)


def test_the_certificate_is_that_of_the_name(
    server: MailServer, issue: Issue, context: ssl.SSLContext
) -> None:
    pairs = [issue("one.example"), issue("two.example", "*.three.example")]
    server.call(server.server.use_certificates, pairs)
    for name in ("one.example", "TWO.example", "two.example", "any.three.example"):
        shown(server, context, name)  # the client checks the name


def test_a_name_of_nobody_gets_the_first_certificate(
    server: MailServer, issue: Issue, context: ssl.SSLContext
) -> None:
    server.call(server.server.use_certificates, [issue("one.example"), issue("two.example")])
    context.check_hostname = False
    for name in ("other.example", "localhost", "a" * 63 + ".example"):
        found = shown(server, context, name)
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == ["one.example"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_elliptic_curves_come_first_and_rsa_is_there(
    server: MailServer, issue: Issue, context: ssl.SSLContext, version: ssl.TLSVersion
) -> None:
    pairs = [issue("one.example", rsa=True), issue("one.example")]
    server.call(server.server.use_certificates, pairs)
    context.maximum_version = version
    assert isinstance(shown(server, context, "one.example").public_key(), ec.EllipticCurvePublicKey)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
    assert isinstance(shown(server, context, "one.example").public_key(), rsa.RSAPublicKey)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", ["one.example", "two.example"])
def test_sessions_are_resumed(
    server: MailServer, issue: Issue, context: ssl.SSLContext, version: ssl.TLSVersion, name: str
) -> None:
    server.call(server.server.use_certificates, [issue("one.example"), issue("two.example")])
    context.minimum_version = context.maximum_version = version
    with connect(server, context, name) as first:
        first.recv(1000)  # TLS 1.3 sends its tickets after the handshake
        session = first.session
        assert not first.session_reused
    with connect(server, context, name, session) as second:
        assert second.session_reused


def test_the_oldest_version_is_chosen_by_listener(
    server: MailServer, issue: Issue, context: ssl.SSLContext
) -> None:
    server.call(lambda: setattr(server.server, "policies", {"imaps": Policy(minimum_tls="1.3")}))
    server.call(server.server.use_certificates, [issue("one.example")])
    assert shown(server, context, "one.example")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(OSError, match=r"(?i)version|reset|EOF"):
        shown(server, context, "one.example")
    with socket.create_connection((server.host, server.pop3s_port), timeout=60) as plain:
        context.wrap_socket(plain, server_hostname="one.example").close()


# Client certificates: EXTERNAL (RFC 4422 appendix A)


def ask(server: MailServer, context: ssl.SSLContext, *lines: bytes) -> list[bytes]:
    with connect(server, context, "one.example") as client, client.makefile("rb") as replies:
        client.sendall(b"".join(line + b"\r\n" for line in lines))
        return replies.readlines()


def certified(context: ssl.SSLContext, authority: trustme.CA, name: str) -> ssl.SSLContext:
    authority.issue_cert(common_name=name).configure_cert(context)
    return context


@pytest.fixture
def asking(server: MailServer, issue: Issue, ca: trustme.CA, tmp_path: Path) -> Callable[[str], None]:
    def asking(how: str) -> None:
        ca.cert_pem.write_to_path(tmp_path / "ca.pem")
        policy = Policy(client_certificates=how, client_ca=tmp_path / "ca.pem")  # type: ignore[arg-type]
        server.call(lambda: setattr(server.server, "policies", {"imaps": policy}))
        server.call(server.server.use_certificates, [issue("one.example"), issue("two.example")])

    return asking


EXTERNAL = b"a AUTHENTICATE EXTERNAL ="


def test_a_certificate_opens_the_mailbox_of_its_name(
    server: MailServer, context: ssl.SSLContext, ca: trustme.CA, asking: Callable[[str], None]
) -> None:
    asking("optional")
    lines = ask(server, certified(context, ca, "alice"), EXTERNAL, b"b LOGOUT")
    assert b"AUTH=EXTERNAL" in lines[0]
    assert lines[1].startswith(b"a OK")


def test_nobody_becomes_another(
    server: MailServer, context: ssl.SSLContext, ca: trustme.CA, asking: Callable[[str], None]
) -> None:
    asking("optional")
    wish = b"a AUTHENTICATE EXTERNAL " + base64.b64encode(b"bob")
    assert ask(server, certified(context, ca, "alice"), wish, b"b LOGOUT")[1].startswith(b"a NO")


def test_without_a_certificate_there_is_no_external(
    server: MailServer, context: ssl.SSLContext, asking: Callable[[str], None]
) -> None:
    asking("optional")
    lines = ask(server, context, EXTERNAL, b"b LOGIN alice secret", b"c LOGOUT")
    assert b"EXTERNAL" not in lines[0]
    assert lines[1].startswith(b"a NO")
    assert lines[2].startswith(b"b OK")


def test_a_certificate_of_nobody_opens_nothing(
    server: MailServer, context: ssl.SSLContext, ca: trustme.CA, asking: Callable[[str], None]
) -> None:
    asking("optional")
    assert ask(server, certified(context, ca, "mallory"), EXTERNAL, b"b LOGOUT")[1].startswith(b"a NO")


def test_a_certificate_of_another_authority_is_refused(
    server: MailServer, context: ssl.SSLContext, asking: Callable[[str], None]
) -> None:
    asking("optional")
    with pytest.raises(OSError):
        ask(server, certified(context, trustme.CA(), "alice"), EXTERNAL)


def test_where_a_certificate_is_required_nobody_comes_in_without(
    server: MailServer, context: ssl.SSLContext, ca: trustme.CA, asking: Callable[[str], None]
) -> None:
    asking("required")
    with pytest.raises(OSError):
        ask(server, context, b"b LOGIN alice secret")
    assert ask(server, certified(context, ca, "alice"), EXTERNAL, b"b LOGOUT")[1].startswith(b"a OK")


# Renewal


def test_renewed_files_come_into_use(issue: Issue) -> None:
    used = []
    pairs = [issue("one.example")]
    renewal = Renewal(lambda: pairs, lambda given: used.append(Tls(given)))
    renewal.look()
    assert used == []
    issue("one.example")
    os.utime(pairs[0][0], (1, 1))
    renewal.look()
    renewal.look()
    assert len(used) == 1


def test_while_only_one_file_is_new_the_old_ones_stay_in_use(issue: Issue) -> None:
    used = []
    pairs = [issue("one.example")]
    old = pairs[0][1].read_bytes()
    renewal = Renewal(lambda: pairs, lambda given: used.append(Tls(given)))
    issue("one.example")
    new = pairs[0][1].read_bytes()
    pairs[0][1].write_bytes(old)
    renewal.look()
    pairs[0][1].unlink()
    renewal.look()
    assert used == []
    pairs[0][1].write_bytes(new)
    renewal.look()
    assert len(used) == 1
