"""A power cut at every system call of every operation: what was acknowledged is there, the rest is all or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from coromail.model.mailbox import NewMessage
from tests.stores.crashing_disk import REAL, CrashingDisk, crashing
from tests.stores.maildir_home import Home, append, flags, mail, subjects, uids


class Scene(NamedTuple):
    """What happens, and what a client may see afterwards: before it, or after it."""

    act: Callable[[Home], None]
    look: Callable[[Home], object]


def both(home: Home) -> object:
    return [(name, subjects(home.box(name)), flags(home.box(name))) for name in ("INBOX", "Sub")]


def tree(home: Home) -> object:
    return [(mailbox.full_path, subjects(mailbox)) for mailbox in home.model.mailboxes() if polled(mailbox)]


def polled(mailbox: object) -> bool:
    mailbox.poll()  # type: ignore[attr-defined]
    return True


def delivery(home: Home) -> None:
    """Another program delivers, durably; the server notices."""
    name = "1700000001.M1P1.elsewhere"
    (home.path / "tmp" / name).write_bytes(mail("delivered"))
    REAL["rename"](home.path / "tmp" / name, home.path / "new" / name)
    home.inbox.poll()


SCENES = {
    "append": Scene(lambda home: home.inbox.append(NewMessage(mail("new"), ["\\Seen"])) and None, both),
    "multiappend": Scene(lambda home: append(home.inbox, "new", "newer", "newest") and None, both),
    "append a large one": Scene(
        lambda home: home.inbox.append(NewMessage(mail("big") + b"x" * 40000)) and None, both
    ),
    "store": Scene(lambda home: home.inbox.store([1, 2], "+", ["\\Flagged", "Work"]) and None, both),
    "copy": Scene(lambda home: home.inbox.copy([1, 3], home.box("Sub")) and None, both),
    "move": Scene(lambda home: home.inbox.move([1, 3], home.box("Sub")) and None, both),
    "replace": Scene(lambda home: home.inbox.replace(2, NewMessage(mail("new")), home.inbox) and None, both),
    "replace elsewhere": Scene(
        lambda home: home.inbox.replace(2, NewMessage(mail("new")), home.box("Sub")) and None, both
    ),
    "replace by a large one": Scene(
        lambda home: home.inbox.replace(2, NewMessage(mail("big") + b"x" * 40000), home.inbox) and None, both
    ),
    "delivery": Scene(delivery, both),  # what LMTP delivers is appended
    "expunge": Scene(lambda home: home.inbox.expunge([2]) and None, both),
    "create": Scene(lambda home: home.model.create("Other/Deep") and None, tree),
    "delete": Scene(lambda home: home.model.delete("Sub"), tree),
    "rename": Scene(lambda home: home.model.rename("Sub", "Renamed"), tree),
}


def furnished(folder: Path) -> Home:
    """A Maildir that has been used; made once, then copied."""
    template = folder.parent / "furnished"
    if not template.exists():
        home = Home(template, fsync="always")
        append(home.inbox, "one", "two", "three")
        home.model.create("Sub")
        append(home.box("Sub"), "four")
        home.model.create("Sub/Below")
        home.inbox.store([3], "+", ["\\Answered"])
        home.restart()
        both(home)
        home.model.close()
    shutil.copytree(template, folder)
    home = Home(folder, fsync="always")
    both(home)
    return home


@pytest.mark.parametrize("lost", [False, True], ids=["process", "machine"])
@pytest.mark.parametrize("name", SCENES)
def test_power_cut_at_every_call(name: str, lost: bool, tmp_path: Path) -> None:
    scene = SCENES[name]
    home = furnished(tmp_path / "whole")
    before = scene.look(home)
    disk = CrashingDisk()
    with crashing(disk):
        scene.act(home)
    disk.close()
    after = scene.look(home)
    home.model.close()
    assert before != after
    for stop_at in range(1, disk.calls + 2):
        check(scene, tmp_path / str(stop_at), stop_at, lost, before, after)


def check(scene: Scene, folder: Path, stop_at: int, lost: bool, before: object, after: object) -> None:
    home = furnished(folder)
    box = home.inbox
    told = dict(zip(uids(box), subjects(box), strict=True))
    disk = CrashingDisk(stop_at)
    acknowledged = False
    with crashing(disk):
        scene.act(home)
        acknowledged = True
    if lost:
        disk.lose_unsynced()
    disk.close()
    home.crash()
    found = scene.look(home)
    quota_is_right(home)
    if acknowledged:
        assert found == after, f"acknowledged, then lost (call {stop_at})"
    elif scene is not SCENES["create"]:
        assert found in (before, after), f"half of it (call {stop_at})"
    assert all(
        told.get(uid, subject) == subject
        for uid, subject in zip(uids(home.inbox), subjects(home.inbox), strict=True)
    )
    home.crash()
    assert scene.look(home) == found, f"changes once more at the next start (call {stop_at})"
    home.abandon()
    shutil.rmtree(folder)


def quota_is_right(home: Home) -> None:
    """What is said to be used is what is there (RFC 9208 section 5.1)."""
    home.model.account.limits = {"STORAGE": 1 << 30, "MESSAGE": 1000}
    messages = [message for box in home.model.mailboxes() if box.is_selectable for message in box.messages]
    sizes = [len(message.octets()) for message in messages]
    assert home.model.account.usage() == {"STORAGE": sum(sizes), "MESSAGE": len(sizes)}


def test_a_uid_that_a_client_saw_is_never_given_again(tmp_path: Path) -> None:
    """Deliveries are announced at once; a crash may take their records away, not give their UIDs to others."""
    home = Home(tmp_path, fsync="always")
    append(home.inbox, "one")
    disk = CrashingDisk()
    with crashing(disk):
        home.deliver(mail("delivered"))
        box = home.inbox
        assert (uids(box), subjects(box)) == ([1, 2], ["one", "delivered"])
        modseq = box.highestmodseq
    disk.lose_unsynced()
    disk.close()
    home.crash()
    append(home.inbox, "two")
    assert 2 not in uids(home.inbox) or subjects(home.inbox)[uids(home.inbox).index(2)] == "delivered"
    assert home.inbox.highestmodseq > modseq
    home.model.close()


@pytest.mark.parametrize("cut", ["every octet"])
def test_a_journal_cut_anywhere_in_its_last_record(cut: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    append(home.inbox, "one", "two")
    journal = home.path / "coromail.journal"
    start = journal.stat().st_size
    home.inbox.store([2], "+", ["\\Flagged", "Work"])
    home.abandon()
    whole = journal.read_bytes()
    validity = 0
    for end in range(start, len(whole) + 1):
        journal.write_bytes(whole[:end])
        home.model = home.login()
        box = home.inbox
        validity = validity or box.uidvalidity
        assert (uids(box), subjects(box), box.uidvalidity) == ([1, 2], ["one", "two"], validity)
        assert flags(box) == (["", "\\Flagged Work"] if end == len(whole) else ["", ""])
        home.abandon()
