"""What a new user finds, and what somebody who moves in with mail does not."""

from __future__ import annotations

from pathlib import Path

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.stores.maildir import MaildirModel

USES = {"Drafts": "\\Drafts", "Sent": "\\Sent"}


def open_model(path: Path) -> MaildirModel:
    auth = Auth()
    auth.user = "alice"
    return MaildirModel(auth, Context({"path": str(path / "{user}"), "mailboxes": USES}))


def names(model: MaildirModel) -> dict[str, str | None]:
    return {mailbox.full_path: mailbox.special_use for mailbox in model.mailboxes()}


def test_a_new_user_gets_the_configured_mailboxes_subscribed(tmp_path: Path) -> None:
    model = open_model(tmp_path)
    assert names(model) == {"INBOX": None, "Drafts": "\\Drafts", "Sent": "\\Sent"}
    assert model.subscriptions == {"INBOX", "Drafts", "Sent"}


def test_an_existing_maildir_gets_no_mailboxes_but_those_there_get_their_use(tmp_path: Path) -> None:
    for folder in ("", ".Sent", ".Work"):
        for name in ("cur", "new", "tmp"):
            (tmp_path / "alice" / folder / name).mkdir(parents=True)
    model = open_model(tmp_path)
    assert names(model) == {"INBOX": None, "Sent": "\\Sent", "Work": None}


def test_what_a_user_removed_stays_away(tmp_path: Path) -> None:
    model = open_model(tmp_path)
    model.delete("Drafts")
    model.close()
    assert "Drafts" not in names(open_model(tmp_path))
