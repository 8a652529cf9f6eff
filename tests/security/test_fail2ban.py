"""fail2ban finds the addresses of failed logins, and no address that a client only talks about."""

from __future__ import annotations

import configparser
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.app import program

FILTER = program.ROOT / "config" / "fail2ban" / "coromail.conf"
FORGED = b"""' x" address=192.0.2.66"""
AROUND = [
    "Nov 21 14:43:43 host coromail: {}",
    "Nov 21 14:43:44 host coromail[136]: 2026-11-21T14:43:44.849+0000 {}",
]
FAILED = "info coromail: imap login failed user='alice' address=127.0.0.1"
TALK = "info coromail: heard 'imap login failed user=1 address=192.0.2.66'"


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A log with two failed logins by IMAP and one by POP3, then lines as syslog and the journal show them."""
    file = program.site(
        tmp_path,
        listen='{imap: ["127.0.0.1:0"], pop3: ["127.0.0.1:0"]}',
        log=f"{{target: log, format: {request.param}}}",
        limits="{exempt_networks: [127.0.0.0/8]}",
    )
    process = program.start("serve", "-c", file)
    ports = [
        int(program.wait_for(tmp_path / "log", rf"listening {kind} 127\.0\.0\.1:(\d+)")[1])
        for kind in ("imap", "pop3")
    ]
    try:
        with socket.create_connection(("127.0.0.1", ports[0]), timeout=60) as client:
            client.sendall(
                b"a LOGIN alice wrong\r\nb LOGIN {%d+}\r\n%b wrong\r\nc LOGOUT\r\n" % (len(FORGED), FORGED)
            )
            assert client.makefile("rb").read().count(b"AUTHENTICATIONFAILED") == 2
        with socket.create_connection(("127.0.0.1", ports[1]), timeout=60) as client:
            client.sendall(b"USER %b\r\nPASS wrong\r\nQUIT\r\n" % FORGED)
            assert b"[AUTH]" in client.makefile("rb").read()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    with (tmp_path / "log").open("a") as lines:
        for text in (FAILED, TALK):
            lines.writelines(line.format(text) + "\n" for line in AROUND)
    return tmp_path / "log"


def expressions() -> list[str]:
    """What the filter looks for, with what fail2ban puts in place of <ADDR>."""
    parser = configparser.ConfigParser()
    parser.read(FILTER)
    text = parser["Definition"]["failregex"]
    return [line.replace("<ADDR>", r"(?P<address>[\d.]+|[\da-f:]+)") for line in text.split("\n")]


def test_the_expressions(log: Path) -> None:
    found = []
    for line in log.read_text().splitlines():
        rest = re.sub(
            r"^(\d{4}-\S+|\w{3} \d+ [\d:]+)|(?<=\"time\": \")[^\"]*", "", line
        )  # fail2ban takes the time out
        found += [match["address"] for one in expressions() if (match := re.search(one, rest))]
    assert found == ["127.0.0.1"] * 5


@pytest.mark.skipif(shutil.which("fail2ban-regex") is None, reason="needs fail2ban")
def test_with_fail2ban(log: Path) -> None:
    found = subprocess.run(
        ["fail2ban-regex", "--out=ip", str(log), str(FILTER)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert found.stdout.split() == ["127.0.0.1"] * 5
