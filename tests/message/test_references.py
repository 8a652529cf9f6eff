"""What THREAD links messages by (RFC 5256 section 3)."""

from __future__ import annotations

import pytest

from coromail.message import scan
from coromail.message.references import MAX_REFERENCES, message_ids, references
from tests.message.mail import crlf


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"<a@b>", [b"a@b"]),
        (b"<a@b> <c@d>\t<e@f>", [b"a@b", b"c@d", b"e@f"]),
        (b"<a@b><c@d>", [b"a@b", b"c@d"]),
        (b'<"01KF8JCEOCBS0045PS"@xxx.yyy.com>', [b"01KF8JCEOCBS0045PS@xxx.yyy.com"]),
        (b'<"a\\"b"@c>', [b'a"b@c']),
        (b"< a @ b >", [b"a@b"]),
        (b"Your message of today <a@b>", [b"a@b"]),
        (b"a@b", []),
        (b"<no-at>", []),
        (b"<@b> <a@>", []),
        (b"<a@b", []),
        (b"<<a@b>", [b"a@b"]),
        (b"", []),
    ],
)
def test_message_ids(value: bytes, expected: list[bytes]) -> None:
    assert message_ids(value) == expected


def test_references_come_before_in_reply_to_and_of_that_only_the_first() -> None:
    text = "Message-ID: <m@x>\nReferences: <1@x>\n <2@x>\nIn-Reply-To: <3@x> <4@x>\n\n"
    assert references(scan(crlf(text))) == (b"m@x", [b"1@x", b"2@x"])
    text = "Message-ID: none\nReferences: damaged\nIn-Reply-To: <3@x> <4@x>\n\n"
    assert references(scan(crlf(text))) == (None, [b"3@x"])
    assert references(scan(b"")) == (None, [])


def test_of_very_many_the_nearest_are_kept() -> None:
    octets = b"References: " + b" ".join(b"<%d@x>" % n for n in range(MAX_REFERENCES + 5)) + b"\r\n\r\n"
    parents = references(scan(octets)).parents
    assert len(parents) == MAX_REFERENCES
    assert parents[-1] == b"%d@x" % (MAX_REFERENCES + 4)
