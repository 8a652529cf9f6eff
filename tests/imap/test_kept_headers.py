"""What is kept of headers cannot be seen: random changes, and each answer is what reading everything anew gives."""

from __future__ import annotations

import gc
import random
from pathlib import Path

import pytest

from coromail.context import Context
from coromail.imap.search_answers import numbers_of
from coromail.imap.searching import Found, find
from coromail.imap.sorting import sort
from coromail.imap.threading import lines, thread
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.search_key import SearchProgram, parse_criteria, parse_keys
from coromail.imap.wire.sort_key import parse_sort_criteria
from coromail.message.summary import NOTHING
from coromail.model import headers
from coromail.model.headers import Headers, Shelf
from coromail.model.mailbox import Mailbox, NewMessage
from coromail.stores.maildir import MaildirModel
from coromail.stores.memory import MemoryModel
from tests.imap.harness import Client, TestAuth, TestHost, literal, two
from tests.imap.mails import numbered

NAMES = ["alice@example.com", "=?utf-8?Q?=C3=84nne?= <anne@example.com>", '"Bob" <bob@example.net>', ""]
WORDS = [
    "lunch",
    "Re: lunch",
    "LUNCH (fwd)",
    "[x] dinner",
    "=?utf-8?Q?=C3=9Cbung?=",
    "=?utf-8?Q?a=0Ab=FF?=",
    "",
]
QUESTIONS = [
    "SEARCH SUBJECT lunch",
    "SEARCH FROM ann",
    "SEARCH SUBJECT ub",
    "SEARCH OR CC bob NOT SUBJECT n",
    "SEARCH SENTSINCE 15-Mar-2022",
    "SEARCH SENTBEFORE 15-Mar-2022 TO e",
    "SEARCH UNSEEN SUBJECT e",
    "SORT (SUBJECT) UTF-8 ALL",
    "SORT (REVERSE SUBJECT FROM) UTF-8 ALL",
    "SORT (REVERSE DATE) UTF-8 UNSEEN",
    "SORT (TO REVERSE SIZE DATE) UTF-8 SUBJECT u",
    "SORT (DISPLAYFROM REVERSE ARRIVAL CC) UTF-8 ALL",
    "THREAD REFERENCES UTF-8 ALL",
    "THREAD REFS UTF-8 ALL",
    "THREAD ORDEREDSUBJECT UTF-8 ALL",
    "THREAD REFERENCES UTF-8 UNSEEN",
]


def mail(dice: random.Random, number: int) -> bytes:
    lines = [f"Message-ID: <{number}@x>", f"Subject: {dice.choice(WORDS)}", f"From: {dice.choice(NAMES)}"]
    lines += [f"{name}: {dice.choice(NAMES)}" for name in ("To", "Cc") if dice.random() < 0.5]
    if dice.random() < 0.8:
        lines.append(f"Date: {dice.randrange(1, 31)} Mar 2022 10:{dice.randrange(60):02}:00 +0000")
    if dice.random() < 0.7:
        lines.append("References: " + " ".join(f"<{dice.randrange(number + 3)}@x>" for _ in range(3)))
    return "\r\n".join([*lines, "", "x" * dice.randrange(30), ""]).encode()


class Fresh:
    """One who changes a mailbox, and two who ask: one by what is kept, one of whom nothing is kept."""

    def __init__(self, seed: int, host: TestHost | None = None) -> None:
        self.dice = random.Random(seed)
        self.number = 0
        self.asking, self.other = two(host)
        self.change("append")
        for client in (self.asking, self.other):
            client.ok("SELECT INBOX")

    def change(self, what: str) -> None:
        dice, other = self.dice, self.other
        if what == "append":
            for _ in range(dice.randrange(1, 8)):
                self.number += 1
                date = f'"{dice.randrange(10, 28)}-Feb-2022 00:00:00 +0000"'
                other.ok("APPEND INBOX", date, literal(mail(dice, self.number)))
        elif what == "deliver":  # by nobody's session
            self.number += 1
            other.session.model.select("INBOX").append(NewMessage(mail(dice, self.number)))
        elif what == "expunge":
            uids = list(other.session.model.select("INBOX").index.uids)
            gone = dice.sample(uids, min(len(uids), dice.randrange(1, 5)))
            if gone:
                other.ok(f"UID STORE {','.join(map(str, gone))} +FLAGS (\\Deleted)")
            other.ok("EXPUNGE")
        elif what == "flag":
            other.ok(f"UID STORE {dice.randrange(1, self.number + 1)}:* FLAGS (\\Seen)")
        elif what == "noop":
            self.asking.ok("NOOP")

    def outside(self, folder: Path) -> None:
        """Another program delivers a message, and removes one."""
        self.number += 1
        (folder / "new" / f"{1_700_000_000 + self.number}.M1P1.else").write_bytes(
            mail(self.dice, self.number)
        )
        if files := sorted((folder / "cur").iterdir()):
            self.dice.choice(files).unlink()

    def compare(self, question: str) -> None:
        host = self.asking.host
        kept = answer(self.asking, question)
        shelf, host.shelf = host.shelf, Shelf(0)
        anew = answer(self.asking, question)
        host.shelf = shelf
        assert kept == anew, question


def answer(client: Client, question: str) -> object:
    """What the server finds; without telling the client news, so that the same can be asked once more."""
    verb, _, rest = question.partition(" ")
    session, arguments = client.session, Arguments([rest.encode()])
    if verb == "SEARCH":
        return numbers(find(session, SearchProgram("UTF-8", parse_keys(arguments), None)))
    if verb == "SORT":
        criteria = parse_sort_criteria(arguments)
    else:
        algorithm = arguments.keyword().upper()
    arguments.space()
    found = find(session, parse_criteria(arguments))
    if verb == "SORT":
        return numbers(sort(found, criteria))
    return lines(thread(found, algorithm), found.uids, session.host.breathe)


def numbers(found: Found) -> list[tuple[int, int]]:
    """UIDs and message numbers."""
    return list(zip(found.uids, numbers_of(found), strict=True))


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "PAGE", 4)


class BusyHost(TestHost):
    """A host on which something changes now and then while `fresh` has to wait."""

    __test__ = False
    fresh: Fresh | None = None

    def breathe(self) -> None:
        fresh, self.fresh = self.fresh, None
        if fresh is not None:
            if fresh.dice.random() < 0.2:
                fresh.change(fresh.dice.choice(["append", "deliver", "expunge"]))
            self.fresh = fresh


@pytest.mark.parametrize("seed", range(8))
def test_changes_while_headers_are_read(small_pages: None, seed: int) -> None:
    host = BusyHost()
    fresh = Fresh(seed, host)
    for _ in range(30):
        fresh.change(fresh.dice.choice(["append", "append", "expunge", "noop"]))
        host.fresh = fresh
        answer(fresh.asking, fresh.dice.choice(QUESTIONS))
        host.fresh = None
        for question in fresh.dice.sample(QUESTIONS, 2):
            fresh.compare(question)


@pytest.mark.parametrize("seed", range(2))
def test_others_deliver_and_remove_files(small_pages: None, tmp_path: Path, seed: int) -> None:
    context = Context({"path": str(tmp_path / "{user}"), "fsync": "never"})
    fresh = Fresh(seed, TestHost(MaildirModel, model_context=context))
    for _ in range(20):
        fresh.change(fresh.dice.choice(["append", "deliver", "expunge", "noop"]))
        fresh.outside(tmp_path / "alice")
        fresh.other.ok("NOOP")
        for question in fresh.dice.sample(QUESTIONS, 3):
            fresh.compare(question)
    fresh.asking.session.model.close()


def test_the_mailbox_used_least_recently_goes_first() -> None:
    boxes = [box(f"box{number}") for number in range(3)]
    sizes = [fill(Shelf(), mailbox).octets for mailbox in boxes]
    shelf = Shelf(sum(sizes) - 1)
    first, second, third = (fill(shelf, mailbox) for mailbox in boxes)
    assert [found.missing for found in (second, third)] == [0, 0]
    assert shelf.headers(boxes[1]) is second
    assert shelf.headers(boxes[0]) is not first
    assert shelf.octets == second.octets + third.octets


def test_what_does_not_fit_is_read_each_time() -> None:
    mailbox = box("box")
    shelf = Shelf(10)
    assert fill(shelf, mailbox).missing == 3
    assert shelf.octets == 0


def test_a_mailbox_that_is_no_more_takes_no_room() -> None:
    mailbox = box("box")
    shelf = Shelf()
    fill(shelf, mailbox)
    assert shelf.octets > 0
    del mailbox
    gc.collect()
    assert shelf.octets == 0


def test_answers_that_are_outdated_take_no_room() -> None:
    mailbox = box("box")
    shelf = Shelf()
    fill(shelf, mailbox)
    for number in range(20):
        found = shelf.headers(mailbox)
        before = shelf.octets
        for answer_name in range(number):
            found.keep_answer(answer_name, "answer", 1000)
        assert shelf.octets - before == 1000 * min(number, headers.ANSWERS)
        mailbox.append(NewMessage(b"Subject: x\r\n\r\n"))
        list(shelf.headers(mailbox).read(mailbox.summaries))
        assert shelf.octets == shelf.headers(mailbox).octets < 5000


def test_a_message_that_cannot_be_read_now_is_tried_again() -> None:
    mailbox = box("box")
    shelf = Shelf()
    found = shelf.headers(mailbox)
    pages = found.read(lambda uids: [NOTHING for _ in uids])
    assert [len(page) for _, page in pages] == [3]
    assert found.missing == 3
    found.keep_answer("answer", 1, 8)
    assert not found.answers
    assert fill(shelf, mailbox).missing == 0


def test_a_small_search_does_not_read_everything_but_many_do(alice: Client) -> None:
    for number in range(40):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    mailbox = alice.session.view.mailbox
    missing = []
    for _ in range(12):
        assert alice.ok("UID SEARCH UID 7 SUBJECT 6").search == [7]
        missing.append(alice.host.shelf.headers(mailbox).missing)
    assert missing == [40] * 9 + [0] * 3


def box(name: str) -> Mailbox:
    """A mailbox of its own with three messages."""
    auth = TestAuth(Context())
    auth.user = name
    mailbox = MemoryModel(auth, Context()).select("INBOX")
    mailbox.append_all([NewMessage(b"Subject: %d\r\n\r\n" % number) for number in range(3)])
    return mailbox


def fill(shelf: Shelf, mailbox: Mailbox) -> Headers:
    """Read everything."""
    found = shelf.headers(mailbox)
    assert sum(len(page) for _, page in found.read(mailbox.summaries)) == 3
    return found


@pytest.mark.parametrize("seed", range(12))
def test_kept_or_read_anew(small_pages: None, seed: int) -> None:
    fresh = Fresh(seed)
    for _ in range(40):
        fresh.change(fresh.dice.choice(["append", "deliver", "expunge", "expunge", "flag", "noop"]))
        for question in fresh.dice.sample(QUESTIONS, 3):
            fresh.compare(question)
