"""An app password for one mailbox, over IMAP: no command shows or touches another one (C11)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from coromail.auth.users_file import UsersFile
from coromail.testing import MailServer

USERS = """
alice:
  password: "{PLAIN}main"
  app_passwords: [{name: scanner, password: "{PLAIN}scan", mailbox: Scans}]
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    (tmp_path / "users.yaml").write_text(USERS)
    settings = {"users_file": str(tmp_path / "users.yaml")}
    with MailServer(auth_class=UsersFile, auth_settings=settings) as server:
        yield server


def client(server: MailServer, password: str) -> IMAPClient:
    made = IMAPClient("127.0.0.1", server.imap_port, ssl=False)
    made.login("alice", password)
    return made


def test_c11_nothing_but_the_mailbox(server: MailServer) -> None:
    with client(server, "main") as whole, client(server, "scan") as limited:
        for name in ("Scans", "Secret"):
            whole.create_folder(name)
            whole.subscribe_folder(name)
        whole.append("Secret", b"Subject: secret\r\n\r\n")
        assert [name for _, _, name in limited.list_folders()] == ["Scans"]
        assert [name for _, _, name in limited.list_sub_folders()] == ["Scans"]
        limited.append("Scans", b"Subject: scan\r\n\r\n")
        assert limited.select_folder("Scans")[b"EXISTS"] == 1
        for refused in (
            lambda: limited.select_folder("Secret"),
            lambda: limited.folder_status("INBOX"),
            lambda: limited.append("Secret", b"x"),
            lambda: limited.copy("1", "Secret"),
            lambda: limited.create_folder("New"),
            lambda: limited.delete_folder("Scans"),
            lambda: limited.rename_folder("Scans", "Secret2"),
            lambda: limited.rename_folder("Secret", "Scans/x"),
        ):
            with pytest.raises(IMAPClientError):
                refused()
        assert whole.folder_status("Secret")[b"MESSAGES"] == 1


def test_c11_news_of_other_mailboxes_are_not_told(server: MailServer) -> None:
    with client(server, "main") as whole, client(server, "scan") as limited:
        limited._imap.xatom(
            "NOTIFY", "SET (personal (MailboxName SubscriptionChange MessageNew MessageExpunge))"
        )
        whole.create_folder("Secret")
        whole.subscribe_folder("Secret")
        whole.rename_folder("Secret", "Hidden")
        whole.unsubscribe_folder("Secret")
        whole.delete_folder("Hidden")
        whole.create_folder("Scans")
        limited.noop()
        told = str(limited._imap.untagged_responses)
        assert "Scans" in told
        assert "Secret" not in told
        assert "Hidden" not in told
