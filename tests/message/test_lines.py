"""Line ends (RFC 5322 section 2.1)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message import crlf_size, to_crlf


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"", b""),
        (b"a", b"a"),
        (b"a\nb\n", b"a\r\nb\r\n"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\r\nb\nc", b"a\r\nb\r\nc"),
        (b"a\rb\n", b"a\rb\r\n"),
        (b"a\r\r\nb", b"a\r\r\nb"),
        (b"\n\n", b"\r\n\r\n"),
        (b"a\0\xff\n", b"a\0\xff\r\n"),
    ],
)
def test_bare_lf_becomes_crlf_and_bare_cr_stays(octets: bytes, expected: bytes) -> None:
    assert to_crlf(octets) == expected
    assert crlf_size(octets) == len(expected)


def test_nothing_to_do_costs_no_copy() -> None:
    octets = b"Subject: x\r\n\r\nbody\r\n"
    assert to_crlf(octets) is octets


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a"]), max_size=30).map(b"".join))
@settings(max_examples=200, deadline=None)
def test_size_is_known_without_converting_and_converting_twice_changes_nothing(octets: bytes) -> None:
    once = to_crlf(octets)
    assert crlf_size(octets) == len(once)
    assert to_crlf(once) == once
    assert once.replace(b"\r\n", b"").count(b"\n") == 0
