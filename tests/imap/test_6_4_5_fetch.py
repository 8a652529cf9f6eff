"""FETCH: RFC 3501 and RFC 9051 section 6.4.5: items, macros, numbers. Sections of bodies: test_6_4_5_fetch_body.py."""

from __future__ import annotations

import pytest

from tests.imap.checker.body import Address, Envelope
from tests.imap.harness import Client, literal
from tests.imap.mails import PLAIN, numbered


@pytest.fixture
def three(alice: Client) -> Client:
    """alice has INBOX open with UIDs 2, 3 and 4; the first is a whole mail with a date of its own."""
    alice.append(numbered(1), flags="(\\Deleted)")
    alice.ok('APPEND INBOX (\\Flagged) "17-Jul-1996 02:44:25 -0700"', literal(PLAIN))
    alice.append(numbered(3))
    alice.append(numbered(4), flags="(\\Seen)")
    alice.ok("SELECT INBOX")
    alice.ok("EXPUNGE")
    return alice


# Items


def test_uid(three: Client) -> None:
    assert three.ok("FETCH 1:3 UID").fetched("UID") == [2, 3, 4]


def test_flags(three: Client) -> None:
    values = three.ok("FETCH 1:3 FLAGS").fetches()
    assert [set(values[number]["FLAGS"]) for number in (1, 2, 3)] == [
        {b"\\Flagged", b"\\Recent"},
        {b"\\Recent"},
        {b"\\Seen", b"\\Recent"},
    ]


def test_internaldate(three: Client) -> None:
    """The same moment; the zone is the server's choice."""
    (date,) = three.ok("FETCH 1 INTERNALDATE").fetched("INTERNALDATE")
    assert date in {b"17-Jul-1996 02:44:25 -0700", b"17-Jul-1996 09:44:25 +0000"}


def test_rfc822_size(three: Client) -> None:
    """The number of octets that BODY[] has, neither more nor less."""
    for values in three.ok("FETCH 1:3 (RFC822.SIZE BODY.PEEK[])").fetches().values():
        assert values["RFC822.SIZE"] == len(values["BODY[]"])


def test_envelope(three: Client) -> None:
    (envelope,) = three.ok("FETCH 1 ENVELOPE").fetched("ENVELOPE")
    fred = [Address(b"Fred Foobar", None, b"foobar", b"example.com")]
    assert envelope == Envelope(
        b"Mon, 7 Feb 1994 21:52:25 -0800",
        b"afternoon meeting",
        fred,
        fred,  # Sender and Reply-To default to From (section 7.5.2)
        fred,
        [Address(None, None, b"mooch", b"example.com")],
        None,
        None,
        None,
        b"<B27397-0100000@example.com>",
    )


def test_envelope_of_a_bare_message(three: Client) -> None:
    envelope = three.ok("FETCH 2 ENVELOPE").fetched("ENVELOPE")[0]
    assert (envelope.date, envelope.subject, envelope.message_id) == (None, b"3", None)


def test_bodystructure_and_body(three: Client) -> None:
    """BODY is BODYSTRUCTURE without the extension data."""
    full = three.ok("FETCH 1 BODYSTRUCTURE").fetched("BODYSTRUCTURE")[0]
    short = three.ok("FETCH 1 BODY").fetched("BODY")[0]
    assert (full.type.lower(), full.subtype.lower()) == (b"text", b"plain")
    assert (full.encoding.lower(), full.lines, full.octets) == (b"7bit", 1, 55)
    assert {name.lower(): value.lower() for name, value in full.parameters.items()} == {
        b"charset": b"us-ascii"
    }
    assert short.extension == []
    assert (short.type, short.octets) == (full.type, full.octets)


@pytest.mark.parametrize(
    ("macro", "items"),
    [
        ("FAST", {"FLAGS", "INTERNALDATE", "RFC822.SIZE"}),
        ("ALL", {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"}),
        ("FULL", {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"}),
        ("full", {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"}),
    ],
)
def test_macros(three: Client, macro: str, items: set[str]) -> None:
    """A macro MUST be used by itself; UID FETCH adds the UID to what it stands for."""
    assert set(three.ok(f"FETCH 1 {macro}").fetches()[1]) == items
    assert set(three.ok(f"UID FETCH 2 {macro}").fetches()[1]) == items | {"UID"}
    three.bad(f"FETCH 1 ({macro})")
    three.bad(f"FETCH 1 ({macro} UID)")
    three.bad(f"FETCH 1 {macro} UID")


def test_several_items_in_one_response(three: Client) -> None:
    result = three.ok("FETCH 1:3 (UID FLAGS RFC822.SIZE INTERNALDATE ENVELOPE BODYSTRUCTURE BODY)")
    assert result.numbers("FETCH") == [1, 2, 3]
    assert all(len(values) == 7 for values in result.fetches().values())


def test_an_item_twice_is_sent_once(three: Client) -> None:
    assert set(three.ok("FETCH 1 (UID UID FLAGS UID FLAGS)").fetches()[1]) == {"UID", "FLAGS"}


def test_items_in_any_case(three: Client) -> None:
    assert set(three.ok("fetch 1 (uid fLaGs body.peek[header])").fetches()[1]) == {
        "UID",
        "FLAGS",
        "BODY[HEADER]",
    }


# Which messages


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("1", [1]), ("1:3", [1, 2, 3]), ("3:1", [1, 2, 3]), ("*", [3]), ("1:*", [1, 2, 3]), ("*:2", [2, 3]),
        ("1,3", [1, 3]), ("3,1", [1, 3]), ("1,1,1", [1]), ("1:2,2:3", [1, 2, 3]), ("3:*", [3]), ("*:*", [3]),
    ],
)  # fmt: skip
def test_sequence_sets(three: Client, numbers: str, expected: list[int]) -> None:
    """Each message once, however often the set names it."""
    assert sorted(three.ok(f"FETCH {numbers} UID").numbers("FETCH")) == expected


@pytest.mark.parametrize(
    ("uids", "expected"),
    [
        ("2", [1]), ("2:4", [1, 2, 3]), ("1", []), ("1:2", [1]), ("4:*", [3]), ("*", [3]), ("900:*", [3]),
        ("*:900", [3]), ("900", []), ("900:901", []), ("1:4294967295", [1, 2, 3]), ("4,2", [1, 3]),
    ],
)  # fmt: skip
def test_uid_sets(three: Client, uids: str, expected: list[int]) -> None:
    """UIDs that there are not are no error; `900:*` always has the last message."""
    assert sorted(three.ok(f"UID FETCH {uids} FLAGS").numbers("FETCH")) == expected


@pytest.mark.parametrize(
    "numbers", ["4", "1:4", "4:*", "900", "1,4", "0", "0:1", "-1", "1:", ":1", "1,", "", "a", "1;2"]
)
def test_numbers_that_are_bad(three: Client, numbers: str) -> None:
    three.bad(f"FETCH {numbers} UID")


@pytest.mark.parametrize("numbers", ["1", "*", "1:*"])
def test_empty_mailbox(alice: Client, numbers: str) -> None:
    """No message has a number; by UID there is nothing to find, which is no error."""
    alice.ok("SELECT INBOX")
    alice.bad(f"FETCH {numbers} UID")
    assert alice.ok(f"UID FETCH {numbers} FLAGS").fetches() == {}


def test_uid_fetch_always_has_the_uid(three: Client) -> None:
    """Section 6.4.8 of RFC 3501: a server MUST include it, asked for or not, and once."""
    assert three.ok("UID FETCH 2:4 FLAGS").fetched("UID") == [2, 3, 4]
    assert three.ok("UID FETCH 2:4 (FLAGS UID)").fetched("UID") == [2, 3, 4]


@pytest.mark.parametrize(
    "line",
    [
        "FETCH", "FETCH 1", "FETCH 1 ", "FETCH 1 ()", "FETCH 1 (UID", "FETCH 1 UID)", "FETCH 1 UID FLAGS",
        "FETCH 1 (UID  FLAGS)", "FETCH 1 ( UID)", "FETCH 1 (UID )", "FETCH 1 FROB", "FETCH 1 (UID FROB)",
        "FETCH 1 ((UID))", "FETCH 1 RFC822.", "FETCH 1 RFC822.PEEK", 'FETCH 1 "UID"', "FETCH (1) UID",
        "UID FETCH", "UID FETCH 2", "UID FETCH 2 FROB", "UID FETCH 0 FLAGS",
    ],
)  # fmt: skip
def test_bad_syntax(three: Client, line: str) -> None:
    three.bad(line)
    assert three.ok("FETCH 1 UID").fetched("UID") == [2]


# Two sessions


def test_news_comes_with_fetch_but_no_expunge(three: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS (\\Answered)")
    other.ok("STORE 3 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    other.append(numbered(5))
    result = three.ok("FETCH 1 UID")
    assert result.expunges == []
    assert b"\\Answered" in result.fetches()[2]["FLAGS"]
    assert three.ok("UID FETCH 2 FLAGS").expunges == [
        3
    ]  # RFC 2180 section 4, RFC 3501 section 7.4.1: UID FETCH may


def test_gone_messages_and_what_is_left(three: Client, other: Client) -> None:
    """RFC 2180 section 4.1.3: the rest is sent, and NO says that something is missing; by UID that is no error."""
    other.ok("SELECT INBOX")
    other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    result = three.no("FETCH 1:3 (UID BODY.PEEK[])", code="EXPUNGEISSUED")
    assert result.fetched("UID") == [2, 4]
    assert three.ok("UID FETCH 2:4 BODY.PEEK[]").fetched("UID") == [2, 4]


def test_recent_is_of_one_session(three: Client, other: Client) -> None:
    """RFC 3501 section 2.3.2: the session that was first told of the message."""
    other.ok("SELECT INBOX")
    assert all(b"\\Recent" not in flags for flags in other.ok("FETCH 1:* FLAGS").fetched("FLAGS"))
    assert all(b"\\Recent" in flags for flags in three.ok("FETCH 1:* FLAGS").fetched("FLAGS"))


# What is kept ready


def test_the_same_items_again_say_the_same(three: Client) -> None:
    """The second time they come from memory; a message that came since does not."""
    command = "FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
    first = three.ok(command).fetches()
    assert three.ok(command).fetches() == first
    three.append(numbered(5))
    again = three.ok(command).fetches()
    assert {number: again[number] for number in first} == first
    assert again[4]["UID"] == 5
    assert again[4]["ENVELOPE"] != again[3]["ENVELOPE"]
    assert three.ok("FETCH 1:* (ENVELOPE UID)").fetches()[4]["ENVELOPE"] == again[4]["ENVELOPE"]


def test_flags_are_never_kept_ready(three: Client) -> None:
    command = "FETCH 1 (FLAGS ENVELOPE)"
    assert b"\\Draft" not in three.ok(command).fetches()[1]["FLAGS"]
    three.ok("STORE 1 +FLAGS.SILENT (\\Draft)")
    assert b"\\Draft" in three.ok(command).fetches()[1]["FLAGS"]


def test_expunged_messages_are_not_kept_ready(three: Client) -> None:
    three.ok("FETCH 1:* (ENVELOPE)")
    mailbox = three.session.view.mailbox
    held = mailbox.prepared.octets
    three.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    three.ok("EXPUNGE")
    assert 0 < mailbox.prepared.octets < held
