"""200 POP3 clients of 100 users at once, on the Maildir store: every octet right, nobody sees another's mail."""

from __future__ import annotations

import poplib
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.clients.site import Site

COUNT = 100
MESSAGES = 5


def mail(user: str, number: int) -> bytes:
    """A message that only this user has."""
    lines = b"".join(b"line %d of %s\r\n" % (line, user.encode()) for line in range(20 * number))
    return b"From: a@example.org\r\nSubject: %d for %s\r\n\r\n.%s" % (number, user.encode(), lines)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("crowd")
    site = Site(folder / "site", 'limits: {exempt_networks: ["127.0.0.0/8"]}\n')
    users = [f"user{number}" for number in range(COUNT)]
    (site.folder / "users.yaml").write_text(
        "".join(f'{user}: {{password: "{{PLAIN}}{user}"}}\n' for user in users)
    )
    for user in users:
        for name in ("cur", "new", "tmp"):
            (site.folder / "mail" / user / name).mkdir(parents=True)
        for number in range(1, MESSAGES + 1):
            octets = mail(user, number).replace(b"\r\n", b"\n")
            (site.folder / "mail" / user / "new" / f"{1700000000 + number}.{user}.host").write_bytes(octets)
    site.start()
    yield site
    site.stop()


def log_in(port: int, user: str, context: ssl.SSLContext) -> poplib.POP3_SSL:
    """A session in TRANSACTION; waits while the user's other client has the maildrop."""
    for _ in range(300):
        client = poplib.POP3_SSL("127.0.0.1", port, context=context, timeout=60)
        client.user(user)
        try:
            client.pass_(user)
        except poplib.error_proto as error:
            if b"[IN-USE]" not in error.args[0]:
                raise
            client.close()
            time.sleep(0.05)
            continue
        return client
    raise AssertionError(f"the maildrop of {user} never came free")


def test_200_clients_of_100_users_at_once(crowd: Site) -> None:
    context = crowd.tls

    def fetch(user: str) -> list[str]:
        client = log_in(crowd.ports["pop3s"], user, context)
        count, _ = client.stat()
        assert count == MESSAGES
        for number in range(1, count + 1):
            _, lines, octets = client.retr(number)
            assert b"\r\n".join(lines) + b"\r\n" == mail(user, number)
            assert octets == len(mail(user, number))
        uidls = [line.decode().split()[1] for line in client.uidl()[1]]
        client.quit()
        return uidls

    users = [f"user{number % COUNT}" for number in range(2 * COUNT)]
    with ThreadPoolExecutor(2 * COUNT) as pool:
        told = list(pool.map(fetch, users))
    assert told[:COUNT] == told[COUNT:]  # the two clients of a user were told the same unique ids
