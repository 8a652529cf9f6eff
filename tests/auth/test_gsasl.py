"""SCRAM and CRAM-MD5 as GNU SASL speaks them, against a whole server. Passwords come from `coromail passwd`'s maker."""

from __future__ import annotations

import shutil
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
