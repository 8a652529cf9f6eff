"""Properties of mailboxes and accounts, and who shares what: all of it survives restarts."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from coromail.context import Context, run_here
from coromail.model.acl import ANYONE
from coromail.stores.maildir import MaildirModel
from coromail.stores.maildir.files import make_maildir
from coromail.stores.shares_file import SharesFile
from tests.stores.maildir_home import Home


def test_of_a_mailbox_survive_stop_crash_and_rename(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.model.create("work").set_properties({"a": b"\0one", "b": b"", "c": b"gone"})
    home.box("work").set_properties({"c": None})
    home.crash()
    assert home.box("work").properties == {"a": b"\0one", "b": b""}
    home.model.rename("work", "play")
    home.restart()
    assert home.box("play").properties == {"a": b"\0one", "b": b""}
    home.model.delete("play")
    home.model.create("play")
    assert home.box("play").properties == {}


def test_of_an_account(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.model.account.set_properties({"x": b"y"})
    home.restart()
    assert home.model.account.properties == {"x": b"y"}


def test_new_users_get_their_mailboxes_once(tmp_path: Path) -> None:
    home = Home(tmp_path, mailboxes={"Drafts": "\\Drafts", "Sent": "\\Sent"})
    assert home.box("Sent").special_use == "\\Sent"
    assert home.model.subscriptions == {"INBOX", "Drafts", "Sent"}
    home.model.delete("Drafts")
    home.restart()
    assert [mailbox.name for mailbox in home.model.mailboxes()] == ["INBOX", "Sent"]
    assert home.box("Sent").special_use == "\\Sent"


def test_shares(tmp_path: Path) -> None:
    shares = SharesFile(tmp_path / "shares.json", run_here)
    shares.share("alice", ["bob"])
    shares.share("carol", [ANYONE])
    again = SharesFile(tmp_path / "shares.json", run_here)
    assert again.owners("bob") == ["alice", "carol"]
    assert again.owners("dave") == ["carol"]
    again.share("carol", [])
    assert SharesFile(tmp_path / "shares.json", run_here).owners("dave") == []


def test_a_shared_mailbox_is_found_after_a_restart(tmp_path: Path) -> None:
    def start() -> tuple[MaildirModel, MaildirModel]:
        context = Context({"path": str(tmp_path / "{user}")})
        auths: list[Any] = [
            SimpleNamespace(user=user, user_settings=lambda _: {}) for user in ("alice", "bob")
        ]
        alice, bob = (MaildirModel(auth, context) for auth in auths)
        return alice, bob

    alice, bob = start()
    alice.set_acl(alice.create("work"), {"bob": frozenset("lr")})
    bob.close()
    alice.close()
    alice, bob = start()
    assert [name for name, _ in bob.listed()][-1] == "Other Users/alice/work"
    assert bob.rights(bob.select("Other Users/alice/work")) == frozenset("lr")


def test_folders_that_others_make_and_remove_are_events(tmp_path: Path) -> None:
    home = Home(tmp_path)
    heard: list[tuple[str, str]] = []
    home.model.events.watchers.append(lambda event: heard.append((event.kind, event.path)))
    make_maildir(bytes(home.path / ".Other"))
    home.model.find("Other")
    shutil.rmtree(home.path / ".Other")
    assert home.model.lookup("Other") is None
    assert heard == [("created", "Other"), ("deleted", "Other")]
