"""mbsync, which many rely on for the only other copy of their mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients import mails
from tests.clients.mbsync import mbsync
from tests.clients.programs import in_maildir, needs

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
