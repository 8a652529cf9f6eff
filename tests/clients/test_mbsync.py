"""mbsync, which many rely on for the only other copy of their mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients import mails
from tests.clients.mbsync import mbsync
from tests.clients.programs import in_maildir, needs, new_maildir
from tests.clients.site import Site

pytestmark = [needs("mbsync"), pytest.mark.timeout(300)]


def local(home: Path, folder: str) -> Path:
    """Where mbsync puts a Maildir++ folder."""
    return home / "mail" / (folder[1:].replace(".", "/") or "INBOX")


def test_mbsync_fetches_everything_and_nothing_twice(archive, tmp_path):
    mbsync(archive, "alice", tmp_path)
    for folder, messages in mails.by_folder().items():
        got = in_maildir(local(tmp_path, folder))
        mails.same(mails.without(got, "X-TUID"), messages, folder)
    files = sorted(tmp_path.glob("mail/**/cur/*"))
    sent = mbsync(archive, "alice", tmp_path)
    assert sorted(tmp_path.glob("mail/**/cur/*")) == files
    assert "SELECT" in sent
    assert not any(word in sent for word in ("BODY", "APPEND", "STORE", "EXPUNGE"))


def test_mbsync_moves_an_archive_in(tmp_path):
    """The way in: everything is sent to a new account.

    Old mail has 8-bit headers, which RFC 6855 section 4 forbids clients to send while UTF8=ACCEPT is on offer.
    """
    home = tmp_path / "home"
    inbox = new_maildir(home / "mail/INBOX")
    for number, octets in enumerate(mails.all_messages()):
        (inbox / "cur" / f"{1_100_000_000 + number}.M1P1.here:2,{'S' * (number % 2)}").write_bytes(octets)
    site = Site(tmp_path / "site", more='capabilities: {off: ["UTF8=ACCEPT"]}\n')
    site.start()
    try:
        mbsync(site, "bob", home, sync="Push")
        with site.imap("bob") as client:
            client.select("INBOX", readonly=True)
            answers = client.uid("FETCH", "1:*", "(INTERNALDATE FLAGS BODY.PEEK[])")[1]
        got = [answer[1] for answer in answers if isinstance(answer, tuple)]
        mails.same(mails.without(got, "X-TUID"), mails.wire(mails.all_messages()))
        assert site.problems() == []
    finally:
        site.stop()
