"""nmap's scripts look at the TLS listeners as somebody on the internet would: nothing weak is offered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.clients.programs import needs, run
from tests.clients.site import Site

pytestmark = [needs("nmap"), pytest.mark.timeout(300)]
SCRIPTS = (
    "+ssl-enum-ciphers,+ssl-heartbleed,+ssl-poodle,+ssl-ccs-injection,+ssl-dh-params,+sslv2,+sslv2-drown"
)


def test_nothing_weak_is_offered(archive: Site, tmp_path: Path) -> None:
    """Grade A for each cipher, TLS 1.2 and 1.3 only, and none of the known holes."""
    ports = {str(archive.ports["imaps"]), str(archive.ports["pop3s"])}
    said = run(
        tmp_path / "home", "nmap", "-Pn", "-sT", "-p", ",".join(ports), "--script", SCRIPTS, "127.0.0.1"
    )
    assert said.count("ssl-enum-ciphers:") == said.count("least strength: A") == len(ports), said
    assert set(re.findall(r"(TLSv1\.\d|SSLv\d): *$", said, re.MULTILINE)) == {"TLSv1.2", "TLSv1.3"}
    assert "warnings:" not in said
    assert "VULNERABLE" not in said
