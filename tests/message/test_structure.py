"""MIME structure (RFC 2045 section 5.2, RFC 2046 section 5.1)."""

from __future__ import annotations

import pytest

from coromail.message import Part, scan
from tests.message.mail import crlf, multipart, tree


def bodies(root: Part) -> list[bytes]:
    return [root.octets[part.body_start : part.end] for part in root.children]


def test_rfc2045_5_2_default_is_plain_text_in_ascii() -> None:
    part = scan(b"Subject: x\r\n\r\nbody\r\n")
    assert (part.type, part.subtype, part.parameters) == (b"text", b"plain", ((b"charset", b"us-ascii"),))
    assert (part.header_start, part.body_start, part.end, part.lines, part.size) == (0, 14, 20, 1, 6)
    assert part.encoding == b"7bit"


@pytest.mark.parametrize(
    "value", ["text", "text/", "/plain", "te xt/plain", "", "text/a/x", ";charset=x", "@/b"]
)
def test_rfc2045_5_2_a_damaged_content_type_is_the_default(value: str) -> None:
    assert tree(scan(crlf(f"Content-Type: {value}\n\nx"))) == "text/plain"


def test_rfc2046_5_1_1_parts_preamble_and_epilogue() -> None:
    octets = crlf(
        'Content-Type: multipart/mixed; boundary="b"\n\npreamble\n--b\n\none\n--b  \t\nContent-Type: text/html\n\n'
        "two\n\n--b--  \nepilogue\n--b\nno part\n"
    )
    root = scan(octets)
    assert tree(root) == ("multipart/mixed", ["text/plain", "text/html"])
    assert bodies(root) == [b"one", b"two\r\n"]


def test_rfc2046_5_1_1_no_preamble_and_no_closing_delimiter() -> None:
    root = scan(crlf("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n"))
    assert bodies(root) == [b"one", b"two\r\n"]


def test_rfc2046_5_1_1_a_boundary_counts_only_at_the_start_of_a_line_and_alone_on_it() -> None:
    octets = crlf(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx --b\n --b\n--bb\n--b x\n--b--x\n---b\n--b--"
    )
    assert bodies(scan(octets)) == [b"x --b\r\n --b\r\n--bb\r\n--b x\r\n--b--x\r\n---b"]


@pytest.mark.parametrize(
    ("outer", "inner"), [("b", "bb"), ("bb", "b"), ("b", "b--"), ("x", "-x"), ("x", "--x")]
)
def test_boundaries_that_are_parts_of_each_other(outer: str, inner: str) -> None:
    if outer + "--" == inner:
        inner = "b-"
    octets = crlf(multipart(outer, multipart(inner, "\none", "\ntwo"), "\nthree"))
    root = scan(octets)
    assert tree(root) == (
        "multipart/mixed",
        [("multipart/mixed", ["text/plain", "text/plain"]), "text/plain"],
    )
    assert bodies(root.children[0]) == [b"one", b"two"]


def test_rfc2046_5_1_2_an_outer_boundary_ends_inner_parts() -> None:
    octets = crlf(
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n"
        "--i\n\none\n--o\n\ntwo\n--i\n\nnot a part\n--o--\n"
    )
    root = scan(octets)
    assert tree(root) == ("multipart/mixed", [("multipart/mixed", ["text/plain"]), "text/plain"])
    assert bodies(root)[1] == b"two\r\n--i\r\n\r\nnot a part"


def test_a_delimiter_directly_after_a_delimiter_leaves_an_empty_part() -> None:
    root = scan(crlf("Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\n--b\n\n\n--b--\n"))
    assert bodies(root) == [b"", b"", b""]
    assert all(part.header_start <= part.body_start <= part.end for part in root.children)


def test_a_part_without_blank_line_is_all_header() -> None:
    root = scan(crlf("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/gif\n--b--\n"))
    assert tree(root) == ("multipart/mixed", ["image/gif"])
    assert bodies(root) == [b""]


def test_lone_lf_line_ends_are_understood() -> None:
    root = scan(crlf(multipart("b", "\none", "Content-Type: text/html\n\ntwo")).replace(b"\r\n", b"\n"))
    assert bodies(root) == [b"one", b"two"]


@pytest.mark.parametrize("body", ["", "--b--\n", "--b--", "preamble\n--b--\n"])
def test_a_multipart_without_parts_has_one_empty_text_part(body: str) -> None:
    root = scan(crlf("Content-Type: multipart/mixed; boundary=b\n\n" + body))
    assert tree(root) == ("multipart/mixed", ["text/plain"])
    assert bodies(root) == [b""]


@pytest.mark.parametrize("parameter", ["", '; boundary=""', "; boundary=missing"])
def test_a_multipart_whose_boundary_never_comes_shows_its_text(parameter: str) -> None:
    root = scan(crlf(f"Content-Type: multipart/mixed{parameter}\n\n--b\n\ntext\n"))
    assert tree(root) == ("multipart/mixed", ["text/plain"])
    assert bodies(root) == [b"--b\r\n\r\ntext\r\n"]


def test_rfc2046_5_1_5_in_a_digest_the_default_is_a_message() -> None:
    octets = crlf(multipart("b", "\nSubject: a\n\nA", "Content-Type: text/plain\n\nB", subtype="digest"))
    root = scan(octets)
    assert tree(root) == ("multipart/digest", [("message/rfc822", "text/plain"), "text/plain"])
    message = root.children[0].message
    assert message is not None
    assert message.fields == {b"subject": b"a"}


def test_rfc2046_5_2_1_and_rfc6532_3_7_encapsulated_messages() -> None:
    for subtype in ("rfc822", "global", "RFC822"):
        root = scan(crlf(f"Content-Type: message/{subtype}\n\nSubject: a\n\none\ntwo\n"))
        assert root.message is not None
        assert (root.lines, root.message.lines) == (4, 2)
    assert scan(b"Content-Type: message/partial\r\n\r\nSubject: a\r\n\r\n").message is None


def test_rfc6532_3_7_an_encoded_message_is_one_text_without_header() -> None:
    octets = crlf("Content-Type: message/global\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogYQ0KDQo=\n")
    message = scan(octets).message
    assert message is not None
    assert message.fields == {}
    assert octets[message.body_start : message.end] == b"U3ViamVjdDogYQ0KDQo=\r\n"


def test_mime_fields_of_a_part() -> None:
    part = scan(
        crlf(
            "Content-Type: image/png (a picture); name=a.png\nContent-Transfer-Encoding: BASE64 (well)\n"
            "Content-ID: <i@x>\nContent-Description: a\n picture\nContent-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\n"
            'Content-Disposition: ATTACHMENT; FileName="a b.png"\nContent-Language: en, de (German)\n'
            "Content-Location: http://x/a\n  b\n\n"
        )
    )
    assert (part.type, part.subtype, part.parameters) == (b"image", b"png", ((b"name", b"a.png"),))
    assert part.encoding == b"base64"
    assert (part.content_id, part.description) == (b"<i@x>", b"a picture")
    assert part.md5 == b"Q2hlY2sgSW50ZWdyaXR5IQ=="
    assert part.disposition == (b"attachment", ((b"filename", b"a b.png"),))
    assert part.language == [b"en", b"de"]
    assert part.location == b"http://x/ab"


def test_a_content_type_in_an_encoded_word_is_understood() -> None:
    octets = crlf("Content-Type: =?us-ascii?Q?text/html;_charset=3Dutf-8?=\n\n")
    assert scan(octets).parameters == ((b"charset", b"utf-8"),)


def test_a_message_in_a_message_is_of_the_type_message() -> None:
    """RFC 2046 section 5.2: no other type holds a message, whatever its subtype."""
    inner = b"Content-Type: image/rfc822\r\n\r\nContent-Type: text/html\r\n\r\nx\r\n"
    root = scan(b"Content-Type: message/rfc822\r\n\r\n" + inner)
    assert root.message is not None
    assert root.message.message is None
