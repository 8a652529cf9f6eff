"""The summary of a header: RFC 5256 sections 2 and 3, RFC 5957 section 3."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coromail.message.summary import NOTHING, first_display, first_mailbox, summarize


def test_all_facts() -> None:
    header = (
        b"Date: Sun, 31 Dec 2000 16:01:33 -0800\r\nFrom: a@x\r\nTo: b@x\r\nTo: c@x\r\nCc: d@x\r\nBcc: e@x\r\n"
        b"Subject: Re: [list] =?utf-8?q?h=C3=AD?=\r\n there\r\nMessage-ID: <m@x>\r\nReferences: <1@x>\r\n <2@x>\r\n\r\n"
    )
    summary = summarize(header)
    assert summary.sent == 978307293  # 1 Jan 2001 00:01:33 +0000
    assert summary.day == 730485  # but the day that SENTON means is 31 Dec 2000
    assert (summary.base_subject, summary.is_reply) == ("hí there", True)
    assert summary.subject == b"Re: [list] =?utf-8?q?h=C3=AD?= there"
    assert (summary.from_, summary.to, summary.cc, summary.bcc) == (b"a@x", b"b@x, c@x", b"d@x", b"e@x")
    assert (summary.message_id, summary.references) == (b"m@x", (b"1@x", b"2@x"))


def test_nothing() -> None:
    assert summarize(b"") == NOTHING
    assert summarize(b"Date: never\r\n\r\n") == NOTHING


@given(st.binary(max_size=300))
def test_any_octets(octets: bytes) -> None:
    summary = summarize(octets)
    first_mailbox(summary.from_)
    first_display(octets)


@pytest.mark.parametrize(
    ("field", "mailbox", "display"),
    [
        (b"", "", ""),
        (b"joe@example.com", "joe", "joe@example.com"),
        (b'"Joe Q." <joe@example.com>, x@y', "joe", "Joe Q."),
        (b"=?utf-8?q?J=C3=B6?= <joe@example.com>", "joe", "Jö"),
        (b"joe@example.com (Joe)", "joe", "Joe"),
        (b"Friends: joe@example.com;", "Friends", "Friends"),
        ("jö@example.com".encode(), "jö", "jö@example.com"),
    ],
)
def test_first_address(field: bytes, mailbox: str, display: str) -> None:
    assert first_mailbox(field) == mailbox
    assert first_display(field) == display
