"""`coromail import imap` and `pop3`: from a real server, and from servers that fail."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from coromail.app.transfer.client import Client, Fetched, Listed
from coromail.app.transfer.remote import ImapSource
from tests.transfer.site import Site
from tests.transfer.test_files import MAILS, fill

EIGHT_BIT = 'capabilities: {off: ["UTF8=ACCEPT"]}\n'


def test_import_imap_and_again(tmp_path: Path) -> None:
    old, new = Site(tmp_path / "old", EIGHT_BIT), Site(tmp_path / "new")
    fill(old)
    before = old.content()
    with old.serving():
        there = (f"127.0.0.1:{old.port('imap')}", "--login", "alice", "--tls", "none")
        command = ("import", "imap", *there, "--password-file", old.folder / "password")
        assert new.run(*command) == (0, "20 messages imported, 0 were there already, 0 left\n")
        assert new.run(*command) == (0, "0 messages imported, 20 were there already, 0 left\n")
        (old.folder / "password").write_text("wrong\n")
        status, said = new.run(*command)
        assert (status, "Wrong name or password" in said) == (1, True)
    after = new.content()
    assert {name: sorted(messages) for name, messages in after.items()} == {
        name: sorted(messages) for name, messages in before.items()
    }


def test_import_pop3_and_again(tmp_path: Path) -> None:
    old, new = Site(tmp_path / "old", EIGHT_BIT), Site(tmp_path / "new")
    fill(old)
    with old.serving():
        there = (f"127.0.0.1:{old.port('pop3')}", "--login", "alice", "--tls", "none")
        command = ("import", "pop3", *there, "--password-file", old.folder / "password", "--mailbox", "Old")
        assert new.run(*command) == (0, "5 messages imported, 0 were there already, 0 left\n")
        assert new.run(*command) == (0, "0 messages imported, 5 were there already, 0 left\n")
    octets = [octets.rstrip(b"\r\n") for octets, _, _ in new.content()["Old"]]
    assert octets == [mail.rstrip(b"\r\n") for mail in MAILS]


class Failing:
    """An IMAP server with UIDs 1 to 9: 3 is refused, the connection is lost at 5 once, and `broken` at all."""

    dropped = False

    def names(self) -> list[Listed]:
        return [
            Listed(b"good", ["good"], True),
            Listed(b"broken", ["broken"], True),
            Listed(b"forbidden", ["forbidden"], True),
            Listed(b"above", ["above"], False),
        ]

    def open_mailbox(self, name: bytes) -> int:
        self.name = name
        if name == b"forbidden":
            raise imaplib.IMAP4.error("not yours")
        if name == b"broken":
            raise imaplib.IMAP4.abort("gone")
        return 9

    def uids(self) -> list[int]:
        return list(range(1, 10))

    def fetch_messages(self, uids: str, items: str) -> Iterator[Fetched]:
        wanted = [int(uid) for uid in uids.split(",")]
        if 3 in wanted:
            raise imaplib.IMAP4.error("cannot read it")
        for uid in wanted:
            if uid == 5 and not Failing.dropped:
                Failing.dropped = True
                raise imaplib.IMAP4.abort("gone")
            yield Fetched(uid, 10, [], "", "", b"Subject: %d\r\n\r\n" % uid)

    def shutdown(self) -> None:
        pass


def test_import_imap_goes_on_after_errors_and_says_what_it_left() -> None:
    Failing.dropped = False
    source = ImapSource(lambda: cast(Client, cast(Any, Failing())))
    got = [item.octets() for item in source.items()]
    assert got == [b"Subject: %d\r\n\r\n" % uid for uid in (1, 2, 4, 5, 6, 7, 8, 9)]
    assert [line for line in source.left if line.startswith("good")][-1] == "good, UID 3: cannot read it"
    assert "broken, from UID 1 on: gone" in source.left
    assert "forbidden: not yours" in source.left
