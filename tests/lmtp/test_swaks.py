"""swaks delivers by LMTP: in the clear, with STARTTLS, over a unix socket, pipelined."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.app import program

SWAKS = shutil.which("swaks")
pytestmark = [pytest.mark.skipif(SWAKS is None, reason="swaks is not installed"), pytest.mark.timeout(120)]

CONFIG = """\
hostname: localhost
listen: {lmtp: ["127.0.0.1:0", "unix:lmtp.sock"]}
tls: {certificate: cert.pem, key: key.pem}
auth: {users_file: users.yaml}
store: {path: "mail/{user}"}
log: {target: log}
"""
MESSAGE = "From: a@b\nSubject: grüße\n\n.\n..dots\nend"  # swaks ends the line


class Site:
    """coromail with an LMTP port and socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "coromail.yaml").write_text(CONFIG)
        (folder / "users.yaml").write_text(
            "".join(f'{name}: {{password: "{{PLAIN}}x"}}\n' for name in ("alice", "bob"))
        )
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        issued = authority.issue_cert("localhost")
        issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
        issued.private_key_pem.write_to_path(folder / "key.pem")
        self.process = program.start("serve", "-c", folder / "coromail.yaml")
        self.port = program.port(folder / "log", "lmtp")
        program.wait_for(folder / "log", "listening lmtp unix:")

    def swaks(self, *options: str, status: int = 0) -> str:
        """Deliver the message; the dialogue."""
        done = subprocess.run(
            [str(SWAKS), "--protocol", "LMTP", "--from", "sender@example.com", "--data", "-", *options],
            input=MESSAGE, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def mail(self, user: str) -> list[bytes]:
        """What was delivered since the last time."""
        found = [path for part in ("new", "cur") for path in (self.folder / "mail" / user / part).iterdir()]
        octets = [path.read_bytes() for path in found]
        for path in found:
            path.unlink()
        return octets


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("swaks"))
    yield made
    made.process.terminate()
    assert made.process.communicate(timeout=30) == ("", "")
    assert "Traceback" not in (made.folder / "log").read_text()


@pytest.mark.parametrize(
    "options",
    [
        ["--server", "localhost:{port}"],
        ["--server", "localhost:{port}", "--pipeline"],
        ["--server", "localhost:{port}", "--tls", "--tls-verify", "--tls-ca-path", "{folder}/ca.pem"],
        ["--socket", "{folder}/lmtp.sock"],
    ],
    ids=["clear", "pipelined", "tls", "unix"],
)
def test_a_delivery(site: Site, options: list[str]) -> None:
    where = [option.format(port=site.port, folder=site.folder) for option in options]
    said = site.swaks(*where, "--to", "alice@localhost,bob@localhost")
    assert ("STARTTLS" in said.split("LHLO", 1)[1]) or "--socket" in where
    for user in ("alice", "bob"):
        [octets] = site.mail(user)
        assert octets.endswith(MESSAGE.encode().replace(b"\n", b"\r\n") + b"\r\n")
        assert (b"with LMTPS" in octets) == ("--tls" in where)


def test_one_recipient_of_two_is_unknown(site: Site) -> None:
    """RFC 2033 section 4.2: an answer for each recipient that was accepted."""
    said = site.swaks("--server", f"localhost:{site.port}", "--to", "nobody@localhost,bob@localhost")
    assert "<** 550 5.1.1" in said
    assert len(site.mail("bob")) == 1
    site.swaks("--server", f"localhost:{site.port}", "--to", "nobody@localhost", status=24)
