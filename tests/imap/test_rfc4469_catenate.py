"""CATENATE: RFC 4469; URL-PARTIAL: RFC 5550 section 5.7.1; URLs: RFC 5092."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, Result, literal

MULTIPART = (
    b"From: a@example.com\r\nSubject: old\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain\r\n\r\nfirst\r\n"
    b"--x\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBA==\r\n"
    b"--x--\r\n"
)


@pytest.fixture
def box(alice: Client) -> Client:
    """A mailbox `Drafts` with one multipart message; nothing selected."""
    alice.ok("CREATE Drafts")
    alice.append(MULTIPART, "Drafts")
    return alice


def body(client: Client) -> bytes:
    """The last message of Drafts."""
    client.ok("EXAMINE Drafts")
    octets: bytes = client.ok("FETCH * BODY.PEEK[]").fetched("BODY[]")[0]
    client.ok("UNSELECT")
    return octets


def test_3_pieces_in_their_order(box: Client) -> None:
    validity = box.ok("STATUS Drafts (UIDVALIDITY)").statuses["Drafts"]["UIDVALIDITY"]
    url = f"/Drafts;UIDVALIDITY={validity}/;UID=1/;section="
    result = box.ok(
        f'APPEND Drafts (\\Draft) CATENATE (URL "{url}HEADER" TEXT',
        literal(b"--x\r\n"),
        f'URL "{url}2.MIME" URL "{url}2" TEXT',
        literal(b"\r\n--x--\r\n"),
        'URL "/Drafts/;UID=1/;SECTION=HEADER.FIELDS%20(SUBJECT)")',
    )
    assert result.codes["APPENDUID"][0] == validity
    assert body(box) == (
        b"From: a@example.com\r\nSubject: old\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBA=="
        b"\r\n--x--\r\nSubject: old\r\n\r\n"
    )


def test_3_whole_messages_and_seen_stays(box: Client) -> None:
    box.ok("APPEND Drafts CATENATE (URL /Drafts/;UID=1)")
    assert body(box) == MULTIPART
    box.ok("EXAMINE Drafts")
    assert b"\\Seen" not in box.ok("FETCH 1 FLAGS").fetched("FLAGS")[0]


def test_3_the_selected_mailbox_does_not_change(box: Client) -> None:
    box.ok("SELECT INBOX")
    box.ok("APPEND Drafts CATENATE (URL /Drafts/;UID=1)")
    box.ok("APPEND INBOX CATENATE (URL /Drafts/;UID=1)")
    assert box.ok("FETCH 1 UID").fetched("UID") == [1]


def test_3_multiappend_mixes_both_forms(box: Client) -> None:
    box.ok(
        "APPEND Drafts",
        literal(b"Subject: plain\r\n\r\n"),
        "(\\Seen) CATENATE (URL /Drafts/;UID=1)",
    )
    box.ok("EXAMINE Drafts")
    assert box.exists == 3


def test_5550_5_7_1_partial(box: Client) -> None:
    for url, expected in (
        ("/Drafts/;UID=1/;SECTION=1/;PARTIAL=0.3", b"fir"),
        ("/Drafts/;UID=1/;SECTION=1/;PARTIAL=3", b"st"),
        ("/Drafts/;UID=1/;PARTIAL=0.4", b"From"),
    ):
        box.ok(f'APPEND Drafts CATENATE (TEXT {{2+}}\r\n\r\n URL "{url}")')
        assert body(box) == b"\r\n" + expected


@pytest.mark.parametrize(
    "url",
    [
        "/Drafts/;UID=9",
        "/Drafts/;UID=1/;SECTION=7",
        "/Drafts;UIDVALIDITY=7/;UID=1",
        "/nowhere/;UID=1",
        "/Drafts",
        "/Drafts/;UID=0",
        "/Drafts/;UID=1x",
        "/Drafts/;UID=99999999999",
        "/Drafts/;UID=1/;SECTION=FROB",
        "/Drafts/;UID=1/;SECTION=1]%20x",
        "/Drafts/;UID=1;URLAUTH=anonymous",
        "imap://alice@localhost/Drafts/;UID=1",
        ";UID=1",
        "/%ff/;UID=1",
        "/a%00b/;UID=1",
        "http://example.com/",
        "",
    ],
)
def test_4_1_badurl(box: Client, url: str) -> None:
    result = box.no(f'APPEND Drafts CATENATE (TEXT {{1+}}\r\nx URL "{url}")', code="BADURL")
    assert result.codes["BADURL"] == (url.replace("]", "?") or "?").encode()
    assert box.ok("STATUS Drafts (MESSAGES)").statuses["Drafts"]["MESSAGES"] == 1


def test_4_1_the_first_bad_url_is_told_and_nothing_is_kept(box: Client) -> None:
    result = box.no("APPEND Drafts CATENATE (URL /Drafts/;UID=1 URL /Drafts/;UID=2 URL /Drafts/;UID=3)")
    assert result.codes["BADURL"] == b"/Drafts/;UID=2"


def test_4_2_toobig(box: Client) -> None:
    box.host.limits.append = 1000
    urls = " ".join(["URL /Drafts/;UID=1"] * 10)
    box.no(f"APPEND Drafts CATENATE ({urls})", code="TOOBIG")


def test_7_the_mail_of_others_cannot_be_named(box: Client, bob: Client) -> None:
    for url in ("/Other%20Users/alice/Drafts/;UID=1", "/../alice/Drafts/;UID=1", "/Drafts/;UID=1"):
        bob.no(f'APPEND INBOX CATENATE (URL "{url}")', code="BADURL")


@pytest.mark.parametrize(
    "arguments",
    [
        "CATENATE ()",
        "CATENATE",
        "CATENATE (URL)",
        "CATENATE (TEXT x)",
        "CATENATE (FROB x)",
        "CATENATE (URL /x",
    ],
)
def test_5_syntax(box: Client, arguments: str) -> None:
    box.bad(f"APPEND Drafts {arguments}")


def test_mailbox_names_are_utf_8_in_urls(box: Client) -> None:
    box.ok('CREATE "Entw&APw-rfe"')
    box.append(b"Subject: hi\r\n\r\n", "Entw&APw-rfe")
    box.ok('APPEND Drafts CATENATE (URL "/Entw%C3%BCrfe/;UID=1")')
    assert body(box) == b"Subject: hi\r\n\r\n"


def test_bare_lf_in_a_piece(box: Client) -> None:
    box.ok(
        "APPEND Drafts CATENATE (TEXT",
        literal(b"Subject: x\n"),
        "TEXT",
        literal(b"\nbody\n"),
        "TEXT {1+}\r\nx)",
    )
    assert body(box) == b"Subject: x\r\n\r\nbody\r\nx"


def test_replace_takes_pieces(box: Client) -> None:
    box.ok("SELECT Drafts")
    result: Result = box.ok('REPLACE 1 Drafts CATENATE (URL "/Drafts/;UID=1/;SECTION=HEADER" TEXT {1+}\r\nx)')
    assert result.exists is not None
    assert box.ok("UID FETCH 2 BODY.PEEK[TEXT]").fetched("BODY[TEXT]") == [b"x"]
