"""SORT: RFC 5256, RFC 5957 (SORT=DISPLAY), RFC 5267 section 3 (ESORT)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.imap.harness import Client, expand, literal


def mail(**fields: str) -> bytes:
    """A message with those header fields."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", "text", ""]).encode()


@pytest.fixture
def box(alice: Client) -> Client:
    """Five messages, selected."""
    for octets in (
        mail(Date="Tue, 1 Feb 2022 10:00:00 +0000", From="zoe@example.com", To="b@x", Subject="Re: banana"),
        mail(Date="Tue, 1 Feb 2022 11:30:00 +0200", From='"Ann" <nn@example.com>', Cc="c@x", Subject="Apple"),
        mail(
            Date="Mon, 31 Jan 2022 23:59:59 +0000", From="Bob <MIKE@example.com>", To="A@x", Subject="banana"
        ),
        mail(From="(nobody) carl@example.com", Subject="[list] cherry (fwd)"),
        mail(Date="nonsense", Subject=""),
    ):
        date = f'"05-Jan-2020 00:00:0{len(octets) % 10} +0000"'
        alice.ok("APPEND INBOX", date, literal(octets))
    alice.ok("SELECT INBOX")
    return alice


def order(client: Client, criteria: str, keys: str = "ALL") -> Sequence[int]:
    return client.ok(f"SORT ({criteria}) UTF-8 {keys}").search


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ("SUBJECT", [5, 2, 1, 3, 4]),
        ("REVERSE SUBJECT", [4, 1, 3, 2, 5]),  # "sequence number" is not reversed
        ("SUBJECT DATE", [5, 2, 3, 1, 4]),
        ("FROM", [5, 4, 3, 2, 1]),  # carl MIKE nn zoe
        ("TO", [2, 4, 5, 3, 1]),
        ("CC", [1, 3, 4, 5, 2]),
        ("DISPLAYFROM", [5, 2, 3, 4, 1]),  # Ann Bob nobody zoe@example.com
        ("DISPLAYTO", [2, 4, 5, 3, 1]),
    ],
)
def test_3_criteria(box: Client, criteria: str, expected: list[int]) -> None:
    assert order(box, criteria) == expected


def test_3_size_and_arrival(alice: Client) -> None:
    for day, size in ((3, 10), (1, 30), (2, 20)):
        alice.ok("APPEND INBOX", f'" {day}-Jan-2020 00:00:00 +0000"', literal(b"A: b\r\n\r\n" + b"x" * size))
    alice.ok("SELECT INBOX")
    assert order(alice, "SIZE") == [1, 3, 2]
    assert order(alice, "REVERSE SIZE") == [2, 3, 1]
    assert order(alice, "ARRIVAL") == [2, 3, 1]


def test_2_2_sent_date_is_utc_and_the_internal_date_stands_in(box: Client) -> None:
    sorted_ = order(box, "DATE")
    assert list(sorted_[2:]) == [3, 2, 1]  # 31 Jan, 9:30 UTC, 10:00 UTC
    assert set(sorted_[:2]) == {4, 5}  # INTERNALDATE in 2020


def test_2_2_the_same_date_keeps_mailbox_order(alice: Client) -> None:
    for hour, zone in ((12, "+0200"), (10, "+0000"), (9, "-0100")):
        alice.append(mail(Date=f"Tue, 1 Feb 2022 {hour}:00:00 {zone}"))
    alice.ok("SELECT INBOX")
    assert order(alice, "DATE") == [1, 2, 3]
    assert order(alice, "REVERSE DATE") == [1, 2, 3]


def test_3_only_what_matches_in_uids(box: Client) -> None:
    box.ok("UID STORE 2 +FLAGS.SILENT (\\Deleted)")
    box.ok("EXPUNGE")
    assert box.ok("UID SORT (SUBJECT) US-ASCII SUBJECT banana").search == [1, 3]
    assert box.ok("SORT (REVERSE FROM) UTF-8 NOT SUBJECT banana").search == [3, 4]
    assert box.ok('SORT (SUBJECT) US-ASCII TEXT "not in mailbox"').search == []


def test_3_bad_arguments(box: Client) -> None:
    for command in (
        "SORT () UTF-8 ALL",
        "SORT (NOTHING) UTF-8 ALL",
        "SORT (REVERSE) UTF-8 ALL",
        "SORT (SUBJECT) ALL",
        "SORT SUBJECT UTF-8 ALL",
        "SORT (RELEVANCY) UTF-8 ALL",
    ):
        box.bad(command)
    box.no("SORT (SUBJECT) X-UNKNOWN ALL", code="BADCHARSET")


def test_3_expunges_wait_for_uid_sort(host: object, box: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    told = box.ok("SORT (SUBJECT) UTF-8 ALL")
    assert told.expunges == []
    assert told.search == [5, 2, 3, 4]  # the client's own numbers
    told = box.ok("UID SORT (SUBJECT) UTF-8 ALL")
    assert told.expunges == [1]


def test_5255_4_6_what_cannot_be_decoded_comes_last(alice: Client) -> None:
    for subject in (
        "=?utf-8?q?=D0=C0=D0=BD=D0=B4=D1=80=D0=B5=D0=B9?=",
        "=?utf-8?q?=D1=81=D0=95=D0=A0=D0=93=D0=95=D0=99?=",
        "=?utf-8?q?=D0=92=D0=B0=D1=81=D0=B8=D0=BB=D0=B8=FF=B9?=",
        "=?koi8-r?q?=E1=CC=C5=CB=D3=C5=CA?=",
    ):
        alice.append(mail(Subject=subject))
    alice.ok("SELECT INBOX")
    assert order(alice, "SUBJECT") == [4, 2, 3, 1]


def test_casemap_puts_letters_before_the_underscore(alice: Client) -> None:
    for subject in ("_x", "b", "A", "Z", "=?utf-8?q?=C3=84?=", "é"):
        alice.append(mail(Subject=subject))
    alice.ok("SELECT INBOX")
    assert order(alice, "SUBJECT") == [3, 5, 2, 6, 4, 1]


def test_esort_3_1_results_in_the_order_of_the_sort(box: Client) -> None:
    found = box.ok("SORT RETURN (MIN MAX ALL COUNT) (REVERSE SUBJECT) UTF-8 ALL").esearch
    assert not found.uid
    assert found.correlator["TAG"] is not None
    assert (found.data["MIN"], found.data["MAX"], found.data["COUNT"]) == (4, 5, 5)
    assert expand(found.data["ALL"]) == [4, 1, 3, 2, 5]


def test_esort_3_2_ranges_only_rise(alice: Client) -> None:
    for number in range(6):
        alice.append(mail(Subject=f"{9 - number}"))
    alice.ok("SELECT INBOX")
    assert expand(alice.ok("UID SORT RETURN () (SUBJECT) UTF-8 ALL").esearch.data["ALL"]) == [
        6,
        5,
        4,
        3,
        2,
        1,
    ]
    up = alice.ok("UID SORT RETURN (ALL) (REVERSE SUBJECT) UTF-8 ALL").esearch
    assert (up.uid, up.data["ALL"]) == (True, [(1, 6)])


def test_esort_nothing_found(box: Client) -> None:
    assert box.ok("SORT RETURN (COUNT ALL MIN) (DATE) UTF-8 SUBJECT nowhere").esearch.data == {"COUNT": 0}


def test_many_messages_sort_in_chunks(alice: Client) -> None:
    mailbox = alice.session.model.select("INBOX")
    from coromail.model.message import Message

    count = 9000
    mailbox.admit([Message(b"Subject: %d\r\n\r\n" % (n * 7919 % count // 2)) for n in range(count)])
    alice.ok("SELECT INBOX")
    found = alice.ok("SORT (SUBJECT) UTF-8 ALL").search
    keys = [(str((n - 1) * 7919 % count // 2), n) for n in found]
    assert keys == sorted(keys)
