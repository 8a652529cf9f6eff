"""Dovecot in front as a proxy: it says by ID and XCLIENT who its clients are, before and after STARTTLS."""

from __future__ import annotations

import imaplib
import poplib
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app import program
from tests.clients.haproxy import free_port
from tests.clients.programs import written
from tests.clients.site import USERS, Site
from tests.migration import dovecot

pytestmark = [
    pytest.mark.skipif(not dovecot.installed(), reason="Dovecot 2.3 is not installed"),
    pytest.mark.timeout(120),
]

XCLIENT = "xclient_networks: [127.0.0.1/32]"
MORE = (
    f"listeners: {{imap: {{{XCLIENT}}}, imaps: {{{XCLIENT}}}, pop3: {{{XCLIENT}}}, pop3s: {{{XCLIENT}}}}}\n"
)
CONFIG = """\
protocols = imap pop3
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{site}/cert.pem
ssl_key = <{site}/key.pem
default_internal_user = {internal}
default_login_user = {login}
passdb {{
  driver = static
  args = proxy=y host=127.0.0.1 {tls}=any-cert port={port} nopassword=y
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class Front:
    """A site behind two Dovecots: one speaks TLS to it at once, one after STARTTLS and STLS."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.site = Site(folder / "site", MORE)
        self.site.start()
        self.ports: dict[str, int] = {}
        self._processes = [
            self._start(folder / f"{protocol}-{tls}", protocol, tls)
            for protocol in ("imap", "pop3")
            for tls in ("ssl", "starttls")
        ]

    def _start(self, folder: Path, protocol: str, tls: str) -> subprocess.Popen[bytes]:
        folder.mkdir()
        internal, login = dovecot.users()
        ports = {"imap": free_port(), "pop3": free_port()}
        self.ports[folder.name] = ports[protocol]
        text = CONFIG.format(
            folder=folder,
            site=self.site.folder,
            internal=internal,
            login=login,
            tls=tls,
            port=self.site.ports[protocol if tls == "starttls" else f"{protocol}s"],
            **ports,
        )
        config = written(folder / "dovecot.conf", text)
        process = subprocess.Popen([str(shutil.which("dovecot")), "-F", "-c", str(config)])
        dovecot.wait(ports[protocol])
        return process

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
            process.wait(30)
        assert self.site.problems() == []
        self.site.stop()

    def connect(self, port: str, address: str) -> socket.socket:
        """A client at one of this machine's addresses, in the clear: it is Dovecot that speaks TLS."""
        return socket.create_connection(("127.0.0.1", self.ports[port]), 60, (address, 0))


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    made = Front(tmp_path_factory.mktemp("dovecot"))
    yield made
    made.stop()


def told(front: Front, kind: str, address: str) -> None:
    """The log has the client's own address, port and session, and blames it for the failed login."""
    log = front.site.folder / "log"
    program.wait_for(
        log, rf"{kind} 127\.0\.0\.1 speaks for Origin\(peer='{re.escape(address)}'.*port=[1-9].*session='\S+'"
    )
    program.wait_for(log, rf"{kind[:4]} login failed user='bob' address={re.escape(address)}\n")


@pytest.mark.parametrize(("tls", "address"), [("ssl", "127.0.1.2"), ("starttls", "127.0.2.2")])
def test_imap(front: Front, tls: str, address: str) -> None:
    class Client(imaplib.IMAP4):
        def _create_socket(self, timeout: float | None) -> socket.socket:
            return front.connect(f"imap-{tls}", address)

    with Client() as client:
        with pytest.raises(imaplib.IMAP4.error):
            client.login("bob", "wrong")
        client.login("bob", USERS["bob"])
        assert client.select()[0] == "OK"
    told(front, "imaps" if tls == "ssl" else "imap", address)


@pytest.mark.parametrize(("tls", "address"), [("ssl", "127.0.3.2"), ("starttls", "127.0.4.2")])
def test_pop3(front: Front, tls: str, address: str) -> None:
    class Client(poplib.POP3):
        def _create_socket(self, timeout: float) -> socket.socket:
            return front.connect(f"pop3-{tls}", address)

    client = Client("localhost")
    client.user("bob")
    with pytest.raises(poplib.error_proto):
        client.pass_("wrong")
    client.user("bob")
    client.pass_(USERS["bob"])
    client.quit()
    told(front, "pop3s" if tls == "ssl" else "pop3", address)
