"""Writer: string, astring, mailbox, text of RFC 9051 section 9."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.receiver import Line, Receiver


def received(data: bytes) -> Arguments:
    """What the receiver makes of a literal or quoted string that we wrote."""
    receiver = Receiver(lambda *_: True, 1_000_000)
    receiver.receive(data + b"\r\n")
    events = list(iter(receiver.next_event, None))
    assert isinstance(events[-1], Line)
    return Arguments(events[-1].segments, utf8=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", b'""'),
        (b"a b", b'"a b"'),
        (rb"a\"b", rb'"a\\\"b"'),
        (b"a\r\nb", b"{4}\r\na\r\nb"),
        (b"a\rb", b"{3}\r\na\rb"),
        (b"\xe9", b"{1}\r\n\xe9"),
        (b"a\0b", b"{3}\r\na\x80b"),
        (b"x" * 900, b'"' + b"x" * 900 + b'"'),
        (b"x" * 901, b"{901}\r\n" + b"x" * 901),
    ],
)
def test_string(value: bytes, expected: bytes) -> None:
    assert writer.string(value) == expected
    assert writer.nstring(value) == expected


def test_nil() -> None:
    assert writer.nstring(None) == b"NIL"


def test_literal8() -> None:
    assert writer.literal8(b"a\0b") == b"~{3}\r\na\0b"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"abc", b"abc"),
        (b"a]", b"a]"),
        (b"", b'""'),
        (b"a b", b'"a b"'),
        (b"nil", b'"nil"'),
        (b"a%", b'"a%"'),
        (b"a*", b'"a*"'),
        (b"a(", b'"a("'),
        (b"a{", b'"a{"'),
        (b"\x7f", b'"\x7f"'),
        (b"\x1f", b'"\x1f"'),
        (b"\xe9", b"{1}\r\n\xe9"),
    ],
)
def test_astring(value: bytes, expected: bytes) -> None:
    assert writer.astring(value) == expected


@pytest.mark.parametrize(
    ("name", "utf8", "expected"),
    [
        ("INBOX", False, b"INBOX"),
        ("Entwürfe", False, b"Entw&APw-rfe"),
        ("Entwürfe x", False, b'"Entw&APw-rfe x"'),
        ("a&b", False, b"a&-b"),
        ("a&b", True, b"a&b"),
        ("Entwürfe", True, '"Entwürfe"'.encode()),
        ('ü"', True, '"ü\\""'.encode()),
    ],
)
def test_rfc6855_mailbox_name(name: str, utf8: bool, expected: bytes) -> None:
    assert writer.mailbox_name(name, utf8) == expected


def test_flag_list() -> None:
    assert writer.flag_list([]) == b"()"
    assert writer.flag_list(["\\Seen", "$Junk"]) == b"(\\Seen $Junk)"


@pytest.mark.parametrize(
    ("value", "utf8", "expected"),
    [
        ("Done.", False, b"Done."),
        ("a\r\n* BYE", False, b"a?* BYE"),
        ("a\r\n* BYE", True, b"a?* BYE"),
        ("[ALERT] x", False, b"?ALERT] x"),
        ("é", False, b"?"),
        ("é", True, "é".encode()),
        ("\ud83d", True, b"?"),
        ("", False, b"?"),
    ],
)
def test_attack_reply_injection_through_text(value: str, utf8: bool, expected: bytes) -> None:
    assert writer.text(value, utf8) == expected


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=50).filter(lambda value: b"\0" not in value))
def test_strings_come_back(value: bytes) -> None:
    assert received(writer.string(value)).string() == value
    assert received(writer.astring(value)).astring() == value
    assert received(writer.literal8(value)).append_data() == value


NAMES = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@settings(deadline=None, max_examples=200)
@given(NAMES, st.booleans())
def test_mailbox_names_come_back(name: str, utf8: bool) -> None:
    args = received(writer.mailbox_name(name, utf8))
    args.utf8 = utf8
    canonical = received(writer.mailbox_name(name, True)).mailbox()
    assert args.mailbox() == canonical
