"""Section specifications (RFC 9051 section 6.4.5.1)."""

from __future__ import annotations

import pytest

from coromail.message import find, scan, section
from tests.message.mail import crlf, multipart

ATTACHED = "Content-Type: message/rfc822\n\nSubject: inner\n" + multipart("i", "\ninner one", "\ninner two")
ALTERNATIVE = multipart("a", "\nplain", "Content-Type: text/richtext\n\nrich", subtype="alternative")
NESTED = multipart(
    "n",
    "Content-Type: image/gif\nContent-ID: <g@x>\n\nGIF",
    "Content-Type: message/rfc822\n\nSubject: deep\n" + multipart("d", "\ndeep one", ALTERNATIVE),
)
# The example of the RFC, part for part.
EXAMPLE = crlf(
    "Subject: outer\n"
    + multipart("o", "\nfirst", "Content-Type: application/octet-stream\n\nsecond", ATTACHED, NESTED)
)
ROOT = scan(EXAMPLE)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ([], b"multipart/mixed"),
        ([1], b"text/plain"),
        ([2], b"application/octet-stream"),
        ([3], b"message/rfc822"),
        ([3, 1], b"text/plain"),
        ([3, 2], b"text/plain"),
        ([4], b"multipart/mixed"),
        ([4, 1], b"image/gif"),
        ([4, 2], b"message/rfc822"),
        ([4, 2, 1], b"text/plain"),
        ([4, 2, 2], b"multipart/alternative"),
        ([4, 2, 2, 1], b"text/plain"),
        ([4, 2, 2, 2], b"text/richtext"),
    ],
)
def test_the_part_numbers_of_the_rfcs_example(path: list[int], kind: bytes) -> None:
    part = find(ROOT, path)
    assert part is not None
    assert b"%b/%b" % (part.type, part.subtype) == kind


@pytest.mark.parametrize(
    "path", [[0], [5], [1, 1], [2, 1], [3, 3], [3, 1, 1], [4, 1, 1], [4, 2, 2, 3], [-1], [2**64]]
)
def test_parts_that_are_not_there(path: list[int]) -> None:
    assert find(ROOT, path) is None
    assert section(EXAMPLE, ROOT, path) is None
    assert section(EXAMPLE, ROOT, path, "MIME") is None


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ([1], None, b"first"),
        ([1], "MIME", b"\r\n"),
        ([2], "MIME", b"Content-Type: application/octet-stream\r\n\r\n"),
        ([3, 2], None, b"inner two"),
        ([3], "HEADER", b'Subject: inner\r\nContent-Type: multipart/mixed; boundary="i"\r\n\r\n'),
        ([3], "HEADER.FIELDS", b"Subject: inner\r\n\r\n"),
        ([3], "HEADER.FIELDS.NOT", b'Content-Type: multipart/mixed; boundary="i"\r\n\r\n'),
        ([3], "TEXT", b"--i\r\n\r\ninner one\r\n--i\r\n\r\ninner two\r\n--i--\r\n"),
        ([4, 1], "MIME", b"Content-Type: image/gif\r\nContent-ID: <g@x>\r\n\r\n"),
        ([4, 2], "MIME", b"Content-Type: message/rfc822\r\n\r\n"),
        ([4, 2, 2, 2], None, b"rich"),
        ([], "HEADER.FIELDS", b"Subject: outer\r\n\r\n"),
    ],
)
def test_the_sections_of_the_rfcs_example(path: list[int], text: str | None, expected: bytes) -> None:
    assert section(EXAMPLE, ROOT, path, text, [b"subject"]) == expected


@pytest.mark.parametrize("text", ["HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT"])
@pytest.mark.parametrize("path", [[1], [4], [4, 1]])
def test_header_and_text_below_a_number_need_a_message_part(path: list[int], text: str) -> None:
    assert section(EXAMPLE, ROOT, path, text) is None


def test_the_whole_is_header_and_text() -> None:
    whole = section(EXAMPLE, ROOT, [])
    header, text = section(EXAMPLE, ROOT, [], "HEADER"), section(EXAMPLE, ROOT, [], "TEXT")
    assert header is not None
    assert text is not None
    assert whole == EXAMPLE == header + text


def test_part_1_of_a_message_that_is_no_multipart_is_its_body() -> None:
    octets = b"Subject: x\r\n\r\nbody\r\n"
    root = scan(octets)
    assert section(octets, root, [1]) == b"body\r\n"
    assert section(octets, root, [1], "MIME") == b"Subject: x\r\n\r\n"
    assert section(octets, root, [1], "TEXT") is None
    assert section(octets, root, [2]) is None
    assert section(octets, root, [1, 1]) is None
    assert section(octets, root, [], "MIME") is None


def test_a_message_that_is_a_message_has_it_as_part_1() -> None:
    octets = crlf("Content-Type: message/rfc822\n\nSubject: i\n\ninner\n")
    root = scan(octets)
    assert section(octets, root, [1]) == b"Subject: i\r\n\r\ninner\r\n"
    assert section(octets, root, [1], "HEADER") == b"Subject: i\r\n\r\n"
    assert section(octets, root, [1, 1]) == b"inner\r\n"
    assert section(octets, root, [1, 2]) is None


def test_the_part_made_up_for_an_empty_multipart_can_be_fetched() -> None:
    octets = crlf("Content-Type: multipart/mixed; boundary=b\n\n--b--\n")
    root = scan(octets)
    assert section(octets, root, [1]) == b""
    assert section(octets, root, [1], "MIME") == b""
