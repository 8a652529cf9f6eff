"""BINARY: RFC 3516, RFC 9051 sections 6.4.5 and 6.3.12."""

from __future__ import annotations

import base64

import pytest

from tests.imap.harness import Client, literal

MAIL = (
    b"Subject: parts\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode("Grüße\nund mehr".encode())
    + b"\r\n--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"\x00\x01\nbinary\xff")
    + b"\r\n--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: x-nobody-knows\r\n\r\nxyz"
    b"\r\n--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=41=\r\nB"
    b"\r\n--x\r\nContent-Type: text/plain\r\n\r\n"
    b"\r\n--x--\r\n"
)


@pytest.fixture
def box(alice: Client) -> Client:
    """One message, selected."""
    alice.append(MAIL)
    alice.ok("SELECT INBOX")
    return alice


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("1", "Grüße\r\nund mehr".encode()),  # text has CRLF line ends
        ("2", b"\x00\x01\nbinary\xff"),
        ("4", b"AB"),
        ("5", b""),
        ("", MAIL),
        ("9", None),
    ],
)
def test_4_3_decoded_sections(box: Client, section: str, expected: bytes | None) -> None:
    assert box.ok(f"FETCH 1 BINARY.PEEK[{section}]").fetched(f"BINARY[{section}]") == [expected]
    size = box.ok(f"FETCH 1 BINARY.SIZE[{section}]").fetched(f"BINARY.SIZE[{section}]")
    assert size == [len(expected or b"")]


def test_4_3_literal8_only_where_there_is_nul(box: Client) -> None:
    assert b"BINARY[2] ~{" in box.ok("FETCH 1 BINARY.PEEK[2]").untagged[0].raw
    assert b"BINARY[1] {" in box.ok("FETCH 1 BINARY.PEEK[1]").untagged[0].raw
    assert b"BINARY[2]<2> {" in box.ok("FETCH 1 BINARY.PEEK[2]<2.3>").untagged[0].raw
    assert b'BINARY[5] ""' in box.ok("FETCH 1 BINARY.PEEK[5]").untagged[0].raw


def test_4_2_partial_counts_decoded_octets(box: Client) -> None:
    assert box.ok("FETCH 1 BINARY.PEEK[2]<1.4>").fetched("BINARY[2]<1>") == [b"\x01\nbi"]
    assert box.ok("FETCH 1 BINARY.PEEK[2]<100.4>").fetched("BINARY[2]<100>") == [b""]
    assert box.ok("FETCH 1 BINARY.PEEK[4]<0.393216>").fetched("BINARY[4]<0>") == [b"AB"]


def test_4_3_unknown_cte(box: Client) -> None:
    box.no("FETCH 1 BINARY.PEEK[3]", code="UNKNOWN-CTE")
    box.no("FETCH 1 BINARY.SIZE[3]", code="UNKNOWN-CTE")


def test_4_2_seen_but_for_peek_and_size(box: Client, other: Client) -> None:
    other.ok("SELECT INBOX")
    box.ok("FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[1])")
    assert other.ok("NOOP").fetches() == {}
    assert b"\\Seen" in box.ok("FETCH 1 BINARY[1]").fetched("FLAGS")[0]
    assert b"\\Seen" in other.ok("NOOP").fetched("FLAGS")[0]


@pytest.mark.parametrize(
    "item", ["BINARY", "BINARY[1.MIME]", "BINARY[TEXT]", "BINARY.SIZE[1]<0.1>", "BINARY[1]<0.0>"]
)
def test_7_syntax(box: Client, item: str) -> None:
    box.bad(f"FETCH 1 {item}")


BINARY = (
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: image/x\r\n"
    b"Content-Transfer-Encoding: binary\r\nContent-ID: <i>\r\n\r\na\x00b\nc\r\n--x\r\n\r\ntext\r\n--x--\r\n"
)


def test_4_4_and_6_what_is_appended_with_nul_can_be_fetched_by_all(alice: Client) -> None:
    alice.ok("APPEND INBOX", literal(BINARY, eight=True))
    alice.ok("SELECT INBOX")
    assert alice.ok("FETCH 1 BINARY.PEEK[1]").fetched("BINARY[1]") == [b"a\x00b\nc"]
    fetched = alice.ok("FETCH 1 (BODY.PEEK[1] BODY.PEEK[1.MIME] BODYSTRUCTURE BODY.PEEK[2])")
    assert base64.b64decode(fetched.fetched("BODY[1]")[0]) == b"a\x00b\nc"
    assert fetched.fetched("BODY[1.MIME]") == [
        b"Content-Type: image/x\r\nContent-ID: <i>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ]
    assert fetched.fetched("BODY[2]") == [b"text"]
    assert b'"base64"' in fetched.untagged[0].raw.lower()
    (size,) = alice.ok("FETCH 1 RFC822.SIZE").fetched("RFC822.SIZE")
    assert size == len(alice.ok("FETCH 1 BODY.PEEK[]").fetched("BODY[]")[0])


def test_4_4_a_message_that_is_binary_itself(alice: Client) -> None:
    alice.ok("APPEND INBOX", literal(b"Content-Type: x/y\r\n\r\n" + bytes(range(256)), eight=True))
    alice.ok("SELECT INBOX")
    assert alice.ok("FETCH 1 BINARY.PEEK[1]").fetched("BINARY[1]") == [bytes(range(256))]


def test_4_4_literal8_without_nul_stays_as_it_is(alice: Client) -> None:
    alice.ok("APPEND INBOX", literal(MAIL, eight=True))
    alice.ok("SELECT INBOX")
    assert alice.ok("FETCH 1 BODY.PEEK[]").fetched("BODY[]") == [MAIL]


def test_4_4_nul_in_a_header_is_refused(alice: Client) -> None:
    alice.no("APPEND INBOX", literal(b"Subject: a\x00b\r\n\r\n", eight=True), code="UNKNOWN-CTE")
    alice.bad("APPEND INBOX", literal(BINARY))
    assert alice.ok("STATUS INBOX (MESSAGES)").statuses["INBOX"]["MESSAGES"] == 0
