"""APPEND: RFC 3501 section 6.3.11, RFC 9051 section 6.3.12, RFC 3502, RFC 4315, RFC 7888."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost, literal
from tests.imap.mails import PLAIN, numbered


def test_octets_come_back_as_sent(alice: Client) -> None:
    octets = PLAIN + b"8 bit: caf\xc3\xa9 \xff, no end of line"
    alice.ok("APPEND INBOX", literal(octets))
    alice.ok("SELECT INBOX")
    values = alice.ok("FETCH 1 (BODY.PEEK[] RFC822.SIZE)").fetches()[1]
    assert values["BODY[]"] == octets
    assert values["RFC822.SIZE"] == len(octets)


def test_appenduid(alice: Client) -> None:
    validity = alice.ok("STATUS INBOX (UIDVALIDITY)").statuses["INBOX"]["UIDVALIDITY"]
    for uid in (1, 2):
        result = alice.ok("APPEND INBOX", literal(PLAIN))
        assert result.code == "APPENDUID"
        assert result.codes["APPENDUID"] == (validity, [(uid, uid)])


def test_flags_and_date(alice: Client) -> None:
    alice.ok('APPEND INBOX (\\Seen $Work) " 7-Feb-1994 21:52:25 -0800"', literal(PLAIN))
    alice.ok("SELECT INBOX")
    values = alice.ok("FETCH 1 (FLAGS INTERNALDATE)").fetches()[1]
    assert set(values["FLAGS"]) - {b"\\Recent"} == {b"\\Seen", b"$Work"}
    assert values["INTERNALDATE"] in (
        b" 7-Feb-1994 21:52:25 -0800",
        b" 8-Feb-1994 05:52:25 +0000",
        b"08-Feb-1994 05:52:25 +0000",
    )


def test_no_flags_without_a_list(alice: Client) -> None:
    alice.ok("APPEND INBOX", literal(PLAIN))
    alice.ok("APPEND INBOX ()", literal(PLAIN))
    alice.ok("SELECT INBOX")
    for flags in alice.ok("FETCH 1:2 FLAGS").fetched("FLAGS"):
        assert set(flags) <= {b"\\Recent"}


def test_recent_cannot_be_set(alice: Client) -> None:
    """RFC 3501 section 2.3.2: a client cannot alter \\Recent; the command is refused or the flag ignored."""
    alice.command("APPEND INBOX (\\Recent)", literal(PLAIN))
    alice.ok("EXAMINE INBOX")


def test_missing_mailbox_is_trycreate_and_not_made(alice: Client) -> None:
    result = alice.no("APPEND missing", literal(PLAIN))
    assert result.code == "TRYCREATE"
    assert "missing" not in alice.ok('LIST "" *').lists


def test_selected_mailbox_tells_exists_before_the_ok(alice: Client) -> None:
    alice.ok("SELECT INBOX")
    assert alice.ok("APPEND INBOX", literal(PLAIN)).exists == 1


def test_two_sessions(alice: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    alice.append(PLAIN)
    result = other.ok("NOOP")
    assert result.exists == 1
    assert other.ok("FETCH 1 BODY.PEEK[]").fetches()[1]["BODY[]"] == PLAIN


def test_idling_session_is_told_at_once(alice: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    other.idle()
    alice.append(PLAIN)
    assert [(reply.name, reply.number) for reply in other.news()][:1] == [("EXISTS", 1)]
    other.done()


def test_non_synchronizing_literal(alice: Client) -> None:
    assert alice.ok("APPEND INBOX", literal(PLAIN, plus=True)).continuations == []
    assert alice.ok("SELECT INBOX").exists == 1


def test_mailbox_name_as_a_literal(alice: Client) -> None:
    result = alice.ok("APPEND", literal(b"INBOX"), "(\\Draft)", literal(PLAIN))
    assert len(result.continuations) == 2


def test_several_messages(alice: Client) -> None:
    """RFC 3502: all in one command, in order."""
    result = alice.ok(
        "APPEND INBOX (\\Seen)",
        literal(numbered(1)),
        "(\\Flagged)",
        literal(numbered(2)),
        literal(numbered(3)),
    )
    assert result.codes["APPENDUID"][1] == [(1, 3)]
    alice.ok("SELECT INBOX")
    values = alice.ok("FETCH 1:* (FLAGS BODY.PEEK[])").fetches()
    assert [values[number]["BODY[]"] for number in (1, 2, 3)] == [numbered(1), numbered(2), numbered(3)]
    assert b"\\Flagged" in values[2]["FLAGS"]
    assert b"\\Seen" not in values[2]["FLAGS"]


def test_nothing_is_kept_when_the_rest_is_bad(alice: Client) -> None:
    """All or nothing: a syntax error behind the first message undoes it."""
    alice.bad("APPEND INBOX", literal(numbered(1)), "(\\Seen")
    alice.bad("APPEND INBOX", literal(numbered(1)), "rubbish")
    assert alice.ok("SELECT INBOX").exists == 0


@pytest.mark.parametrize(
    "line",
    [
        "APPEND",
        "APPEND INBOX",
        "APPEND INBOX (\\Seen)",
        'APPEND INBOX "message"',
        "APPEND INBOX message",
        'APPEND INBOX (\\Seen) "7-Feb-1994 21:52:25 -0800"',
    ],
)
def test_bad_syntax(alice: Client, line: str) -> None:
    alice.bad(line)


@pytest.mark.parametrize(
    "date",
    [
        '"7-Feb-1994 21:52:25 -0800"',
        '"32-Feb-1994 21:52:25 -0800"',
        '"30-Feb-1994 21:52:25 -0800"',
        '" 7-Foo-1994 21:52:25 -0800"',
        '" 7-Feb-1994 25:52:25 -0800"',
        '" 7-Feb-1994 21:52:25"',
        '" 7-Feb-0000 21:52:25 -0800"',
        '" 7-Feb-1994 21:52:25 +9999"',
        '"\xe0 7-Feb-1994"',
        '""',
    ],
)
def test_dates_that_are_none(alice: Client, date: str) -> None:
    """`date-day-fixed` has two places; some clients send one digit, so that OK is fine there too."""
    result = alice.command(f"APPEND INBOX {date}", literal(PLAIN, plus=True))
    if result.status == "OK":
        assert date == '"7-Feb-1994 21:52:25 -0800"'
    assert alice.ok("SELECT INBOX").exists == (1 if result.status == "OK" else 0)


def test_nul_in_a_message(alice: Client) -> None:
    """RFC 9051 section 4.3: a literal has no NUL; refused, or kept without harm."""
    if alice.command("APPEND INBOX", literal(b"Subject: x\r\n\r\na\0b\r\n")).status == "OK":
        alice.ok("SELECT INBOX")
        alice.ok("FETCH 1 BODY.PEEK[]")


def test_bare_line_feeds_become_crlf(alice: Client) -> None:
    """Quirk of several clients; sizes and slices must agree afterwards."""
    alice.ok("APPEND INBOX", literal(b"Subject: x\n\none\ntwo\n"))
    alice.ok("SELECT INBOX")
    values = alice.ok("FETCH 1 (RFC822.SIZE BODY.PEEK[] BODY.PEEK[TEXT])").fetches()[1]
    assert values["BODY[]"] == b"Subject: x\r\n\r\none\r\ntwo\r\n"
    assert values["RFC822.SIZE"] == len(values["BODY[]"])


def test_empty_message_is_refused_or_harmless(alice: Client) -> None:
    if alice.command("APPEND INBOX", literal(b"", plus=True)).status == "OK":
        alice.ok("SELECT INBOX")
        alice.ok("FETCH 1 (RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[])")


def test_too_big_is_refused_before_it_is_sent(host: TestHost) -> None:
    host.limits.append = 1000
    client = Client(host).login()
    result = client.no("APPEND INBOX", literal(b"x" * 1001))
    assert result.code == "TOOBIG"
    assert result.continuations == []
    client.ok("APPEND INBOX", literal(b"Subject: x\r\n\r\n" + b"x" * 900))


def test_too_big_and_already_on_its_way_is_swallowed(host: TestHost) -> None:
    """RFC 7888 section 4: the server reads it and says NO; the session stays in step."""
    host.limits.append = 1000
    client = Client(host).login()
    assert client.no("APPEND INBOX", literal(b"y NOOP\r\n" * 200, plus=True)).code == "TOOBIG"
    assert client.ok("SELECT INBOX").exists == 0


def test_message_that_looks_like_commands(alice: Client) -> None:
    octets = b"x LOGOUT\r\ny DELETE INBOX {5}\r\nabcde\r\n"
    alice.ok("APPEND INBOX", literal(octets))
    alice.ok("SELECT INBOX")
    assert alice.ok("FETCH 1 BODY.PEEK[]").fetches()[1]["BODY[]"] == octets


def test_keywords_beyond_the_limit_are_refused_cleanly(alice: Client) -> None:
    flags = " ".join(f"k{number}" for number in range(1100))
    result = alice.command(f"APPEND INBOX ({flags})", literal(PLAIN, plus=True))
    assert result.status in {"NO", "BAD"}
    assert alice.ok("SELECT INBOX").exists == 0
    alice.ok("APPEND INBOX (k1)", literal(PLAIN))
