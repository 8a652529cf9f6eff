"""The proxy of examples/: mail of a real server upstream, by POP3 and by IMAP, over TLS that is verified."""

from __future__ import annotations

import os
import poplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.site import USERS, Site

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "pop3_proxy.py"
MAILS = [b"Subject: one\r\n\r\n.dot\r\nbody\r\n", b"Subject: two\r\n\r\n" + b"a line of text\r\n" * 5000]


@contextmanager
def proxy(site: Site, scheme: str) -> Iterator[int]:
    """The example, serving what the site has; its port."""
    url = f"{scheme}://localhost:{site.ports[scheme]}"
    process = subprocess.Popen(
        [sys.executable, EXAMPLE, "0", url],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "SSL_CERT_FILE": str(site.certificate)},
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().split()[-1])
    finally:
        process.terminate()
        process.communicate(timeout=30)


def session(port: int) -> poplib.POP3:
    client = poplib.POP3("127.0.0.1", port, timeout=30)
    client.user("bob")
    client.pass_(USERS["bob"])
    return client


@pytest.mark.parametrize("scheme", ["imaps", "pop3s"])
def test_mail_of_an_upstream_server(tmp_path: Path, scheme: str) -> None:
    site = Site(tmp_path / "site")
    for octets in MAILS:
        site.deliver("bob", octets)
    site.start()
    try:
        with proxy(site, scheme) as port:
            client = session(port)
            assert [b"\r\n".join(client.retr(number)[1]) + b"\r\n" for number in (1, 2)] == MAILS
            unique = [line.split()[1] for line in client.uidl()[1]]
            client.dele(1)
            client.quit()
            client = session(port)
            assert [line.split()[1] for line in client.uidl()[1]] == unique[1:]
            client.quit()
    finally:
        site.stop()
