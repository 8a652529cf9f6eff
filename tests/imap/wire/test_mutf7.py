"""Modified UTF-7: RFC 3501 section 5.1.3."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.imap.wire import mutf7


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"INBOX", "INBOX"),
        (b"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
        (b"&U,BTF2XlZyyKng-", "台北日本語"),
        (b"&Jjo-!", "☺!"),
        (b"a&-b", "a&b"),
        (b"&-", "&"),
        (b"&-&-", "&&"),
        (b"&2D3eAA-", "\U0001f600"),
        (b"&AH8-", "\x7f"),
        (b"", ""),
    ],
)
def test_names(raw: bytes, name: str) -> None:
    assert mutf7.decode(raw) == name
    assert mutf7.encode(name) == raw


@pytest.mark.parametrize(
    "raw",
    [
        b"&Jjo!",  # no shift back
        b"&Jjo",
        b"&",
        b"&U,BTFw-&ZeVnLIqe-",  # superfluous shift
        b"&AGE-",  # a printable character in base64
        b"&ACY-",  # "&" itself
        b"&Jjo=-",
        b"&Jjp-",  # bits left over
        b"&J-",
        b"&Jj-",
        b"&2D0-",  # half of a surrogate pair
        b"&3gDYPQ-",
        b"&U/BTFw-",  # "/" is written ","
        b"caf\xe9",
        b"\x7f",
        b"a\x00",
    ],
)
def test_what_is_not_canonical_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        mutf7.decode(raw)


def test_a_lone_surrogate_has_no_form() -> None:
    with pytest.raises(ValueError):
        mutf7.encode("\ud83d")


@settings(deadline=None, max_examples=300)
@given(st.text())
def test_decode_turns_encode_round(name: str) -> None:
    raw = mutf7.encode(name)
    assert mutf7.decode(raw) == name
    assert all(0x20 <= octet <= 0x7E for octet in raw)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="&-,+/AaJjo2D3eU\x7f9 é"))
def test_decode_accepts_canonical_forms_only(text: str) -> None:
    raw = text.encode()
    try:
        name = mutf7.decode(raw)
    except ValueError:
        return
    assert mutf7.encode(name) == raw
