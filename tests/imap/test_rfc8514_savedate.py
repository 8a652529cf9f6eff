"""SAVEDATE: RFC 8514."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

from tests.imap.harness import Client, literal
from tests.imap.mails import PLAIN

OLD = '"01-Jan-2015 18:50:53 +0000"'


def day(moment: date) -> str:
    return moment.strftime("%-d-%b-%Y")


def test_3_set_when_saved_not_by_the_client(alice: Client) -> None:
    before = int(time.time())
    alice.ok("APPEND INBOX", OLD, literal(PLAIN))
    alice.ok("SELECT INBOX")
    items = alice.ok("FETCH 1 (SAVEDATE INTERNALDATE)").fetches()[1]
    assert items["INTERNALDATE"].startswith(b"01-Jan-2015")
    saved = datetime.strptime(items["SAVEDATE"].decode(), "%d-%b-%Y %H:%M:%S %z")
    assert before <= saved.timestamp() <= time.time()


def test_3_copies_get_their_own(alice: Client) -> None:
    alice.ok("CREATE Trash")
    alice.ok("APPEND INBOX", OLD, literal(PLAIN))
    alice.ok("SELECT INBOX")
    inbox = alice.session.model.find("INBOX")
    inbox.message(1).savedate = 1_000_000_000
    alice.ok("COPY 1 Trash")
    alice.ok("MOVE 1 Trash")
    alice.ok("SELECT Trash")
    today = datetime.now(UTC)
    for value in alice.ok("FETCH 1:* SAVEDATE").fetched("SAVEDATE"):
        assert today - datetime.strptime(value.decode(), "%d-%b-%Y %H:%M:%S %z") < timedelta(minutes=5)


def test_4_3_search(alice: Client) -> None:
    for _ in range(3):
        alice.ok("APPEND INBOX", OLD, literal(PLAIN))
    alice.ok("SELECT INBOX")
    inbox = alice.session.model.find("INBOX")
    for uid, moment in ((1, "2014-12-27 23:59:59"), (2, "2014-12-28 12:00:00"), (3, "2014-12-29 00:00:00")):
        inbox.message(uid).savedate = int(datetime.fromisoformat(moment + "+00:00").timestamp())
    assert alice.ok("SEARCH SAVEDON 28-Dec-2014").search == [2]
    assert alice.ok("SEARCH SAVEDBEFORE 28-Dec-2014").search == [1]
    assert alice.ok("SEARCH SAVEDSINCE 28-Dec-2014").search == [2, 3]
    assert alice.ok("SEARCH SAVEDATESUPPORTED").search == [1, 2, 3]
    assert alice.ok("SEARCH SAVEDATESUPPORTED SAVEDON 28-Dec-2014").search == [2]


def test_4_not_supported(alice: Client) -> None:
    alice.ok("APPEND INBOX", OLD, literal(PLAIN))
    alice.ok("SELECT INBOX")
    alice.session.model.find("INBOX").keeps_savedates = False
    assert alice.ok("FETCH 1 SAVEDATE").fetched("SAVEDATE") == [None]
    assert alice.ok("SEARCH SAVEDATESUPPORTED").search == []
    assert alice.ok("SEARCH SAVEDON 1-Jan-2015").search == [1], "the internal date stands in"
    assert alice.ok(f"SEARCH SAVEDSINCE {day(datetime.now(UTC))}").search == []
