"""REPLACE: RFC 8508."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, literal
from tests.imap.mails import numbered

NEW = b"Subject: new\r\n\r\nnew text\r\n"


@pytest.fixture
def client(alice: Client) -> Client:
    """Four drafts, UIDs one more than the numbers."""
    alice.ok("CREATE Drafts")
    for number in range(5):
        alice.append(numbered(number), "Drafts")
    alice.ok("SELECT Drafts")
    alice.ok("STORE 1 +FLAGS (\\Deleted)")
    alice.ok("EXPUNGE")
    return alice


def subjects(client: Client) -> list[bytes]:
    return client.ok("UID FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]").fetched(
        "BODY[HEADER.FIELDS (SUBJECT)]"
    )


@pytest.mark.parametrize("command", ["REPLACE 4", "UID REPLACE 5", "REPLACE *"])
def test_3_2_replace(client: Client, other: Client, command: str) -> None:
    other.ok("SELECT Drafts")
    date = '"01-Jan-2015 18:50:53 +0000"'
    result = client.ok(f"{command} Drafts (\\Seen \\Draft) {date}", literal(NEW))
    validity, uids = result.codes["APPENDUID"]
    assert (validity, uids) == (client.session.view.mailbox.uidvalidity, [(6, 6)])
    assert result.untagged[0].code is not None, "APPENDUID comes first (section 4.3)"
    assert result.expunges == [4]
    assert result.exists == 4
    items = client.ok("UID FETCH 6 (FLAGS INTERNALDATE RFC822.SIZE)").fetches()[4]
    assert items["FLAGS"] == [b"\\Seen", b"\\Draft", b"\\Recent"]
    assert items["INTERNALDATE"].startswith(b"01-Jan-2015")
    assert items["RFC822.SIZE"] == len(NEW)
    news = other.ok("NOOP")
    assert (news.expunges, news.exists) == ([4], 4)
    assert other.ok("UID SEARCH ALL").search == [2, 3, 4, 6]


def test_3_4_other_mailbox(client: Client) -> None:
    client.ok("CREATE Sent")
    result = client.ok("UID REPLACE 5 Sent (\\Seen)", literal(NEW))
    assert result.expunges == [4]
    assert result.exists is None
    assert client.ok("STATUS Sent (MESSAGES)").statuses["Sent"]["MESSAGES"] == 1


def test_3_4_nothing_is_inherited(client: Client) -> None:
    client.ok("UID STORE 5 +FLAGS ($Important \\Flagged)")
    client.ok("UID REPLACE 5 Drafts", literal(NEW))
    assert client.ok("UID FETCH 6 FLAGS").fetched("FLAGS") == [[b"\\Recent"]]


def test_3_4_only_the_named_message_goes(client: Client) -> None:
    client.ok("UID STORE 2:4 +FLAGS (\\Deleted)")
    assert client.ok("UID REPLACE 5 Drafts", literal(NEW)).expunges == [4]


def test_3_4_errors_change_nothing(client: Client) -> None:
    before = subjects(client)
    client.no("REPLACE 1 Nowhere", literal(NEW), code="TRYCREATE")
    client.no("UID REPLACE 99 Drafts", literal(NEW))
    client.no("UID REPLACE 1 Drafts", literal(NEW))
    client.no("REPLACE 1 Drafts", literal(b""))
    client.bad("REPLACE 9 Drafts", literal(NEW))
    client.bad("REPLACE 1:2 Drafts", literal(NEW))
    client.bad("REPLACE $ Drafts", literal(NEW))
    client.bad("REPLACE 1 Drafts")
    client.bad("REPLACE 1 Drafts", literal(NEW), literal(NEW))
    assert subjects(client) == before


def test_3_4_expunged_by_others(client: Client, other: Client) -> None:
    other.ok("SELECT Drafts")
    other.ok("STORE 2 +FLAGS (\\Deleted)")
    other.ok("EXPUNGE")
    client.no("REPLACE 2 Drafts", literal(NEW), code="EXPUNGEISSUED")
    assert client.ok("UID SEARCH ALL").search == [2, 4, 5]


def test_3_5_needs_a_selected_mailbox(client: Client) -> None:
    client.ok("EXAMINE Drafts")
    client.no("REPLACE 1 Drafts", literal(NEW), code="READ-ONLY")
    client.ok("UNSELECT")
    client.bad("REPLACE 1 Drafts", literal(NEW))
    client.bad("UID REPLACE 2 Drafts", literal(NEW))


def test_4_5_qresync(client: Client) -> None:
    client.ok("ENABLE QRESYNC")
    result = client.ok("UID REPLACE 5 Drafts", literal(NEW))
    assert result.vanished == [5]
    assert result.tagged.code == ("HIGHESTMODSEQ", client.session.view.mailbox.highestmodseq)


def test_4_6_objectid(client: Client) -> None:
    before = client.ok("UID FETCH 5 EMAILID").fetched("EMAILID")
    client.ok("UID REPLACE 5 Drafts", literal(NEW))
    assert client.ok("UID FETCH 6 EMAILID").fetched("EMAILID") != before


def test_a_big_message_may_come(client: Client) -> None:
    big = NEW + b"x" * (client.host.limits.literal + 10)
    client.ok("UID REPLACE 5 Drafts", literal(big))
    client.no("UID SEARCH TEXT", literal(big), code="TOOBIG")
