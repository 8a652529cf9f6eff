"""The main job with the clients that Python programmers use: every message comes as it was delivered."""

from __future__ import annotations

import pytest

from tests.clients import mails
from tests.clients.programs import needs_module
from tests.clients.site import USERS

pytestmark = pytest.mark.timeout(300)


def of_folder(name: str) -> list[bytes]:
    """The messages that must be in a mailbox, by its name in LIST."""
    folder = "" if name == "INBOX" else "." + name.replace("/", ".")
    return mails.wire(mails.by_folder()[folder])


def test_imaplib_fetches_everything(archive):
    with archive.imap("alice") as client:
        names = [line.rpartition(b' "/" ')[2].decode().strip('"') for line in client.list()[1]]
        wanted = {"INBOX" if not folder else folder[1:].replace(".", "/") for folder in mails.by_folder()}
        assert wanted <= set(names)
        for name in wanted:
            assert client.select(f'"{name}"', readonly=True)[0] == "OK"
            answers = client.uid("FETCH", "1:*", "(UID RFC822.SIZE BODY.PEEK[])")[1]
            got = [answer[1] for answer in answers if isinstance(answer, tuple)]
            mails.same(got, of_folder(name), name)
            sizes = [
                int(answer[0].split(b"RFC822.SIZE ")[1].split()[0])
                for answer in answers
                if isinstance(answer, tuple)
            ]
            assert sizes == [len(octets) for octets in got]


def test_poplib_fetches_everything(archive, monkeypatch):
    monkeypatch.setattr("poplib._MAXLINE", 10**6)  # it gives up at 2048 octets; real mail has longer lines
    with archive.pop3("carol") as client:
        number, total = client.stat()
        sizes = [int(line.split()[1]) for line in client.list()[1]]
        assert (number, total) == (len(mails.all_messages()), sum(sizes))
        got = [b"".join(line + b"\r\n" for line in client.retr(one)[1]) for one in range(1, number + 1)]
        assert [len(octets) for octets in got] == sizes
        mails.same(got, mails.wire(mails.all_messages()))
        client.quit()


@needs_module("imapclient")
def test_imapclient_fetches_everything(archive):
    from imapclient import IMAPClient

    with IMAPClient("localhost", archive.ports["imaps"], ssl_context=archive.tls) as client:
        client.login("alice", USERS["alice"])
        for folder, messages in mails.by_folder().items():
            client.folder_encode = False
            client.select_folder(folder[1:].replace(".", "/") or "INBOX", readonly=True)
            answers = client.fetch(client.search(), ["BODY.PEEK[]", "ENVELOPE", "BODYSTRUCTURE", "FLAGS"])
            assert list(answers) == sorted(answers)
            mails.same([answer[b"BODY[]"] for answer in answers.values()], mails.wire(messages), folder)
