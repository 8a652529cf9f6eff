"""The process itself: what others on the machine can read of it, and what systemd would let it do."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from coromail.app.config import Config
from tests.app import program

UNIT = Path(__file__).parents[2] / "systemd" / "coromail.service"


def test_files_are_for_the_owner_only_whatever_the_umask_was(tmp_path: Path) -> None:
    """Mail, index, pid file: 0600 and 0700, from a shell with umask 0; the command line shows no secret."""
    file = program.site(
        tmp_path, store='{path: "mail/{user}"}', process="{pid_file: mail/pid}", log="{target: mail/log}"
    )
    (tmp_path / "mail").mkdir(mode=0o700)
    old = os.umask(0)
    try:
        process = program.start("serve", "-c", file)
    finally:
        os.umask(old)
    try:
        with socket.create_connection(
            ("127.0.0.1", program.port(tmp_path / "mail/log")), timeout=20
        ) as client:
            client.sendall(
                b"a LOGIN alice right\r\nb APPEND INBOX {4+}\r\na: b\r\nc CREATE x/y\r\nd LOGOUT\r\n"
            )
            assert b"c OK" in client.makefile("rb").read()
        assert b"right" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert b"right" not in Path(f"/proc/{process.pid}/comm").read_bytes()
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert re.search(r"^Umask:\s+0077$", status, re.MULTILINE)
        found = list((tmp_path / "mail").rglob("*"))
        assert len(found) > 6
        for path in found:
            mode = stat.S_IMODE(path.lstat().st_mode)
            assert mode & 0o077 == 0, f"{path}: {mode:o}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def test_the_default_umask_is_077() -> None:
    assert Config.parse({}, Path()).process.umask == 0o077


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_exposure_of_the_unit() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", UNIT],
        capture_output=True, text=True, check=False, timeout=50,
    )  # fmt: skip
    exposure = re.search(r"exposure level for \S+: (\d+\.\d)", done.stdout)
    assert exposure, done.stdout + done.stderr
    assert float(exposure[1]) <= 1.5
