"""SEARCH: RFC 3501 and RFC 9051 section 6.4.4, every key of RFC 3501; UID SEARCH: section 6.4.8."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import numbered

FIRST = (
    b"Date: Tue, 1 Feb 1994 23:30:00 -0800\r\n"
    b"From: Smith <smith@example.org>\r\n"
    b"To: carol@example.net, dave@example.net\r\n"
    b"Cc: eve@example.com\r\n"
    b"Subject: Lunch plans\r\n"
    b"X-Mood: hungry\r\n"
    b"\r\n"
    b"Shall we eat at the harbour?\r\n"
)
SECOND = (
    b"Date: Wed, 2 Feb 1994 09:00:00 +0000\r\n"
    b"From: =?utf-8?q?Zo=C3=AB?= <zoe@example.org>\r\n"
    b"To: smith@example.org\r\n"
    b"Bcc: frank@example.com\r\n"
    b"Subject: =?utf-8?b?R3LDvMOfZQ==?= from\r\n"
    b" Cologne\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n'
    b"\r\n"
    b"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Das Fr=FChst=FCck war gut.\r\n"
    b"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"VGhlIHRyZWFzdXJlIGlzIGJ1cmllZA==\r\n"
    b"--b--\r\n"
)
THIRD = (
    b"Date: Thu, 3 Feb 1994 09:00:00 +0000\r\nFrom: smith@example.org\r\nSubject: none\r\n\r\n" + b"x" * 2000
)
FOURTH = b"Subject: 4\r\n\r\nno date, nobody\r\n"

MESSAGES = [
    (FIRST, "\\Seen \\Answered", " 1-Feb-1994 23:30:00 -0800"),
    (SECOND, "\\Flagged \\Draft Work", " 2-Feb-1994 10:00:00 +0000"),
    (THIRD, "\\Deleted \\Seen", " 5-Feb-1994 10:00:00 +0000"),
    (FOURTH, "", "10-Mar-1994 00:00:00 +0000"),
]


@pytest.fixture(scope="module")
def reader() -> Client:
    """alice has INBOX open with the four messages, all of them recent; tests change nothing."""
    client = Client(TestHost()).login()
    for octets, flags, date in MESSAGES:
        client.ok(f'APPEND INBOX ({flags}) "{date}"', literal(octets))
    client.ok("SELECT INBOX")
    return client


# fmt: off
KEYS = [
    ("ALL", [1, 2, 3, 4]),
    # flags
    ("ANSWERED", [1]), ("UNANSWERED", [2, 3, 4]),
    ("DELETED", [3]), ("UNDELETED", [1, 2, 4]),
    ("DRAFT", [2]), ("UNDRAFT", [1, 3, 4]),
    ("FLAGGED", [2]), ("UNFLAGGED", [1, 3, 4]),
    ("SEEN", [1, 3]), ("UNSEEN", [2, 4]),
    ("RECENT", [1, 2, 3, 4]), ("OLD", []), ("NEW", [2, 4]),
    ("KEYWORD Work", [2]), ("KEYWORD wORK", [2]), ("UNKEYWORD work", [1, 3, 4]),
    ("KEYWORD nobody-uses-this", []), ("UNKEYWORD nobody-uses-this", [1, 2, 3, 4]),
    # addresses and header fields
    ("FROM smith", [1, 3]), ("FROM SMITH", [1, 3]), ("FROM example.org", [1, 2, 3]), ("FROM nobody", []),
    ("TO smith", [2]), ("TO dave", [1]), ("CC eve", [1]), ("BCC frank", [2]), ("BCC eve", []),
    ("SUBJECT lunch", [1]), ("SUBJECT \"lunch plans\"", [1]), ("SUBJECT \"from Cologne\"", [2]),
    ("HEADER X-Mood hungry", [1]), ("HEADER x-mood \"\"", [1]), ("HEADER X-Mood thirsty", []),
    ("HEADER Subject lunch", [1]), ("HEADER X-None \"\"", []), ("HEADER Date \"\"", [1, 2, 3]),
    # text
    ("BODY harbour", [1]), ("BODY lunch", []), ("TEXT lunch", [1]), ("TEXT harbour", [1]), ("TEXT HUNGRY", [1]),
    ("BODY treasure", [2]), ("BODY VGhlIHRyZWFz", []), ("BODY \"\"", [1, 2, 3, 4]), ("TEXT \"\"", [1, 2, 3, 4]),
    # internal date: the day as written, whatever the time and zone of the search
    ("BEFORE 2-Feb-1994", []), ("BEFORE 3-Feb-1994", [1, 2]), ("ON 5-Feb-1994", [3]), ("ON \"5-Feb-1994\"", [3]),
    ("SINCE 5-Feb-1994", [3, 4]), ("SINCE 10-mar-1994", [4]), ("SINCE 11-Mar-1994", []),
    # Date field: time and zone are disregarded, so the first is of the 1st
    ("SENTON 1-Feb-1994", [1]), ("SENTBEFORE 2-Feb-1994", [1]), ("SENTSINCE 2-Feb-1994", [2, 3]),
    ("SENTON 10-Mar-1994", []), ("SENTBEFORE 1-Feb-1994", []),
    # size
    ("LARGER 2000", [3]), ("SMALLER 100", [4]), (f"LARGER {len(THIRD)}", []), (f"SMALLER {len(THIRD)}", [1, 2, 4]),
    ("LARGER 0", [1, 2, 3, 4]), ("SMALLER 0", []),
    # numbers
    ("1", [1]), ("2:3", [2, 3]), ("3:2", [2, 3]), ("*", [4]), ("4:*", [4]), ("1,3", [1, 3]), ("3,1,3", [1, 3]),
    ("UID 2:3", [2, 3]), ("UID *", [4]), ("UID 50:*", [4]), ("UID 50", []), ("2:* UID 1:3", [2, 3]),
    # combinations
    ("SEEN FROM smith", [1, 3]), ("SEEN ANSWERED", [1]), ("NOT SEEN", [2, 4]), ("NOT NOT SEEN", [1, 3]),
    ("OR ANSWERED FLAGGED", [1, 2]), ("OR OR ANSWERED FLAGGED DELETED", [1, 2, 3]), ("OR 1 NOT 1:3", [1, 4]),
    ("(SEEN)", [1, 3]), ("(SEEN ANSWERED)", [1]), ("NOT (SEEN ANSWERED)", [2, 3, 4]),
    ("(OR ANSWERED FLAGGED) SEEN", [1]), ("SEEN (OR ANSWERED FLAGGED)", [1]), ("((SEEN) (DELETED)) ALL", [3]),
    ("OR (SEEN ANSWERED) (UNSEEN FLAGGED)", [1, 2]), ("NOT FROM smith NOT FLAGGED", [4]),
    ("FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"", [2]), ("all", [1, 2, 3, 4]), ("nOt sEEn", [2, 4]),
]
# fmt: on


@pytest.mark.parametrize(("key", "expected"), KEYS, ids=[key for key, _ in KEYS])
def test_key(reader: Client, key: str, expected: list[int]) -> None:
    assert reader.ok(f"SEARCH {key}").search == expected


def test_no_match_is_an_empty_search_response(reader: Client) -> None:
    """Section 7.2.5 has `"SEARCH" *(SP nz-number)`: OK and a reply without numbers."""
    result = reader.ok("SEARCH SUBJECT nowhere")
    assert result.names == ["SEARCH"]
    assert result.search == []


def test_uid_search_gives_uids(alice: Client) -> None:
    for number in (1, 2, 3):
        alice.append(numbered(number), flags="(\\Deleted)" if number == 1 else "()")
    alice.ok("SELECT INBOX")
    alice.ok("EXPUNGE")
    assert alice.ok("SEARCH ALL").search == [1, 2]
    assert alice.ok("UID SEARCH ALL").search == [2, 3]
    assert alice.ok("UID SEARCH 1").search == [2]
    assert alice.ok("SEARCH UID 2").search == [1]
    assert alice.ok("UID SEARCH UID 3:*").search == [3]


def test_search_changes_no_flag(reader: Client) -> None:
    reader.ok("SEARCH TEXT harbour")
    assert reader.ok("SEARCH UNSEEN").search == [2, 4]


@pytest.mark.parametrize(
    ("key", "expected"), [("5", []), ("3:5", [3, 4]), ("5:*", [4]), ("NOT 3:900", [1, 2]), ("5:900", [])]
)
def test_numbers_beyond_the_last_message_find_nothing(reader: Client, key: str, expected: list[int]) -> None:
    """RFC 7377 section 2, of "any SEARCH": they MUST NOT be an error, as they are in FETCH, STORE and COPY."""
    assert reader.ok(f"SEARCH {key}").search == expected
    assert reader.ok(f"UID SEARCH {key}").search == expected


@pytest.mark.parametrize("key", ["1", "*", "1:*", "ALL", "UID 1:*"])
def test_in_an_empty_mailbox_nothing_is_found(alice: Client, key: str) -> None:
    alice.ok("SELECT INBOX")
    assert alice.ok(f"SEARCH {key}").search == []
    assert alice.ok(f"SORT (DATE) UTF-8 {key}").untagged[-1].name == "SORT"


# CHARSET


@pytest.mark.parametrize(
    ("charset", "word"),
    [("UTF-8", "Frühstück"), ("ISO-8859-1", "Frühstück"), ("utf-8", "GRÜßE"), ("US-ASCII", "treasure")],
)
def test_charset(reader: Client, charset: str, word: str) -> None:
    octets = word.encode("iso-8859-1" if charset == "ISO-8859-1" else "utf-8")
    assert reader.ok(f"SEARCH CHARSET {charset} TEXT", literal(octets)).search == [2]


def test_encoded_words_are_decoded(reader: Client) -> None:
    """Strings match in decoded form, in the header too."""
    assert reader.ok("SEARCH CHARSET UTF-8 FROM", literal("zoë".encode())).search == [2]
    assert reader.ok("SEARCH CHARSET UTF-8 SUBJECT", literal("grüße from".encode(), plus=True)).search == [2]
    assert reader.ok("SEARCH SUBJECT R3L").search == []


def test_unknown_charset_is_no_with_the_known_ones(reader: Client) -> None:
    """[BADCHARSET] with the list: section 7.1."""
    result = reader.no("SEARCH CHARSET klingon SUBJECT x", code="BADCHARSET")
    assert b"UTF-8" in result.codes["BADCHARSET"]


def test_charset_comes_first(reader: Client) -> None:
    reader.bad("SEARCH ALL CHARSET UTF-8 SUBJECT x")


# Arguments


@pytest.mark.parametrize(
    "line",
    [
        "SEARCH",
        "SEARCH ",
        "SEARCH FROBNICATE",
        "SEARCH FROM",
        "SEARCH HEADER Subject",
        "SEARCH NOT",
        "SEARCH OR SEEN",
        "SEARCH (SEEN",
        "SEARCH SEEN)",
        "SEARCH ()",
        "SEARCH BEFORE yesterday",
        "SEARCH BEFORE 31-Feb-1994",
        "SEARCH ON 1-Feb-94",
        "SEARCH LARGER -1",
        "SEARCH LARGER 99999999999999999999999999",
        "SEARCH UID",
        "SEARCH UID 0",
        "SEARCH 0",
        "SEARCH 1:",
        "SEARCH KEYWORD",
        "SEARCH KEYWORD \\Seen",
        "SEARCH CHARSET UTF-8",
        "SEARCH SEEN  ANSWERED",
        "SEARCH ALL ",
    ],
)
def test_bad_syntax(reader: Client, line: str) -> None:
    reader.bad(line)
    assert reader.ok("SEARCH SEEN").search == [1, 3]


def test_deep_nesting_is_refused_or_answered(reader: Client) -> None:
    for depth in (10, 1000, 20_000):
        reader.command("SEARCH " + "NOT " * depth + "SEEN")
        reader.command("SEARCH " + "(" * depth + "SEEN" + ")" * depth)
    assert reader.ok("SEARCH SEEN").search == [1, 3]


# Two sessions


def test_expunged_behind_the_back(alice: Client, other: Client) -> None:
    """Numbers stay what the client knows; a message that is gone does not match."""
    for number in (1, 2, 3):
        alice.append(numbered(number))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    assert alice.ok("SEARCH ALL").search == [2, 3]
    assert alice.ok("SEARCH NOT 2").search == [3]
    assert alice.ok("SEARCH 1:*").search == [2, 3]


def test_messages_the_client_was_not_told_of(alice: Client, other: Client) -> None:
    """A message is found only under a number that an EXISTS has covered."""
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    other.append(numbered(2))
    result = alice.ok("SEARCH ALL")
    assert result.search == [1]
    assert result.exists == 2
    assert alice.ok("SEARCH ALL").search == [1, 2]


def test_flags_set_by_others_are_found(alice: Client, other: Client) -> None:
    alice.append(numbered(1))
    alice.ok("SELECT INBOX")
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS (\\Flagged Later)")
    result = alice.ok("SEARCH KEYWORD later FLAGGED")
    assert result.search == [1]
    assert set(result.fetches()[1]["FLAGS"]) >= {b"\\Flagged", b"Later"}


def test_dates_before_1970(alice: Client) -> None:
    for number, date in enumerate(("01-Jan-0001", "31-Dec-1969", "01-Jan-1970"), 1):
        alice.ok(f'APPEND INBOX "{date} 23:59:59 +0000"', literal(numbered(number)))
    alice.ok("SELECT INBOX")
    assert alice.ok("SEARCH BEFORE 1-Jan-1970").search == [1, 2]
    assert alice.ok("SEARCH NOT SINCE 31-Dec-1969").search == [1]
    assert alice.ok("SEARCH ON 31-Dec-1969").search == [2]
    assert alice.ok("SEARCH OLDER 1").search == [1, 2, 3]
    assert alice.ok("SEARCH YOUNGER 4294967295").search == [2, 3]
