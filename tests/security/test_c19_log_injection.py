"""C19: no client writes a line of its own into the log, none sends terminal controls, no secret gets there."""

from __future__ import annotations

import json
import re
import signal
import socket
from pathlib import Path

import pytest

from coromail.auth.sasl.exchange import Challenge
from coromail.auth.scram_keys import ScramKeys
from tests.app import program

PASSWORD = "correct horse battery"
NAMES = [
    b"x\r\n2026-01-01T00:00:00.000+0000 info coromail: forged",
    b"\x1b[2J\x1b]0;forged\x07",
    "\u2028forged\u2029\x85forged\u202e".encode(),
    b"\x7f\x08\x08\x00",
    b"\xff\xfe",
    b"%s%n{x}",
]


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The log of a server at the level debug, after everything that clients may try."""
    limits = "{exempt_networks: [127.0.0.0/8], login_failures: 0, unauth_commands: 0}"
    file = program.site(
        tmp_path, log=f"{{target: log, level: debug, format: {request.param}}}", limits=limits
    )
    (tmp_path / "site_classes.py").write_text(program.CLASSES.replace('"right"', repr(PASSWORD)))
    process = program.start("serve", "-c", file)
    pattern = r"listening imap 127\.0\.0\.1:(\d+)"
    port = int(program.wait_for(tmp_path / "log", pattern)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client, client.makefile("rb") as lines:
        for name in NAMES:
            client.sendall(b"a LOGIN {%d+}\r\n%b {9+}\r\nwrong pw!\r\n" % (len(name), name))
            client.sendall(
                b'b AUTHENTICATE PLAIN AHgAd3Jvbmcgc2VjcmV0\r\nc ID ("name" {%d+}\r\n%b)\r\n'
                % (len(name), name)
            )
        client.sendall(b'd LOGIN alice "%s"\r\ne LOGOUT\r\n' % PASSWORD.encode())
        assert any(line.startswith(b"d OK") for line in lines.readlines())
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    return tmp_path / "log"


def test_one_record_is_one_line_of_printable_text(log: Path) -> None:
    lines = log.read_bytes().decode().splitlines()
    assert len(lines) > len(NAMES)
    for line in lines:
        assert line.isprintable()
        if line.startswith("{"):
            assert set(json.loads(line)) >= {"time", "level", "logger", "message"}
        else:
            assert re.match(r"\S+T\S+ (debug|info|warning|error) \w", line)
            assert not line.startswith("2026-01-01T00:00:00.000")
    assert "Traceback" not in log.read_text()


def test_no_password_is_logged(log: Path) -> None:
    text = log.read_text()
    for secret in (PASSWORD, "wrong pw!", "wrong secret", "d3Jvbmcgc2VjcmV0"):
        assert secret not in text


def test_representations_show_no_secrets() -> None:
    keys = ScramKeys.derive("SCRAM-SHA-256", PASSWORD, b"salt")
    for found in (repr(Challenge(PASSWORD.encode())), repr(keys)):
        assert PASSWORD not in found
        assert "stored" not in found or keys.stored.hex() not in found
