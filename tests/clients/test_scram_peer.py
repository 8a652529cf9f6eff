"""SCRAM (RFC 5802, RFC 7677) by other people's code: GNU SASL in mutt, Cyrus SASL in mbsync, scramp in Python."""

from __future__ import annotations

import imaplib
import poplib
import ssl
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import scramp

from coromail.auth.passwords import hash_password
from tests.clients import mails, programs
from tests.clients.mbsync import CONFIG
from tests.clients.programs import needs
from tests.clients.site import USERS, Site
from tests.clients.test_mutt import mutt

pytestmark = pytest.mark.timeout(120)
MAIL = b"Subject: hello\r\n\r\nbob\r\n"
CYRUS = any(Path("/usr/lib").glob("**/sasl2/libscram.so"))


@pytest.fixture(scope="module")
def scram_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Passwords are kept as SCRAM keys only: nothing else than SCRAM, or the password itself, fits them."""
    site = Site(tmp_path_factory.mktemp("scram") / "site", "limits: {exempt_networks: [127.0.0.0/8]}\n")
    lines = [f'{user}: {{password: "{hash_password(USERS[user], "SCRAM-SHA-256")}"}}\n' for user in USERS]
    (site.folder / "users.yaml").write_text("".join(lines))
    site.deliver("bob", MAIL)
    site.start()
    yield site
    site.stop()


@needs("mutt")
def test_mutt(scram_site: Site, tmp_path: Path) -> None:
    keys = f"<tag-pattern>~A<enter><tag-prefix><copy-message>{tmp_path}/copy<enter>"
    mutt("mutt", scram_site, "bob", tmp_path, keys, 'set imap_authenticators="scram-sha-256"')
    [octets] = programs.in_maildir(tmp_path / "copy")
    mails.same(mails.without([octets], "Content-Length", "Lines", "Status"), [MAIL.replace(b"\r\n", b"\n")])


@needs("mbsync")
@pytest.mark.skipif(not CYRUS, reason="no module of Cyrus SASL for SCRAM here")
@pytest.mark.parametrize(("password", "status"), [(USERS["bob"], 0), ("wrong", 1)])
def test_mbsync(scram_site: Site, tmp_path: Path, password: str, status: int) -> None:
    (tmp_path / "mail").mkdir()
    settings = CONFIG.replace("Host localhost\n", "Host localhost\nAuthMechs SCRAM-SHA-256\n").format(
        port=scram_site.ports["imaps"], user="bob", password=password, certificate=scram_site.certificate,
        home=tmp_path, create="Near", sync="Pull", expunge="None",
    )  # fmt: skip
    rc = programs.written(tmp_path / "mbsyncrc", settings)
    said = programs.run(tmp_path, "mbsync", "--config", rc, "--debug-net", "all", statuses=(status,))
    assert "AUTHENTICATE SCRAM-SHA-256 " in said
    if status == 0:
        assert len(programs.in_maildir(tmp_path / "mail" / "INBOX")) == 1


def scram(mechanism: str, password: str, bound: ssl.SSLSocket | None = None) -> scramp.ScramClient:
    binding = None if bound is None else ("tls-unique", bound.get_channel_binding("tls-unique"))
    return scramp.ScramClient([mechanism], "bob", password, channel_binding=binding)


class Conversation:
    """What imaplib asks for: a response to each challenge."""

    def __init__(self, peer: scramp.ScramClient) -> None:
        self._peer = peer
        self._steps = iter([self._first, self._final, self._end])

    def __call__(self, challenge: bytes) -> bytes:
        return next(self._steps)(challenge.decode()).encode()

    def _first(self, _: str) -> str:
        return self._peer.get_client_first()

    def _final(self, told: str) -> str:
        self._peer.set_server_first(told)
        return self._peer.get_client_final()

    def _end(self, told: str) -> str:
        self._peer.set_server_final(told)
        return ""


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"])
@pytest.mark.parametrize(("password", "good"), [(USERS["bob"], True), ("wrong", False)])
def test_scramp_in_imaplib(scram_site: Site, mechanism: str, password: str, good: bool) -> None:
    """With -PLUS the channel of TLS 1.2 is bound (RFC 5929 section 3)."""
    tls = scram_site.tls
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    with imaplib.IMAP4_SSL("localhost", scram_site.ports["imaps"], ssl_context=tls, timeout=60) as client:
        assert f"AUTH={mechanism}" in client.capabilities
        peer = scram(mechanism, password, client.sock if mechanism.endswith("-PLUS") else None)
        if good:
            client.authenticate(mechanism, Conversation(peer))
            assert client.select()[1] == [b"1"]
        else:
            with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
                client.authenticate(mechanism, Conversation(peer))


def test_scramp_in_poplib(scram_site: Site) -> None:
    """RFC 5034: challenges and responses of POP3."""
    client = poplib.POP3_SSL("localhost", scram_site.ports["pop3s"], context=scram_site.tls, timeout=60)
    peer = scram("SCRAM-SHA-256", USERS["bob"])

    def answer(text: str) -> str:
        said = client._shortcmd(b64encode(text.encode()).decode())
        return b64decode(said.removeprefix(b"+ ")).decode() if said.startswith(b"+ ") else ""

    try:
        client._shortcmd("AUTH SCRAM-SHA-256")
        peer.set_server_first(answer(peer.get_client_first()))
        peer.set_server_final(answer(peer.get_client_final()))
        answer("")
        assert client.stat()[0] == 1
        client.quit()
    finally:
        client.close()
