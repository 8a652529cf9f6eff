"""Header fields (RFC 5322 sections 2.2 and 4.5, RFC 9051 section 6.4.5.1)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.headers import (
    fields,
    first,
    header_end,
    known_fields,
    select_fields,
    unfold,
)
from coromail.message.limits import UNDERSTOOD


@pytest.mark.parametrize(
    ("octets", "end"),
    [
        (b"", 0),
        (b"\r\n", 2),
        (b"\r\nbody", 2),
        (b"\nbody", 1),
        (b"A: b\r\n\r\nbody\r\n\r\n", 8),
        (b"A: b\n\nbody\r\n\r\n", 6),
        (b"A: b\n\r\nbody", 7),
        (b"A: b\r\n\nbody", 7),
        (b"A: b\r\n", 6),
        (b"A: b", 4),
        (b"A: b\r\n \r\n c\r\n\r\nx", 15),
        (b"A: b\r\rbody", 10),
    ],
)
def test_the_body_begins_after_the_blank_line(octets: bytes, end: int) -> None:
    assert header_end(octets) == end
    assert header_end(b"xx" + octets, 2) == end + 2


def test_the_blank_line_is_looked_for_within_the_range_only() -> None:
    assert header_end(b"A: b\r\n\r\n", 0, 6) == 6
    assert header_end(b"\r\nA: b", 2, 6) == 6


def test_fields_keep_name_and_folding_as_written() -> None:
    octets = b"From: a\r\nX-Long: one\r\n\ttwo\r\nSUBJECT :  s \r\n"
    octets += b"nonsense\r\n more\r\nTwo words: x\r\n: y\r\n\r\n"
    assert fields(octets, 0, len(octets)) == [
        (b"From", b" a"),
        (b"X-Long", b" one\r\n\ttwo"),
        (b"SUBJECT", b"  s "),
    ]


def test_first_is_found_in_any_case_and_unfolded() -> None:
    found = [(b"Subject", b" a\r\n b"), (b"subject", b"second")]
    assert first(found, b"subject") == b"a b"
    assert first(found, b"date") is None


def test_unfolding_takes_the_line_break_and_leaves_the_white_space() -> None:
    assert unfold(b" This\r\n is a\r\n\ttest\r\n ") == b"This is a\ttest"
    assert unfold(b" This\n is") == b"This is"


def test_known_fields_in_any_case_and_with_obsolete_space_before_the_colon() -> None:
    octets = b"sUbJeCt: a\r\nTO \t: b\r\ncc\t: c\r\nToo: d\r\nX: e\r\nDate\r\nFrom: \r\n\r\n"
    assert known_fields(octets, 0, len(octets)) == {b"subject": b"a", b"to": b"b", b"cc": b"c", b"from": b""}


def test_4_5_3_destination_fields_that_repeat_are_one_list() -> None:
    octets = b"To: a\r\nSubject: 1\r\nTo: b\r\nSubject: 2\r\nTO: c\r\n\r\n"
    assert known_fields(octets, 0, len(octets)) == {b"to": b"a, b, c", b"subject": b"1"}


def test_of_a_huge_field_the_first_megabyte_is_parsed() -> None:
    octets = b"Subject: " + b"x" * (UNDERSTOOD.field + 10) + b"\r\nDate: d\r\n\r\n"
    found = known_fields(octets, 0, len(octets))
    assert len(found[b"subject"]) <= UNDERSTOOD.field
    assert found[b"date"] == b"d"
    assert len(fields(octets, 0, len(octets))[0][1]) == UNDERSTOOD.field


HEADER = b"From: a\r\nTo: b,\r\n c\r\nSUBJECT : s\r\nto: d\r\n\r\n"


def test_selected_fields_keep_order_case_and_folding_and_end_with_the_blank_line() -> None:
    assert select_fields(HEADER, {b"to"}, False) == b"To: b,\r\n c\r\nto: d\r\n\r\n"
    assert select_fields(HEADER, {b"to"}, True) == b"From: a\r\nSUBJECT : s\r\n\r\n"
    assert select_fields(HEADER, {b"subject"}, False) == b"SUBJECT : s\r\n\r\n"
    assert select_fields(HEADER, {b"x-none"}, False) == b"\r\n"
    assert select_fields(HEADER, (), True) == HEADER


def test_a_message_without_blank_line_gets_none() -> None:
    assert select_fields(b"From: a\r\nTo: b\r\n", {b"to"}, False) == b"To: b\r\n"
    assert select_fields(b"From: a\r\nTo: b\r\n", {b"cc"}, False) == b""
    assert select_fields(b"From: a\r\nTo: b", {b"to"}, False) == b"To: b"
    assert select_fields(b"", {b"to"}, False) == b""
    assert select_fields(b"\r\n", {b"to"}, False) == b"\r\n"


_lines = st.lists(
    st.sampled_from([b"From: a", b"To: b\r\n c", b"junk", b"SUBJECT : s", b"to: d"]), max_size=8
)


@given(_lines, st.sets(st.sampled_from([b"from", b"to", b"subject", b"x"])))
@settings(max_examples=150, deadline=None)
def test_fields_and_fields_not_share_out_all_lines(lines: list[bytes], names: set[bytes]) -> None:
    header = b"".join(line + b"\r\n" for line in lines) + b"\r\n"
    chosen = select_fields(header, names, False)
    others = select_fields(header, names, True)
    assert len(chosen) + len(others) == len(header) + 2
    assert [f for f in fields(header, 0, len(header)) if f[0].lower() in names] == fields(
        chosen, 0, len(chosen)
    )


def test_a_last_line_without_its_line_end_is_no_blank_line() -> None:
    assert select_fields(b"\r", {b"none-such"}, exclude=True) == b"\r"


def test_names_may_be_written_in_any_case_and_with_space_before_the_colon() -> None:
    for written in (b"Message-ID", b"MESSAGE-ID", b"mEssAge-iD", b"Message-Id \t"):
        assert known_fields(b"%b: <a@b>\r\n\r\n" % written, 0, 100) == {b"message-id": b"<a@b>"}


def test_a_short_header_is_known_by_its_octets_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = b"Subject: one\r\n\r\nSubject: two\r\n\r\n"
    assert known_fields(octets, 0, 16) == {b"subject": b"one"}
    assert known_fields(octets, 16, 32) == {b"subject": b"two"}
    monkeypatch.setattr(UNDERSTOOD, "field", 3)
    assert known_fields(octets, 0, 16) == {b"subject": b"on"}
