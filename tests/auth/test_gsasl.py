"""SCRAM and CRAM-MD5 as GNU SASL speaks them, against a whole server. Passwords come from `coromail passwd`'s maker."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from coromail.auth.passwords import hash_password
from coromail.auth.users_file import UsersFile
from coromail.testing import MailServer

GSASL = shutil.which("gsasl")
pytestmark = pytest.mark.skipif(GSASL is None, reason="no gsasl here")


@pytest.mark.parametrize(
    ("mechanism", "scheme"),
    [
        ("SCRAM-SHA-256", "SCRAM-SHA-256"),
        ("SCRAM-SHA-1", "SCRAM-SHA-1"),
        ("SCRAM-SHA-256", "PLAIN"),
        ("CRAM-MD5", "PLAIN"),
        ("PLAIN", "argon2id"),
        ("LOGIN", "argon2id"),
    ],
)
def test_gsasl_logs_in(mechanism: str, scheme: str, tmp_path: Path) -> None:
    file = tmp_path / "users.yaml"
    file.write_text(f'alice: {{password: "{hash_password("péncil ☃", scheme)}"}}\n')
    with MailServer(auth_class=UsersFile, auth_settings={"users_file": str(file)}) as server:
        for password, good in (("péncil ☃", True), ("pencil", False)):
            command = [str(GSASL), "--client", "--imap", "--connect", f"127.0.0.1:{server.imap_port}"]
            command += ["--no-starttls", "--mechanism", mechanism, "-a", "alice", "-p", password]
            done = subprocess.run(
                command, input="", capture_output=True, text=True, timeout=20, env={"LC_ALL": "C.UTF-8"}
            )
            assert (done.returncode == 0) == good, done.stderr


@pytest.mark.parametrize(
    ("options", "mechanism"),
    [(["--no-cb"], "SCRAM-SHA-256"), (["--priority", "NORMAL:-VERS-TLS1.3"], "SCRAM-SHA-256-PLUS")],
)
def test_gsasl_chooses_what_works(options: list[str], mechanism: str, tmp_path: Path) -> None:
    """With TLS 1.2 it binds the channel. With 1.3 it could do so by tls-exporter only, which we do not have."""
    users, ca = tmp_path / "users.yaml", tmp_path / "ca.pem"
    users.write_text(f'alice: {{password: "{hash_password("secret", "SCRAM-SHA-256")}"}}\n')
    with MailServer(auth_class=UsersFile, auth_settings={"users_file": str(users)}) as server:
        ca.write_text("".join(map(ssl.DER_cert_to_PEM_cert, server.client_context().get_ca_certs(True))))
        command = [str(GSASL), "--client", "--imap", "--connect", f"localhost:{server.imap_port}"]
        command += ["--starttls", "--x509-ca-file", str(ca), *options]
        command += ["-a", "alice", "-p", "secret"]
        done = subprocess.run(command, input="", capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    assert f"AUTHENTICATE {mechanism}\n" in done.stdout
