"""UTF8=ACCEPT: RFC 9755, and RFC 6855 which it replaces."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, TestHost, literal

MAIL = "Subject: Grüße\r\nFrom: a@example.com\r\n\r\nhello\r\n".encode()
UTF8_DATA = f"APPEND INBOX UTF8 (~{{{len(MAIL)}+}}\r\n{MAIL.decode()})"


@pytest.fixture
def enabled(alice: Client) -> Client:
    assert alice.ok("ENABLE UTF8=ACCEPT").only("ENABLED") == ["UTF8=ACCEPT"]
    return alice


def test_3_names_in_both_ways(enabled: Client, other: Client) -> None:
    enabled.ok('CREATE "Entwürfe & mehr"')
    assert "Entwürfe & mehr" in enabled.ok('LIST "" *').lists
    assert "Entw&APw-rfe &- mehr" in other.ok('LIST "" *').lists
    enabled.ok('STATUS "Entwürfe & mehr" (MESSAGES)')
    other.ok('STATUS "Entw&APw-rfe &- mehr" (MESSAGES)')


def test_3_an_ampersand_stands_for_itself(enabled: Client) -> None:
    """What modified UTF-7 would decode is a name like others."""
    enabled.ok('CREATE "a&AOQ-b"')
    assert "a&AOQ-b" in enabled.ok('LIST "" *').lists


def test_3_namespace_rename_lsub(enabled: Client) -> None:
    enabled.ok('CREATE "ä"')
    enabled.ok('RENAME "ä" "ö"')
    enabled.ok('SUBSCRIBE "ö"')
    assert "ö" in enabled.ok('LSUB "" *').lsubs
    enabled.ok("NAMESPACE")


@pytest.mark.parametrize("raw", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf"])
def test_3_ill_formed_utf_8_is_bad(enabled: Client, raw: bytes) -> None:
    enabled.bad(b'CREATE "' + raw + b'"')
    enabled.bad(b"CREATE {%d+}\r\n%b" % (len(raw), raw))


@pytest.mark.parametrize("character", ["\x01", "\x7f", "\x85", "\u2028", "\u2029"])
def test_3_names_without_control_characters(enabled: Client, character: str) -> None:
    enabled.no(f'CREATE "a{character}b"', code="CANNOT")


def test_3_search_with_charset_is_bad(enabled: Client) -> None:
    enabled.append(MAIL)
    enabled.ok("SELECT INBOX")
    assert enabled.ok('SEARCH SUBJECT "grüße"').search == [1]
    enabled.bad('SEARCH CHARSET UTF-8 SUBJECT "grüße"')


def test_4_append_with_8_bit_header(enabled: Client, other: Client) -> None:
    other.no("APPEND INBOX", literal(MAIL), code="CANNOT")
    other.no(UTF8_DATA, code="CANNOT")
    enabled.ok("APPEND INBOX", literal(MAIL))
    enabled.ok(UTF8_DATA)
    other.ok("APPEND INBOX", literal(b"Subject: x\r\n\r\n\xc3\xa4 in the body\r\n"))
    other.ok("SELECT INBOX")
    assert other.ok("FETCH 1:2 BODY.PEEK[]").fetched("BODY[]") == [MAIL, MAIL]


def test_switched_off_it_does_not_judge_headers(alice: Client) -> None:
    """For migrations with clients that copy what they find."""
    alice.session.off = frozenset({"UTF8=ACCEPT"})
    alice.ok("APPEND INBOX", literal(MAIL))
    assert alice.ok("ENABLE UTF8=ACCEPT").only("ENABLED") == []


def test_8_without_enable_no_8_bit_in_quoted_strings(enabled: Client, other: Client) -> None:
    """The checker refuses 8-bit octets outside literals for `other`."""
    enabled.append(MAIL)
    other.ok("SELECT INBOX")
    other.ok("FETCH 1 (ENVELOPE BODYSTRUCTURE BODY[HEADER])")


def test_4_the_workaround_raw_headers_takes_what_clients_cannot_mend(host: TestHost) -> None:
    host.imap_workarounds = frozenset({"raw-headers"})
    client = Client(host).login()
    mail = "Subject: Grüße\r\n\r\nhallo\r\n".encode()
    client.ok("APPEND INBOX", literal(mail))
    client.ok("SELECT INBOX")
    assert client.ok("FETCH 1 BODY.PEEK[]").fetched("BODY[]") == [mail]
