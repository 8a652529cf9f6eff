"""examples/tickets.py and xcommand.py, served with examples/tickets.yaml to Python's own clients."""

from __future__ import annotations

import imaplib
import poplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.serving import EXAMPLES, daemon


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    with daemon(EXAMPLES / "tickets.yaml", tmp_path_factory.mktemp("tickets"), kinds=2) as ports:
        yield ports


@pytest.fixture
def client(ports: dict[str, int]) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", ports["imap"], timeout=60) as client:
        client.login("alice", "wonderland")
        yield client


def test_tickets_are_messages(client: imaplib.IMAP4) -> None:
    client.select(readonly=True)
    _, found = client.uid("SEARCH", "SUBJECT", "door")
    assert found == [b"1"]
    _, data = client.uid("FETCH", "1", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    assert b"[#1] The door squeaks" in data[0][1]


def test_tickets_by_pop3(ports: dict[str, int]) -> None:
    client = poplib.POP3("127.0.0.1", ports["pop3"], timeout=60)
    client.user("alice")
    client.pass_("wonderland")
    _, lines, _ = client.retr(1)
    assert b"From: carol@example.org" in lines
    client.quit()


def test_wrong_password(ports: dict[str, int]) -> None:
    with imaplib.IMAP4("127.0.0.1", ports["imap"], timeout=60) as client, pytest.raises(imaplib.IMAP4.error):
        client.login("alice", "looking-glass")


def test_own_commands(client: imaplib.IMAP4) -> None:
    imaplib.Commands["XHELLO"] = ("AUTH", "SELECTED")
    assert client.xatom("XHELLO", "Alice") == ("OK", [b"XHELLO completed"])
    assert client.response("XHELLO") == ("XHELLO", [b"Alice"])
    client.select()
    client.uid("STORE", "2", "+FLAGS", "(\\Flagged)")
    client.send(b"x UID XFIRST \\Flagged\r\n")
    assert client.readline() == b"* XFIRST 2\r\n"
    assert client.readline().startswith(b"x OK")


def test_expunging_a_ticket_closes_it(tmp_path: Path) -> None:
    """Another client of the same tracker sees it gone."""
    with daemon(EXAMPLES / "tickets.yaml", tmp_path, kinds=2) as ports:
        one, two = (imaplib.IMAP4("127.0.0.1", ports["imap"], timeout=60) for _ in range(2))
        for client in (one, two):
            client.login("alice", "wonderland")
            assert client.select() == ("OK", [b"2"])
        one.store("1", "+FLAGS", "(\\Deleted)")
        assert one.expunge() == ("OK", [b"1"])
        two.noop()
        assert two.response("EXPUNGE") == ("EXPUNGE", [b"1"])
        for client in (one, two):
            client.logout()
