"""ENVELOPE (RFC 9051 section 7.5.2) on the wire."""

from __future__ import annotations

from coromail.message import envelope, scan
from tests.imap.checker import Address
from tests.message.mail import crlf
from tests.message.wire import envelope_of


def wire(text: str) -> bytes:
    octets = crlf(text)
    return envelope(octets, scan(octets))


FROM = b'((NIL NIL "a" "b"))'


def test_the_wire_form() -> None:
    assert wire(
        "Date: Wed, 17 Jul 1996 02:23:25 -0700\nFrom: Terry Gray <gray@cac.washington.edu>\n"
        "Subject: IMAP4rev2 WG mtg summary\n and minutes\nTo: imap@cac.washington.edu\n"
        'cc: minutes@CNRI.Reston.VA.US, "John Klensin" <KLENSIN@MIT.EDU>\nIn-Reply-To: <i@x>\nMessage-Id: <m@x>\n\n'
    ) == (
        b'("Wed, 17 Jul 1996 02:23:25 -0700" "IMAP4rev2 WG mtg summary and minutes"'
        b' (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu"))'
        b' (("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu"))'
        b' ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL "<i@x>" "<m@x>")'
    )


def test_absent_fields_are_nil_and_empty_strings_are_empty() -> None:
    assert wire("\nbody") == b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
    assert wire("Date:\nSubject:  \nMessage-ID:\nIn-Reply-To: \nTo: \nCc: ,\nFrom:\n\n") == (
        b'("" "" NIL NIL NIL NIL NIL NIL "" "")'
    )


def test_sender_and_reply_to_default_to_from() -> None:
    assert wire("From: a@b\n\n") == b"(NIL NIL %b %b %b NIL NIL NIL NIL NIL)" % (FROM, FROM, FROM)
    assert wire("From: a@b\nSender:\nReply-To: ,\n\n") == wire("From: a@b\n\n")
    found = envelope_of(crlf("From: a@b\nSender: c@d\nReply-To: e@f\n\n"))
    assert (found.sender, found.reply_to) == (
        [Address(None, None, b"c", b"d")],
        [Address(None, None, b"e", b"f")],
    )


def test_groups() -> None:
    assert envelope_of(crlf("To: friends: a@b, C <c@d>;\n\n")).to == [
        Address(None, None, b"friends", None),
        Address(None, None, b"a", b"b"),
        Address(b"C", None, b"c", b"d"),
        Address(None, None, None, None),
    ]


def test_5322_4_5_3_several_to_fields_are_one_list() -> None:
    assert envelope_of(crlf("To: a@b\nTo: c@d\n\n")).to == [
        Address(None, None, b"a", b"b"),
        Address(None, None, b"c", b"d"),
    ]


def test_several_from_sender_and_reply_to_fields_leave_no_address_out() -> None:
    text = "".join(
        f"{name}: {user}@b\n" for name in ("From", "Sender", "Reply-To") for user in ("one", "two")
    )
    found = envelope_of(crlf("From:\n" + text + "\n"))
    both = [Address(None, None, b"one", b"b"), Address(None, None, b"two", b"b")]
    assert (found.from_, found.sender, found.reply_to) == (both, both, both)


def test_eight_bit_long_and_quoted_strings() -> None:
    octets = b'Subject: \xc3\xa9\r\nFrom: "a \\"b\\" \\\\" <a@b>\r\nMessage-ID: <%b@x>\r\n\r\n' % (
        b"x" * 2000
    )
    raw = envelope(octets, scan(octets))
    assert b"{2}\r\n\xc3\xa9 " in raw
    assert b'(("a \\"b\\" \\\\" NIL "a" "b"))' in raw
    assert b" {2004}\r\n<xxx" in raw
    assert envelope_of(octets).subject == b"\xc3\xa9"


def test_nul_and_lone_cr_are_never_sent_in_a_quoted_string() -> None:
    found = envelope_of(b"Subject: a\0b\r\nMessage-ID: a\rb\r\nIn-Reply-To: \0\r\nFrom: \0 <a\0@b>\r\n\r\n")
    assert found.subject == b"ab"
    assert found.message_id == b"a\rb"
    assert found.in_reply_to == b""


def test_an_empty_string_is_never_a_literal() -> None:
    octets = b"Subject: " + b"\0" * 3000 + b"\r\n\r\n"
    assert envelope(octets, scan(octets)).startswith(b'(NIL "" ')


def test_the_offsets_of_a_header_will_do() -> None:
    octets = b"junk\r\nSubject: x\r\n\r\n"
    assert envelope(octets, (6, len(octets))).startswith(b'(NIL "x" ')
