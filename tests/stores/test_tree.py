"""Folders: CREATE, DELETE, RENAME (RFC 9051 sections 6.3.4 to 6.3.6), Maildir++ names, folders of others."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.errors import InvalidName, MailboxExists, NotAllowed, NotPossible, StorageError
from coromail.stores.maildir.folder_names import folder_of, parts_of, user_path
from tests.stores.maildir_home import Home, append, listening, mail, subjects, uids


def names(home: Home) -> list[str]:
    return sorted(mailbox.full_path for mailbox in home.model.mailboxes())


def folders(home: Home) -> list[str]:
    return sorted(name for name in os.listdir(home.path) if name.startswith("."))


def test_folders_lie_as_courier_and_dovecot_have_them(home: Home) -> None:
    home.model.create("Entwürfe/a & b")
    assert folders(home) == [".Entw&APw-rfe", ".Entw&APw-rfe.a &- b"]
    assert (home.path / ".Entw&APw-rfe" / "maildirfolder").exists()
    home.restart()
    assert names(home) == ["Entwürfe", "Entwürfe/a & b", "INBOX"]


def test_a_dot_in_a_name(home: Home) -> None:
    home.model.create("john.doe/v1.2")
    append(home.box("john.doe/v1.2"), "one")
    home.restart()
    assert names(home) == ["INBOX", "john.doe", "john.doe/v1.2"]
    assert subjects(home.box("john.doe/v1.2")) == ["one"]


def test_dot_as_the_separator(tmp_path: Path) -> None:
    home = Home(tmp_path, separator=".")
    home.model.create("a.b")
    assert names(home) == ["INBOX", "a", "a.b"]
    assert folders(home) == [".a", ".a.b"]


@pytest.mark.parametrize(
    "name", ["a\x00b", "a\nb", "a\x7fb", "a\x85b", "a\u2028b", "a\u2029b", "x" * 300, "ü" * 100, "\ud800"]
)
def test_names_that_cannot_be(home: Home, name: str) -> None:
    """RFC 9051 section 5.1, RFC 9755 section 3: no control characters, no separators of lines and paragraphs."""
    home.model.create("work")
    with pytest.raises(InvalidName):
        home.model.create(name)
    with pytest.raises(InvalidName):
        home.model.rename("work", f"{name}/work")
    assert names(home) == ["INBOX", "work"]


@pytest.mark.parametrize(
    "name", ["..", "../x", "../../etc/x", "a/../../b", ".", "~root", "&-", "..&AC8-..", "%2e%2e"]
)
def test_path_traversal_by_mailbox_name(tmp_path: Path, name: str) -> None:
    home = Home(tmp_path / "spool")
    before = set(tmp_path.rglob("*"))
    try:
        home.model.create(name)
    except StorageError:
        pass
    else:
        append(home.box(name), "one")
    made = [path for path in set(tmp_path.rglob("*")) - before if not path.is_relative_to(home.path)]
    assert made == []
    assert all("/" not in folder and folder not in (".", "..") for folder in folders(home))


@pytest.mark.parametrize(
    "user", ["", ".", "..", "../root", "a/b", "a\0b", ".hidden", "a\nb", "x" * 300, "a\\b", "\udc80"]
)
def test_path_traversal_by_user_name(tmp_path: Path, user: str) -> None:
    with pytest.raises(NotAllowed):
        Home(tmp_path / "spool", user)
    assert not (tmp_path / "spool").exists()


def test_users_with_ordinary_names(tmp_path: Path) -> None:
    for user in ("alice", "alice@example.org", "a+b", "jürgen", "{user}", "%u"):
        home = Home(tmp_path, user)
        append(home.inbox, user)
        assert subjects(home.inbox) == [user] or user == "jürgen"
        assert (tmp_path / user / "cur").is_dir()


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4))
def test_every_name_comes_back_or_is_refused(parts: list[str]) -> None:
    try:
        folder = folder_of(parts)
    except InvalidName:
        return
    assert b"/" not in folder
    if parts[0].upper() != "INBOX" or len(parts) > 1:
        assert parts_of(folder) == parts


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=30))
def test_any_folder_can_be_looked_at(folder: bytes) -> None:
    parts = parts_of(b"." + folder)
    assert parts is None or all(part and "/" not in part for part in parts)


def test_user_path_is_below_the_template() -> None:
    assert user_path("/var/mail/{user}/Maildir", "alice") == b"/var/mail/alice/Maildir"


def test_deleting_takes_the_messages_but_not_the_children(home: Home) -> None:
    home.model.create("a/b")
    append(home.box("a"), "one")
    append(home.box("a/b"), "two")
    home.model.delete("a")
    assert names(home) == ["INBOX", "a", "a/b"]
    with pytest.raises(NotPossible):
        home.model.select("a")
    home.restart()
    assert names(home) == ["INBOX", "a", "a/b"]
    home.model.delete("a/b")
    assert names(home) == ["INBOX"]
    assert folders(home) == []


def test_a_name_that_is_used_again_has_another_uidvalidity(home: Home) -> None:
    home.model.create("a")
    first = home.box("a").uidvalidity
    home.model.delete("a")
    home.restart()
    home.model.create("a")
    assert home.box("a").uidvalidity > first
    assert uids(home.box("a")) == []


def test_inbox_cannot_be_deleted_and_no_name_is_made_twice(home: Home) -> None:
    with pytest.raises(NotPossible):
        home.model.delete("INBOX")
    home.model.create("a")
    for name in ("a", "INBOX", "inbox"):
        with pytest.raises(MailboxExists):
            home.model.create(name)


def test_renaming_keeps_uids_and_takes_children_along(home: Home) -> None:
    home.model.create("a/b")
    append(home.box("a/b"), "one", "two")
    home.box("a/b").expunge([1])
    validity = home.box("a/b").uidvalidity
    with listening(home.box("a/b")) as ear:
        home.model.rename("a", "x/y")
    assert ear.heard == [("renamed", [])]
    for _ in range(2):
        assert names(home) == ["INBOX", "x", "x/y", "x/y/b"]
        box = home.box("x/y/b")
        assert (uids(box), subjects(box), box.uidvalidity) == ([2], ["two"], validity)
        home.restart()
    assert append(home.box("x/y/b"), "three") == [3]


def test_renaming_inbox_moves_its_messages(home: Home) -> None:
    append(home.inbox, "one", "two")
    home.model.rename("INBOX", "old")
    assert (subjects(home.inbox), subjects(home.box("old"))) == ([], ["one", "two"])


def test_renaming_onto_another_or_below_itself(home: Home) -> None:
    home.model.create("a")
    home.model.create("b")
    with pytest.raises(MailboxExists):
        home.model.rename("a", "b")
    with pytest.raises(NotPossible):
        home.model.rename("a", "a/c")


def test_a_folder_made_by_another_program(home: Home) -> None:
    for part in ("cur", "new", "tmp"):
        (home.path / ".Made" / part).mkdir(parents=True)
    home.deliver(mail("one"), folder=".Made")
    assert names(home) == ["INBOX", "Made"]
    assert subjects(home.box("Made")) == ["one"]


def test_a_folder_removed_by_another_program(home: Home) -> None:
    home.model.create("a")
    home.model.create("b")
    with listening(home.box("a")) as ear:
        shutil.rmtree(home.path / ".a")
        assert names(home) == ["INBOX", "b"]
    assert ear.heard == [("deleted", [])]
    home.restart()
    assert names(home) == ["INBOX", "b"]


def test_a_folder_removed_while_it_is_open(home: Home) -> None:
    home.model.create("a")
    box = home.box("a")
    append(box, "one")
    shutil.rmtree(home.path / ".a")
    box.poll()
    assert names(home) == ["INBOX"]
    with pytest.raises(StorageError):
        append(box, "two")


@pytest.mark.parametrize("name", [".git", ".x..y", "..", ".INBOX", ".inbox", ".empty"])
def test_folders_that_are_no_mailboxes(home: Home, name: str) -> None:
    if name != "..":
        (home.path / name).mkdir()
        if name != ".empty" and name != ".git":
            (home.path / name / "cur").mkdir()
    (home.path / ".file").write_text("x")
    os.symlink("/tmp", home.path / ".link")
    assert names(home) == ["INBOX"]


def test_a_link_to_a_folder_elsewhere_is_no_mailbox(home: Home) -> None:
    elsewhere = home.path.parent / "elsewhere"
    (elsewhere / "cur").mkdir(parents=True)
    os.symlink(elsewhere, home.path / ".link")
    assert names(home) == ["INBOX"]


def test_special_use_stays(home: Home) -> None:
    home.model.create("Sent")
    home.box("Sent").special_use = "\\Sent"
    home.restart()
    assert home.box("Sent").special_use == "\\Sent"
