"""PAM's own pam_unix behind a whole server: users of a passwd file that only the server sees (nss_wrapper)."""

from __future__ import annotations

import imaplib
import os
import poplib
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app import program
from tests.clients.site import KINDS, Site

FOLDER = Path("/etc/pam.d")
WRAPPER = next(Path("/usr/lib").glob("**/libnss_wrapper.so"), None)
pytestmark = [
    pytest.mark.skipif(not os.access(FOLDER, os.W_OK), reason="only root can add a PAM service"),
    pytest.mark.skipif(WRAPPER is None, reason="no nss_wrapper here"),
    pytest.mark.timeout(120),
]
pytest.importorskip("pam")
sha512_crypt = pytest.importorskip("passlib.hash").sha512_crypt

SERVICE = "auth required pam_unix.so nodelay\naccount required pam_unix.so\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """alice may log in, old's password is locked, and daemon's id is too low; nobody of the machine is there."""
    service = FOLDER / f"coromail-test-{secrets.token_hex(4)}"
    made = Site(tmp_path / "site", "limits: {exempt_networks: [127.0.0.0/8]}\n")
    text = made.configuration.read_text()
    auth = f'auth: {{class: "coromail.auth.pam:Pam", pam: {{service: {service.name}}}}}\n'
    made.configuration.write_text(text.replace("auth: {users_file: users.yaml}\n", auth))
    stored = sha512_crypt.using(rounds=5000).hash("wonderland")
    users = [("alice", stored, 2000), ("old", "!" + stored, 2001), ("daemon", stored, 1), ("root", "x", 0)]
    lines = [f"{name}:{password}:{uid}:{uid}::/home/{name}:/bin/sh\n" for name, password, uid in users]
    (tmp_path / "passwd").write_text("".join(lines))
    (tmp_path / "group").write_text("root:x:0:\nstaff:x:3000:alice\nalice:x:2000:\n")
    service.write_text(SERVICE)
    try:
        made.process = program.start(
            "serve", "-c", made.configuration, LD_PRELOAD=str(WRAPPER),
            NSS_WRAPPER_PASSWD=str(tmp_path / "passwd"), NSS_WRAPPER_GROUP=str(tmp_path / "group"),
        )  # fmt: skip
        made.ports = {kind: program.port(made.folder / "log", kind) for kind in KINDS}
        yield made
        assert made.problems() == []
        made.stop()
    finally:
        service.unlink()
        if made.process is not None and made.process.poll() is None:
            made.kill()


def imap(site: Site, user: str, password: str) -> bool:
    with imaplib.IMAP4_SSL("localhost", site.ports["imaps"], ssl_context=site.tls, timeout=60) as client:
        try:
            client.login(user, password)
        except imaplib.IMAP4.error as error:
            assert "AUTHENTICATIONFAILED" in str(error)  # noqa: PT017
            return False
        return client.select()[0] == "OK"


def test_users_of_the_machine(site: Site) -> None:
    assert imap(site, "alice", "wonderland")
    for user, password in (
        ("alice", "builder"),
        ("old", "wonderland"),
        ("daemon", "wonderland"),
        ("root", "wonderland"),
        ("nobody", "wonderland"),
    ):
        assert not imap(site, user, password), user
    client = poplib.POP3_SSL("localhost", site.ports["pop3s"], context=site.tls, timeout=60)
    client.user("alice")
    client.pass_("wonderland")
    client.quit()
