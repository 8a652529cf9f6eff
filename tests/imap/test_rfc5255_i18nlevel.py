"""I18NLEVEL=2: comparators and charsets in SEARCH, SORT and THREAD, RFC 5255 section 4."""

from __future__ import annotations

import pytest

from tests.imap.harness import Client, Result, literal


def mail(
    subject: str = "", body: bytes = b"", content_type: str = "text/plain", encoding: str = "8bit"
) -> bytes:
    header = (
        f"Subject: {subject}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return header.encode() + body


def search(client: Client, *keys: str | literal) -> list[int]:
    found: list[int] = client.ok("SEARCH CHARSET UTF-8", *keys).search
    return found


def comparator(result: Result) -> tuple[bytes, list[bytes]]:
    found: tuple[bytes, list[bytes]] = result.only("COMPARATOR")
    return found


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("=?iso-8859-1?q?Caf=E9?=", "CAFÉ"),
        ("=?utf-8?b?w5xiZXJzaWNodA==?=", "übersicht"),
        ("=?koi8-r?q?=F3=D5=C2=C2=CF=D4=C1?=", "суббота"),
        ("=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?utf-8?q?=EF=BC=A1=EF=BC=A2?=", "ab"),  # full-width letters decompose
        ("plain old", "OLD"),
    ],
)
def test_4_6_headers_in_any_charset(alice: Client, written: str, wanted: str) -> None:
    alice.append(mail(written))
    alice.append(mail("other"))
    alice.ok("SELECT INBOX")
    for key in ("SUBJECT", "TEXT", "HEADER Subject"):
        assert search(alice, key, literal(wanted.encode())) == [1]
    assert search(alice, "BODY", literal(wanted.encode())) == []


@pytest.mark.parametrize(
    ("body", "content_type", "encoding", "wanted"),
    [
        ("Grüße".encode("latin-1"), "text/plain; charset=iso-8859-1", "8bit", "grüß"),
        (b"R3L832U=", "text/plain; charset=iso-8859-1", "base64", "grüß"),
        (b"Gr=FC=\r\n=DFe", "text/html; charset=iso-8859-1", "quoted-printable", "grüß"),
        ("суббота".encode("koi8-r"), "text/plain; charset=koi8-r", "8bit", "СУББОТА"),
        ("日本語".encode("shift_jis"), "text/plain; charset=shift_jis", "8bit", "本語"),
        ("wide".encode("utf-16"), "text/plain; charset=utf-16", "8bit", "WIDE"),
        (b"no charset at all", "text/plain", "7bit", "CHARSET AT"),
        ("unlabelled ü".encode(), "text/plain", "8bit", "Ü"),
    ],
)
def test_4_6_bodies_in_any_charset(
    alice: Client, body: bytes, content_type: str, encoding: str, wanted: str
) -> None:
    alice.append(mail("x", body, content_type, encoding))
    alice.append(mail("y", b"nothing of that"))
    alice.ok("SELECT INBOX")
    assert search(alice, "BODY", literal(wanted.encode())) == [1]
    assert search(alice, "TEXT", literal(wanted.encode())) == [1]
    assert search(alice, "NOT BODY", literal(wanted.encode())) == [2]


def test_4_6_unknown_charsets_are_compared_by_octets(alice: Client) -> None:
    alice.append(mail("x", b"caf\xe9 Bar", "text/plain; charset=x-nobody-knows"))
    alice.ok("SELECT INBOX")
    assert search(alice, 'BODY "Bar"') == [1]
    assert search(alice, "BODY", literal("é".encode())) == []


def test_damaged_text_is_found_by_what_is_sound_in_it(alice: Client) -> None:
    alice.append(mail("x", b"gr\xfc\xdfe and Greetings", "text/plain; charset=utf-8"))
    alice.ok("SELECT INBOX")
    assert search(alice, "BODY greetings") == [1]


def test_accents_and_sharp_s_are_not_left_out(alice: Client) -> None:
    """RFC 5051: an accent is a character of its own, and sharp s has no simple title case."""
    alice.append(mail("=?utf-8?q?resum=C3=A9?="))
    alice.append(mail("=?utf-8?q?Stra=C3=9Fe?="))
    alice.ok("SELECT INBOX")
    assert search(alice, "SUBJECT", literal("RESUMÉ".encode())) == [1]
    assert search(alice, "SUBJECT resume") == [1]
    assert search(alice, "SUBJECT strasse") == []
    assert search(alice, "SUBJECT", literal("STRAßE".encode())) == [2]


def test_search_strings_in_other_charsets(alice: Client) -> None:
    alice.append(mail("=?utf-8?q?Caf=C3=A9?="))
    alice.ok("SELECT INBOX")
    assert alice.ok("SEARCH CHARSET ISO-8859-1 SUBJECT", literal(b"caf\xe9")).search == [1]
    assert alice.ok("SEARCH SUBJECT", literal("café".encode())).search == [1]
    alice.bad("SEARCH CHARSET US-ASCII SUBJECT", literal(b"caf\xe9"))
    alice.bad("SEARCH CHARSET UTF-8 SUBJECT", literal(b"caf\xe9"))
    for charset in ("X-NOBODY", "ROT13", "ZLIB", "UNICODE_ESCAPE"):
        alice.no(f"SEARCH CHARSET {charset} ALL", code="BADCHARSET")


def test_text_looks_into_mime_headers_and_enclosed_messages(alice: Client) -> None:
    alice.append(
        b"Subject: outer\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\npreamble\r\n"
        b'--x\r\nContent-Type: application/pdf; name="plan.pdf"\r\nContent-Description: the =?utf-8?q?=C3=9Cber?= plan'
        b"\r\n\r\nbinary words\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?inn=C3=A9r?=\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nc2VjcmV0\r\n"
        b"--x--\r\n"
    )
    alice.ok("SELECT INBOX")
    assert search(alice, "TEXT plan.pdf") == [1]
    assert search(alice, "TEXT", literal("über plan".encode())) == [1]
    assert search(alice, "BODY plan.pdf") == []
    assert search(alice, "BODY", literal("INNÉR".encode())) == [1]
    assert search(alice, "BODY secret") == [1]
    assert search(alice, "TEXT outer") == [1]
    assert search(alice, "BODY outer") == []
    assert search(alice, 'BODY "binary words"') == []  # no text part


def test_a_header_that_is_there_is_not_a_match_by_itself(alice: Client) -> None:
    """Fields that exist without holding the string, for each key that reads a field."""
    alice.append(b"From: a@x\r\nTo: b@x\r\nCc: c@x\r\nBcc: d@x\r\nSubject: s\r\nX-Own: o\r\n\r\n")
    alice.ok("SELECT INBOX")
    for key in ("FROM", "TO", "CC", "BCC", "SUBJECT", "HEADER X-Own"):
        assert search(alice, f"{key} nowhere") == []
        assert search(alice, f'{key} ""') == [1]
    assert search(alice, 'HEADER X-Absent ""') == []
    assert search(alice, "FROM A@X TO b CC c BCC d SUBJECT S HEADER x-own O") == [1]


def test_keys_after_a_group_count(alice: Client) -> None:
    alice.append(mail("one"))
    alice.append(mail("two"))
    alice.ok("SELECT INBOX")
    assert search(alice, "(SUBJECT o) SUBJECT two") == [2]
    assert search(alice, "(OR SUBJECT one (SUBJECT two)) NOT SUBJECT one") == [2]
    assert search(alice, "(ALL) (SEEN)") == []


def test_4_7_the_default_comparator(alice: Client) -> None:
    assert comparator(alice.ok("COMPARATOR")) == (b"i;unicode-casemap", [])
    assert comparator(alice.ok("COMPARATOR default")) == (b"i;unicode-casemap", [])


def test_4_7_the_first_that_matches_is_taken(alice: Client) -> None:
    assert comparator(alice.ok('COMPARATOR "cz;*" i;octet')) == (b"i;octet", [])
    assert comparator(alice.ok("COMPARATOR")) == (b"i;octet", [])
    assert comparator(alice.ok('COMPARATOR i;ascii-casemap "*"')) == (
        b"i;ascii-casemap",
        [b"i;ascii-casemap", b"i;unicode-casemap", b"i;octet"],
    )
    assert comparator(alice.ok('COMPARATOR "i;*-casemap"'))[0] == b"i;unicode-casemap"


def test_4_9_badcomparator_changes_nothing(alice: Client) -> None:
    alice.ok("COMPARATOR i;octet")
    for order in ('"cz;*"', "i;basic", '"-i;octet"'):
        alice.no(f"COMPARATOR {order}", code="BADCOMPARATOR")
    assert comparator(alice.ok("COMPARATOR"))[0] == b"i;octet"


def test_4_7_arguments(alice: Client, stranger: Client) -> None:
    alice.bad('COMPARATOR ""')
    alice.bad('COMPARATOR "i;octet or so"')
    alice.bad("COMPARATOR", literal("i;ö".encode()))
    stranger.bad("COMPARATOR")


def test_4_2_the_active_comparator_is_used_everywhere(alice: Client) -> None:
    for subject in ("b", "=?utf-8?q?=C3=A4?=", "B", "A", "=?utf-8?q?=C3=84?="):
        alice.append(mail(subject, b"Word"))
    alice.ok("SELECT INBOX")
    assert search(alice, "SUBJECT b") == [1, 3]
    assert alice.ok("SORT (SUBJECT) UTF-8 ALL").search == [4, 2, 5, 1, 3]
    assert alice.ok("THREAD ORDEREDSUBJECT UTF-8 SUBJECT b").only("THREAD") == [[1, 3]]
    alice.ok("COMPARATOR i;ascii-casemap")
    assert search(alice, "SUBJECT", literal("ä".encode())) == [2]
    assert search(alice, "SUBJECT B") == [1, 3]
    alice.ok("COMPARATOR i;octet")
    assert search(alice, "SUBJECT b") == [1]
    assert search(alice, "BODY word") == []
    assert search(alice, "TEXT Word") == [1, 2, 3, 4, 5]
    assert alice.ok("SORT (SUBJECT) UTF-8 ALL").search == [4, 3, 1, 5, 2]
    assert alice.ok("THREAD ORDEREDSUBJECT UTF-8 OR SUBJECT b SUBJECT B").only("THREAD") == [[1], [3]]


def test_the_comparator_is_the_connections_own(alice: Client, other: Client) -> None:
    alice.ok("COMPARATOR i;octet")
    assert comparator(other.ok("COMPARATOR"))[0] == b"i;unicode-casemap"
