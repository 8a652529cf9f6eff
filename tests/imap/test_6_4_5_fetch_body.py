"""FETCH of bodies: RFC 3501 section 6.4.5, RFC 9051 sections 6.4.5 and 6.4.5.1: sections, slices, \\Seen."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, literal
from tests.imap.mails import numbered

HEADER = (
    b"From: Alice <alice@example.org>\r\n"
    b"To: bob@example.org,\r\n"
    b"\tcarol@example.org\r\n"
    b"Received: one\r\n"
    b"received: two\r\n"
    b"Subject: parts\r\n"
    b'Content-Type: multipart/mixed; boundary="o"\r\n'
    b"\r\n"
)
INNER_HEADER = (
    b'Subject: inner\r\nFrom: x@example.org\r\nContent-Type: multipart/alternative; boundary="i"\r\n\r\n'
)
INNER_TEXT = b"--i\r\n\r\ninner plain\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>inner</p>\r\n--i--\r\n"
TEXT = (
    b"preamble\r\n"
    b"--o\r\nContent-Type: text/plain\r\nContent-ID: <first>\r\n\r\nfirst\r\n"
    b"--o\r\nContent-Type: message/rfc822\r\n\r\n" + INNER_HEADER + INNER_TEXT + b"\r\n--o--\r\nepilogue\r\n"
)
MAIL = HEADER + TEXT


@pytest.fixture
def alice(alice: Client) -> Client:
    """alice has INBOX open with one message of nested parts, which is not \\Seen."""
    alice.ok("APPEND INBOX", literal(MAIL))
    alice.ok("SELECT INBOX")
    return alice


def fetch(client: Client, item: str) -> dict[str, bytes]:
    """What one item gives for message 1, less FLAGS."""
    values = client.ok(f"FETCH 1 {item}").fetches()[1]
    values.pop("FLAGS", None)
    return values


@pytest.mark.parametrize(
    ("section", "octets"),
    [
        ("", MAIL),
        ("HEADER", HEADER),
        ("TEXT", TEXT),
        ("1", b"first"),
        ("1.MIME", b"Content-Type: text/plain\r\nContent-ID: <first>\r\n\r\n"),
        ("2", INNER_HEADER + INNER_TEXT),
        ("2.MIME", b"Content-Type: message/rfc822\r\n\r\n"),
        ("2.HEADER", INNER_HEADER),
        ("2.TEXT", INNER_TEXT),
        ("2.1", b"inner plain"),
        ("2.1.MIME", b"\r\n"),
        ("2.2", b"<p>inner</p>"),
        ("2.2.MIME", b"Content-Type: text/html\r\n\r\n"),
        ("HEADER.FIELDS (SUBJECT)", b"Subject: parts\r\n\r\n"),
        ("HEADER.FIELDS (TO FROM)", HEADER[: HEADER.index(b"Received")] + b"\r\n"),
        ("HEADER.FIELDS (RECEIVED)", b"Received: one\r\nreceived: two\r\n\r\n"),
        ("HEADER.FIELDS (X-NONE)", b"\r\n"),
        ("HEADER.FIELDS.NOT (TO FROM RECEIVED CONTENT-TYPE)", b"Subject: parts\r\n\r\n"),
        ("HEADER.FIELDS.NOT (X-NONE)", HEADER),
        ("2.HEADER.FIELDS (SUBJECT)", b"Subject: inner\r\n\r\n"),
        ("2.HEADER.FIELDS.NOT (SUBJECT CONTENT-TYPE)", b"From: x@example.org\r\n\r\n"),
    ],
)
def test_sections(alice: Client, section: str, octets: bytes) -> None:
    """BODY.PEEK is answered under the name BODY; so is BODY, and both give the same octets."""
    label = f"BODY[{section}]"
    assert fetch(alice, f"BODY.PEEK[{section}]") == {label: octets}
    assert fetch(alice, label) == {label: octets}


@pytest.mark.parametrize("section", ["3", "1.1", "1.TEXT", "1.HEADER", "2.3", "2.1.1", "99999", "1.2.3.4.5"])
def test_sections_that_are_not_there(alice: Client, section: str) -> None:
    """NIL or nothing to speak of; never another part, never an error that ends the command."""
    assert fetch(alice, f"BODY.PEEK[{section}]") in ({f"BODY[{section}]": None}, {f"BODY[{section}]": b""})


def test_part_1_of_a_message_that_is_no_multipart(alice: Client) -> None:
    alice.append(numbered(7))
    alice.ok("NOOP")
    values = alice.ok("FETCH 2 (BODY.PEEK[1] BODY.PEEK[TEXT])").fetches()[2]
    assert values["BODY[1]"] == values["BODY[TEXT]"] == b"body 7\r\n"


@pytest.mark.parametrize(
    ("item", "octets"), [("RFC822", MAIL), ("RFC822.HEADER", HEADER), ("RFC822.TEXT", TEXT)]
)
def test_the_old_names(alice: Client, item: str, octets: bytes) -> None:
    """RFC 3501: equivalents of BODY[], BODY.PEEK[HEADER], BODY[TEXT]; the response has the old name."""
    assert fetch(alice, item) == {item: octets}


# Slices


@pytest.mark.parametrize(
    ("start", "count"),
    [(0, 10), (0, 1), (5, 20), (0, 10**6), (len(MAIL) - 3, 100), (len(MAIL), 5), (10**9, 5)],
)
def test_slices(alice: Client, start: int, count: int) -> None:
    """The reply says where it starts, not how long it was to be; beyond the end it is an empty string."""
    assert fetch(alice, f"BODY.PEEK[]<{start}.{count}>") == {f"BODY[]<{start}>": MAIL[start : start + count]}


def test_slices_of_sections(alice: Client) -> None:
    assert fetch(alice, "BODY.PEEK[HEADER]<6.5>") == {"BODY[HEADER]<6>": b"Alice"}
    assert fetch(alice, "BODY.PEEK[1]<2.2>") == {"BODY[1]<2>": b"rs"}
    assert fetch(alice, "BODY.PEEK[HEADER.FIELDS (SUBJECT)]<9.5>") == {
        "BODY[HEADER.FIELDS (SUBJECT)]<9>": b"parts"
    }


def test_slices_put_together_are_the_whole(alice: Client) -> None:
    pieces = [fetch(alice, f"BODY.PEEK[]<{at}.17>")[f"BODY[]<{at}>"] for at in range(0, len(MAIL), 17)]
    assert b"".join(pieces) == MAIL


# \Seen


@pytest.mark.parametrize(
    "item", ["BODY[]", "BODY[TEXT]", "BODY[HEADER]", "BODY[1]", "BODY[]<0.1>", "RFC822", "RFC822.TEXT"]
)
def test_items_that_set_seen(alice: Client, other: Client, item: str) -> None:
    """It is set, FLAGS is in the response as they changed, and the others are told."""
    other.ok("SELECT INBOX")
    assert b"\\Seen" in alice.ok(f"FETCH 1 {item}").fetches()[1]["FLAGS"]
    assert b"\\Seen" in other.ok("NOOP").fetches()[1]["FLAGS"]
    assert "FLAGS" not in alice.ok(f"FETCH 1 {item}").fetches()[1]


@pytest.mark.parametrize(
    "item",
    [
        "BODY.PEEK[]",
        "BODY.PEEK[1]",
        "RFC822.HEADER",
        "BODY",
        "BODYSTRUCTURE",
        "ENVELOPE",
        "RFC822.SIZE",
        "FULL",
    ],
)
def test_items_that_do_not(alice: Client, item: str) -> None:
    alice.ok(f"FETCH 1 {item}")
    assert alice.ok("SEARCH UNSEEN").search == [1]


def test_examine_sets_nothing(alice: Client) -> None:
    """RFC 3501 section 6.3.2: no changes to the permanent state of the mailbox are permitted."""
    alice.ok("EXAMINE INBOX")
    assert "FLAGS" not in alice.ok("FETCH 1 BODY[]").fetches()[1]
    assert alice.ok("SEARCH UNSEEN").search == [1]


def test_flags_asked_for_have_seen_already(alice: Client) -> None:
    assert b"\\Seen" in alice.ok("FETCH 1 (FLAGS BODY[])").fetches()[1]["FLAGS"]


def test_a_part_that_is_not_there_may_set_seen(alice: Client) -> None:
    alice.ok("FETCH 1 BODY[9]")


# The label of the response


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("body.peek[header.fields (subject)]", "BODY[HEADER.FIELDS (SUBJECT)]"),
        ('BODY.PEEK[HEADER.FIELDS ("Subject")]', "BODY[HEADER.FIELDS (SUBJECT)]"),
        ("BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)]", "BODY[HEADER.FIELDS (SUBJECT FROM)]"),
    ],
)
def test_label(alice: Client, asked: str, label: str) -> None:
    """As it was asked for, in the checker's upper case."""
    assert list(fetch(alice, asked)) == [label]


def test_field_names_as_literals(alice: Client) -> None:
    fetched, tagged = alice.send(b"x FETCH 1 (BODY.PEEK[HEADER.FIELDS ({7+}\r\nSubject)])\r\n")
    assert fetched.data == {"BODY[HEADER.FIELDS (SUBJECT)]": b"Subject: parts\r\n\r\n"}
    assert tagged.name == "OK"


@pytest.mark.parametrize(
    "item",
    [
        "BODY[", "BODY[]]", "BODY[0]", "BODY[1.0]", "BODY[1.]", "BODY[.1]", "BODY[MIME]", "BODY[FROB]", "BODY[1.FROB]",
        "BODY[HEADER.FIELDS]", "BODY[HEADER.FIELDS ()]", "BODY[HEADER.FIELDS SUBJECT]", "BODY[TEXT.1]", "BODY.PEEK",
        "BODY[]<0>", "BODY[]<0.0>", "BODY[]<.5>", "BODY[]<-1.5>", "BODY[]<0.5", "BODY[]<0.99999999999999999999>",
        "BODY[HEADER 1]", "BODY []", "BODY[] <0.1>", "BODYSTRUCTURE[1]", "RFC822[1]", "BODY[99999999999]",
    ],
)  # fmt: skip
def test_bad_sections(alice: Client, item: str) -> None:
    alice.bad(f"FETCH 1 {item}")
    assert alice.ok("SEARCH UNSEEN").search == [1]


# Odd mail


@pytest.mark.parametrize(
    "octets",
    [
        b"\r\n",
        b"no header at all",
        b"Subject: no body\r\n",
        b"Subject: no body\r\n\r\n",
        b"\r\nonly a body\r\n",
        b"Subject: \xff\xfe raw\r\n\r\n\xe4\xf6\xfc\r\n",
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\nno part in sight\r\n',
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Type: \x01/\x02\r\nTo: <\r\nDate: \x80\r\n\r\nbody\r\n",
    ],
)
def test_anything_can_be_fetched(alice: Client, octets: bytes) -> None:
    alice.append(octets)
    alice.ok("NOOP")
    values = alice.ok(
        "FETCH 2 (ENVELOPE BODY BODYSTRUCTURE RFC822.SIZE BODY[] BODY[HEADER] BODY[TEXT] BODY[1])"
    )
    message = values.fetches()[2]
    assert message["BODY[]"] == message["BODY[HEADER]"] + message["BODY[TEXT]"]
    assert message["RFC822.SIZE"] == len(message["BODY[]"])
