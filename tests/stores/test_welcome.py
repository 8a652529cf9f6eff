"""What a new user finds, and what somebody who moves in with mail does not."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from coromail.auth.auth import Auth
from coromail.context import Context
from coromail.errors import NoStore, Unavailable
from coromail.stores.maildir import MaildirModel
from coromail.stores.maildir.account import MaildirAccount

USES = {"Drafts": "\\Drafts", "Sent": "\\Sent"}


def open_model(path: Path) -> MaildirModel:
    return log_in(Context({"path": str(path / "{user}"), "mailboxes": USES}))


def log_in(context: Context, user: str = "alice") -> MaildirModel:
    auth = Auth()
    auth.user = user
    return MaildirModel(auth, context)


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


def disk_full_after(calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    left = iter(range(calls))
    real = os.pwrite

    def pwrite(fd: int, data: bytes, offset: int) -> int:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "full")
        return real(fd, data, offset)

    monkeypatch.setattr(os, "pwrite", pwrite)


@pytest.mark.parametrize("restarted", [False, True])
def test_a_first_login_that_fails_at_any_point_leaves_the_rest_to_the_next(
    restarted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = True
    calls = 0
    while failed:
        context = Context({"path": str(tmp_path / str(calls) / "{user}"), "mailboxes": USES})
        with monkeypatch.context() as patch:
            disk_full_after(calls, patch)
            try:
                log_in(context)
                failed = False
            except Unavailable:
                calls += 1
        if restarted:
            for account in list(context._shared.values()):
                if isinstance(account, MaildirAccount):
                    account.journal.close()
                    account.cache.close()
            context = Context(context.settings)
        model = log_in(context)
        assert names(model) == {"INBOX": None, "Drafts": "\\Drafts", "Sent": "\\Sent"}, f"call {calls}"
        assert model.subscriptions == {"INBOX", "Drafts", "Sent"}
        model.close()
        context.close()
    assert calls > 6


def test_a_quota_too_small_for_these_mailboxes_lets_the_user_in(tmp_path: Path) -> None:
    auth = Auth()
    auth.user = "alice"
    auth.user_settings = lambda user: {"quota": {"mailboxes": 2}}  # type: ignore[method-assign]
    context = Context({"path": str(tmp_path / "{user}"), "mailboxes": USES})
    assert names(MaildirModel(auth, context)) == {"INBOX": None, "Drafts": "\\Drafts"}


def test_where_maildirs_are_not_to_be_made_a_missing_one_is_a_passing_fault(tmp_path: Path) -> None:
    """Its disk may not be mounted: clients must not believe that all mail is gone."""
    context = Context({"path": str(tmp_path / "mail" / "{user}"), "mailboxes": USES, "create": False})
    with pytest.raises(Unavailable):
        log_in(context)
    assert list(tmp_path.iterdir()) == []
    for name in ("cur", "new", "tmp"):
        (tmp_path / "mail" / "alice" / name).mkdir(parents=True)
    assert names(log_in(context)) == {"INBOX": None}


def test_a_missing_maildir_does_not_take_the_list_from_those_who_share_it(tmp_path: Path) -> None:
    settings = {"path": str(tmp_path / "{user}")}
    context = Context(settings)
    alice, bob = log_in(context), log_in(context, "bob")
    alice.set_acl(alice.create("work"), {"bob": frozenset("lr")})
    assert "Other Users/alice/work" in dict(bob.listed())
    context.close()
    shutil.rmtree(tmp_path / "alice")
    bob = log_in(Context({**settings, "create": False}), "bob")
    assert list(dict(bob.listed())) == ["INBOX"]
    with pytest.raises(NoStore):
        bob.lookup("Other Users/alice/work")
