"""HAProxy in front: the client's own address, its TLS and its certificate count, by the PROXY protocol 2 and 1."""

from __future__ import annotations

import imaplib
import poplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import trustme

from tests.app import program
from tests.clients.haproxy import ENDS_TLS, HAProxy
from tests.clients.programs import needs
from tests.clients.site import USERS, Site

pytestmark = [needs("haproxy"), pytest.mark.timeout(120)]

PROXY = "proxy_networks: [127.0.0.0/8]"
MORE = f"""\
listeners: {{imap: {{{PROXY}}}, imaps: {{{PROXY}}}, pop3: {{{PROXY}}}, pop3s: {{{PROXY}}}}}
limits: {{connections_per_ip: 2, exempt_networks: [127.0.0.1/32]}}  # the health checks
"""
AUTH = """\
auth:
  users_file: users.yaml
  certificate_users: {imap: {Bob of Example: bob}}
"""


class Front:
    """A site behind HAProxy: ports where TLS ends there, one without TLS, and one where it passes through."""

    def __init__(self, site: Site) -> None:
        self.site = site
        text = site.configuration.read_text()
        site.configuration.write_text(text.replace("auth: {users_file: users.yaml}\n", AUTH))
        folder = site.folder
        both = (folder / "key.pem").read_text() + (folder / "cert.pem").read_text()
        (folder / "haproxy.pem").write_text(both)
        self.authority = trustme.CA()
        self.authority.cert_pem.write_to_path(folder / "clients.pem")
        self.haproxy = HAProxy(folder)

    def start(self) -> None:
        self.site.start()
        ports, add = self.site.ports, self.haproxy.add
        add("imap", ports["imap"], "send-proxy-v2-ssl-cn", ENDS_TLS)
        add("pop3", ports["pop3"], "send-proxy-v2-ssl-cn", ENDS_TLS)
        add("plain", ports["imap"], "send-proxy-v2")
        add("imaps", ports["imaps"], "send-proxy", check="check-ssl verify none")
        self.haproxy.start()

    def stop(self) -> None:
        self.haproxy.stop()
        assert self.site.problems() == []
        self.site.stop()

    def _connect(self, port: str, address: str, tls: ssl.SSLContext | None) -> ssl.SSLSocket:
        made = socket.create_connection(("127.0.0.1", self.haproxy.ports[port]), 60, (address, 0))
        return (tls or self.site.tls).wrap_socket(made, server_hostname="localhost")

    def imap(self, address: str, port: str = "imap", tls: ssl.SSLContext | None = None) -> imaplib.IMAP4:
        """A client at one of this machine's addresses, by TLS."""
        front = self

        class Client(imaplib.IMAP4):
            def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
                return front._connect(port, address, tls)

        return Client()

    def pop3(self, address: str) -> poplib.POP3:
        front = self

        class Client(poplib.POP3):
            def _create_socket(self, timeout: float) -> ssl.SSLSocket:
                return front._connect("pop3", address, None)

        return Client("localhost")


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    made = Front(Site(tmp_path_factory.mktemp("haproxy") / "site", MORE))
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize(("port", "address"), [("imap", "127.0.1.2"), ("imaps", "127.0.2.2")])
def test_the_log_names_the_client(front: Front, port: str, address: str) -> None:
    """Whether TLS ends at HAProxy (version 2) or passes through (version 1); fail2ban reads that line."""
    with front.imap(address, port) as client:
        assert "STARTTLS" not in client.capabilities
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.login("bob", "wrong")
        client.login("bob", USERS["bob"])
    program.wait_for(front.site.folder / "log", rf"imap login failed user='bob' address={address}\n")


def test_pop3_behind_the_proxy(front: Front) -> None:
    client = front.pop3("127.0.3.2")
    client.user("bob")
    with pytest.raises(poplib.error_proto, match="AUTH"):
        client.pass_("wrong")
    client.user("bob")
    client.pass_(USERS["bob"])
    client.quit()
    program.wait_for(front.site.folder / "log", r"pop3 login failed user='bob' address=127\.0\.3\.2\n")


def test_limits_count_the_connections_of_a_client(front: Front) -> None:
    with ExitStack() as clients:
        for _ in range(2):
            clients.enter_context(front.imap("127.0.4.2"))
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            clients.enter_context(front.imap("127.0.4.2"))
        clients.enter_context(front.imap("127.0.5.2")).login("bob", USERS["bob"])


def test_without_tls_at_the_proxy_there_are_no_passwords(front: Front) -> None:
    with imaplib.IMAP4("127.0.0.1", front.haproxy.ports["plain"]) as client:
        assert {"STARTTLS", "LOGINDISABLED"} <= set(client.capabilities)
        with pytest.raises(imaplib.IMAP4.error, match="PRIVACYREQUIRED"):
            client.login("bob", USERS["bob"])
        client.starttls(front.site.tls)
        client.login("bob", USERS["bob"])


def test_the_name_in_a_certificate_that_the_proxy_has_verified(front: Front) -> None:
    """RFC 4422 appendix A: EXTERNAL with a certificate of the authority, and without one."""
    tls = front.site.tls
    front.authority.issue_cert("bob.example", common_name="Bob of Example").configure_cert(tls)
    with front.imap("127.0.6.2", tls=tls) as client:
        assert "AUTH=EXTERNAL" in client.capabilities
        client.authenticate("EXTERNAL", lambda _: b"")
    stranger = front.site.tls
    front.authority.issue_cert("eve.example", common_name="Eve").configure_cert(stranger)
    for one in (stranger, front.site.tls):
        with front.imap("127.0.7.2", tls=one) as client:
            assert ("AUTH=EXTERNAL" in client.capabilities) == (one is stranger)
            with pytest.raises(imaplib.IMAP4.error):
                client.authenticate("EXTERNAL", lambda _: b"bob")


def test_a_certificate_of_another_authority_is_refused(front: Front) -> None:
    tls = front.site.tls
    trustme.CA().issue_cert("bob.example", common_name="Bob of Example").configure_cert(tls)
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        front.imap("127.0.8.2", tls=tls)
