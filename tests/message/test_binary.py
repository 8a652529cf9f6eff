"""Binary sections, and binary mail made fit to be kept: RFC 3516."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coromail.message.binary import UnknownEncoding, binary_section, storable
from coromail.message.structure import scan


def part(octets: bytes, path: tuple[int, ...] = (1,)) -> bytes | None:
    return binary_section(octets, scan(octets), path)


def test_text_has_crlf_and_wide_text_is_left_alone() -> None:
    head = b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=%s\r\n\r\n%s"
    assert part(head % (b"utf-8", b"YQpi")) == b"a\r\nb"
    assert part(head % (b"utf-16le", b"YQAKAGIA")) == "a\nb".encode("utf-16-le")


def test_unknown_encoding() -> None:
    with pytest.raises(UnknownEncoding):
        part(b"Content-Transfer-Encoding: x-own\r\n\r\nabc")


def test_what_needs_nothing_stays_the_same_object() -> None:
    octets = b"Subject: x\r\n\r\nbody\r\n"
    assert storable(octets) is octets


@pytest.mark.parametrize("header", [b"Subject: a\0b\r\n\r\n", b"\0"])
def test_nul_that_is_in_no_part(header: bytes) -> None:
    kept = storable(header)
    assert kept is None or b"\0" not in kept


def test_bare_lf_in_binary_parts_is_data() -> None:
    octets = b"Content-Type: x/y\nContent-Transfer-Encoding: binary\n\na\nb"
    kept = storable(octets)
    assert kept is not None
    assert kept.startswith(b"Content-Type: x/y\r\nContent-Transfer-Encoding: base64\r\n\r\n")
    assert part(kept) == b"a\nb"


@given(st.binary(max_size=200))
def test_content_is_never_lost(content: bytes) -> None:
    kept = storable(b"Content-Type: x/y\r\nContent-Transfer-Encoding: binary\r\n\r\n" + content)
    assert kept is not None
    assert b"\0" not in kept
    assert part(kept) == content


@given(st.binary(max_size=200))
def test_any_octets_are_kept_with_crlf_or_refused(octets: bytes) -> None:
    kept = storable(octets)
    if kept is None:
        assert b"\0" in octets
    else:
        assert b"\0" not in kept
        assert kept.count(b"\n") == kept.count(b"\r\n")
