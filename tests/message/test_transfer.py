"""Content-Transfer-Encoding (RFC 2045 section 6)."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message.transfer import decode


@pytest.mark.parametrize("encoding", [b"7bit", b"8bit", b"binary"])
def test_6_2_identity(encoding: bytes) -> None:
    assert decode(b"a=41\0\xff", encoding) == b"a=41\0\xff"


@pytest.mark.parametrize("encoding", [b"x-unknown", b"", b"7-bit", b"BASE64"])
def test_unknown_encodings_are_none(encoding: bytes) -> None:
    assert decode(b"abc", encoding) is None


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"If you believe=20that truth=3Dbeauty", b"If you believe that truth=beauty"),
        (b"soft=\r\nbreak", b"softbreak"),
        (b"soft=  \r\nbreak", b"softbreak"),
        (b"space  \r\nend\t\r\n", b"space\r\nend\r\n"),
        (b"=e9=E9", b"\xe9\xe9"),
        (b"bad =ZZ =4", b"bad =ZZ =4"),
        (b"=\rkept", b"=\rkept"),
        (b"a=\nb", b"ab"),
        (b"8bit \xe9", b"8bit \xe9"),
        (b"", b""),
    ],
)
def test_6_7_quoted_printable(octets: bytes, expected: bytes) -> None:
    assert decode(octets, b"quoted-printable") == expected


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"YWJj\r\nZGU=\r\n", b"abcde"),
        (b"Y W*J!j", b"abc"),
        (b"YWJjZ", b"abc"),
        (b"YWJjZG", b"abcd"),
        (b"YWI=\r\n-- \r\nfooter of a list", b"ab"),
        (b"====", b""),
        (b"\xff\xfe", b""),
        (b"", b""),
    ],
)
def test_6_8_base64(octets: bytes, expected: bytes) -> None:
    assert decode(octets, b"base64") == expected


def test_uuencode() -> None:
    text = b"begin 644 a.txt\r\n" + binascii.b2a_uu(b"hello").rstrip() + b"  \r\n`\r\nend\r\nafter\r\n"
    assert decode(b"before\r\n" + text, b"x-uuencode") == b"hello"
    assert decode(b"no begin", b"uuencode") == b""
    assert decode(b"begin 644 x\r\n\xff\xff\xff\r\n", b"x-uue") == b""


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_what_was_encoded_comes_back(octets: bytes) -> None:
    assert decode(base64.encodebytes(octets), b"base64") == octets
    assert decode(binascii.b2a_qp(octets, istext=False), b"quoted-printable") == octets


@given(
    st.lists(st.sampled_from([b"=", b"\r", b"\n", b" ", b"4", b"A", b"\xff", b"\0", b"begin ", b"end"])).map(
        b"".join
    )
)
@settings(max_examples=300, deadline=None)
def test_any_octets_are_decoded_somehow(octets: bytes) -> None:
    for encoding in (b"base64", b"quoted-printable", b"x-uuencode"):
        assert decode(octets, encoding) is not None
