"""What is kept of headers cannot be seen: random changes, and each answer is what reading everything anew gives."""

from __future__ import annotations

import random

import pytest

from coromail.imap.search_answers import numbers_of
from coromail.imap.searching import Found, find
from coromail.imap.sorting import sort
from coromail.imap.threading import lines, thread
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.search_key import SearchProgram, parse_criteria, parse_keys
from coromail.imap.wire.sort_key import parse_sort_criteria
from coromail.model import headers
from coromail.model.headers import Shelf
from coromail.model.mailbox import NewMessage
from tests.imap.harness import Client, literal, two

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

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.number = 0
        self.asking, self.other = two()
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


@pytest.mark.parametrize("seed", range(12))
def test_kept_or_read_anew(small_pages: None, seed: int) -> None:
    fresh = Fresh(seed)
    for _ in range(40):
        fresh.change(fresh.dice.choice(["append", "deliver", "expunge", "expunge", "flag", "noop"]))
        for question in fresh.dice.sample(QUESTIONS, 3):
            fresh.compare(question)
