"""What an account uses of its quota: always what is there, and cheap to ask for."""

from __future__ import annotations

import random

import pytest

from coromail.errors import OverQuota
from coromail.model.account import Account
from coromail.stores.maildir.mailbox import MaildirMailbox
from tests.stores.maildir_home import Home, append, mail

LIMITS = {"STORAGE": 10**9, "MESSAGE": 10**6, "MAILBOX": 10**4}


def one_step(home: Home, chance: random.Random) -> None:
    """Change something, as a user, another program or a crash may."""
    boxes = [box for box in home.model.mailboxes() if isinstance(box, MaildirMailbox) and box.is_selectable]
    box, other = chance.choice(boxes), chance.choice(boxes)
    kind = chance.randrange(9)
    if kind == 0 and len(boxes) < 6:
        home.model.create(f"Box{chance.random()}")
    elif kind == 1 and not box.is_inbox:
        home.model.delete(box.full_path)
    elif kind == 2 and len(box.index):
        box.expunge([chance.choice(box.index.uids)])
    elif kind == 3 and len(box.index):
        box.copy(box.index.uids[:2].tolist(), other)
    elif kind == 4 and len(box.index) and box is not other:
        box.move(box.index.uids[:2].tolist(), other)
    elif kind == 5:
        home.deliver(mail("x" * chance.randrange(50)), box.folder.decode())
        box.poll()
    elif kind == 6 and not box.listeners and box.may_unload():
        box.unload()
    elif kind == 7 and chance.random() < 0.2:
        home.crash()
    else:
        append(box, "y" * chance.randrange(100), "z")


@pytest.mark.parametrize("seed", range(6))
def test_the_sums_are_what_a_count_of_everything_says(seed: int, home: Home) -> None:
    chance = random.Random(seed)
    for step in range(120):
        one_step(home, chance)
        if chance.random() < 0.4:
            account = home.model.account
            account.limits = dict(chance.sample(list(LIMITS.items()), chance.randrange(1, 4)))
            assert account.usage() == Account.usage(account), f"step {step}"


def test_asking_costs_what_changed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        append(home.model.create(f"Box{number}"), "one")
    home.model.account.limits = dict(LIMITS)
    home.model.account.usage()
    asked: list[str] = []
    status = MaildirMailbox.status

    def counted(mailbox: MaildirMailbox, with_octets: bool = False) -> object:
        asked.append(mailbox.full_path)
        return status(mailbox, with_octets)

    monkeypatch.setattr(MaildirMailbox, "status", counted)
    for _ in range(3):
        append(home.box("Box7"), "two")
    home.model.account.limits["MESSAGE"] = 23
    with pytest.raises(OverQuota):
        append(home.box("Box3"), "three")
    assert set(asked) == {"Box7"}
    assert len(asked) < 6


def test_a_file_name_that_tells_a_wrong_size(home: Home) -> None:
    """What reading told counts from then on."""
    home.model.account.limits = dict(LIMITS)
    append(home.inbox, "one")
    home.deliver(mail("two"), name="1700000009.x,S=1,W=1")
    home.inbox.poll()
    before = home.model.account.usage()["STORAGE"]
    assert before == len(mail("one")) + 1
    assert home.inbox.read(2) == mail("two")
    assert home.model.account.usage()["STORAGE"] == len(mail("one")) + len(mail("two"))
    assert home.inbox.status(with_octets=True).octets == len(mail("one")) + len(mail("two"))
    home.inbox.expunge({2})
    assert home.model.account.usage()["STORAGE"] == len(mail("one"))
