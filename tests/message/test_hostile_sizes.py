"""Mail that is made to exhaust a server: deep nesting, many parts, huge headers, many addresses and parameters.

Growth is measured in calls, Python's and C's, not in time: twice the input may make about twice the calls.
Work inside one C call is not seen by that; there the sizes are such that its square would not end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from coromail.message import bodystructure, envelope, scan, section
from coromail.message.addresses import parse
from coromail.message.encoded_words import decode
from coromail.message.headers import fields
from coromail.message.html_text import html_text
from coromail.message.lexical import without_comments
from coromail.message.limits import UNDERSTOOD
from coromail.message.parameters import content_type
from coromail.message.references import message_ids
from coromail.message.subject import base_subject
from coromail.message.text import normalize
from coromail.message.transfer import quoted_printable, uuencode
from tests.message.mail import walk
from tests.message.wire import body_of


def calls(work: Callable[[], object]) -> int:
    """How many calls `work` makes."""
    count = 0

    def profile(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def everything(octets: bytes) -> None:
    root = scan(octets)
    envelope(octets, root)
    bodystructure(octets, root, True)


def all_html_text(html: str) -> str:
    return html_text(html, 10**9)


def nested_multiparts(levels: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(levels)
    )


def nested_messages(levels: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * levels


def many_parts(parts: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * parts


def many_empty_multiparts(parts: int) -> bytes:
    part = b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * parts


@pytest.mark.parametrize("build", [nested_multiparts, nested_messages])
def test_100_000_levels_of_nesting_are_cut_at_the_limit(build: Callable[[int], bytes]) -> None:
    octets = build(100_000)
    root = scan(octets)
    parts = list(walk(root))
    assert len(parts) <= 2 * UNDERSTOOD.levels + 2
    assert (parts[-1].type, parts[-1].subtype) == (b"application", b"octet-stream")
    assert not parts[-1].children
    body_of(octets, root=root)
    assert section(octets, root, [1] * 100_000) is None


@pytest.mark.parametrize("build", [many_parts, many_empty_multiparts])
def test_100_000_parts_are_cut_at_the_limit(build: Callable[[int], bytes]) -> None:
    octets = build(100_000)
    root = scan(octets)
    parts = list(walk(root))
    assert len(parts) <= UNDERSTOOD.parts
    assert root.children[-1].end == len(octets)
    everything(octets)


def header_of_many(count: int) -> bytes:
    return b"To: a@b\r\n" * count + b"\r\n"


def test_a_header_of_50_mb_is_parsed_up_to_its_limit() -> None:
    octets = b"Subject: first\r\n" + b"X-Filler: %b\r\n" % (b"x" * 990) * 50_000 + b"Date: last\r\n\r\nbody"
    root = scan(octets)
    assert root.fields == {b"subject": b"first"}
    assert octets[root.body_start :] == b"body"
    assert sum(len(value) for _, value in fields(octets, 0, root.body_start)) <= UNDERSTOOD.header
    everything(octets)


def test_one_field_of_10_mb() -> None:
    for filler in (b"x", b"\r\n ", b'"', b"(", b"=?", b","):
        octets = b"To: " + filler * (10_000_000 // len(filler)) + b"\r\n\r\n"
        everything(octets)


def pieces(pattern: bytes) -> Callable[[int], bytes]:
    """Makes `pattern` with each number from 0 on in it, after a media type."""
    return lambda n: b"a/b" + b"".join([pattern % number for number in range(n)])


# What is read, and how `n` of it are made.
GROWING: dict[str, tuple[Callable[[Any], object], Callable[[int], object]]] = {
    "parts": (everything, many_parts),
    "header fields": (everything, header_of_many),
    "addresses": (parse, lambda n: b"A B <a@b>, " * n),
    "odd addresses": (parse, lambda n: b"A (c) <@r:a@b>, g: x;, a@b@c " * n),
    "opened comments": (parse, lambda n: b"(" * n),
    "opened quotes": (parse, lambda n: b'"\\' * n),
    "angle brackets": (parse, lambda n: b"<" * n),
    "at signs": (parse, lambda n: b"a@" * n),
    "nested comments": (without_comments, lambda n: b"(" * n + b")" * n),
    "quoted strings before a comment": (without_comments, lambda n: b'""' * n + b"("),
    "rfc 2231 pieces": (content_type, pieces(b"; n*%d*=%%41")),
    "rfc 2231 names": (content_type, pieces(b"; n%d*0=x")),
    "semicolons": (content_type, lambda n: b"a/b" + b";" * n),
    "encoded words": (decode, lambda n: b"=?utf-8?q?a?= =?x?b?YQ?= " * n),
    "broken encoded words": (decode, lambda n: b"=?utf-8?q" * n),
    "subject leaders": (base_subject, lambda n: b"Re: [x] fwd[y]: " * n),
    "subject forwards": (base_subject, lambda n: b"[fwd: " * n + b"x" + b"](fwd)" * n),
    "subject brackets": (base_subject, lambda n: b"[" * n),
    "message ids": (message_ids, lambda n: b"<a@b>" * n + b"<" * n),
    "html tags": (all_html_text, lambda n: "<a>" * n + "<!--" * n),
    "html scripts": (all_html_text, lambda n: "<script></script>" * n + "<style>" * n),
    "quoted-printable": (quoted_printable, lambda n: b"=\r " * n),
    "uuencode": (uuencode, lambda n: b"begin \r\n" + b"#\r\n" * n),
}


@pytest.mark.parametrize("name", GROWING)
def test_work_grows_no_faster_than_the_input(name: str) -> None:
    work, make = GROWING[name]
    small, large = make(400), make(1600)
    assert calls(lambda: work(large)) <= 4.4 * calls(lambda: work(small)) + 200


@pytest.mark.parametrize("name", GROWING)
def test_100_000_of_anything_come_to_an_end(name: str) -> None:
    work, make = GROWING[name]
    work(make(100_000))


def test_combining_characters_without_end_are_normalised() -> None:
    normalize("a" + "\u0301\u0323" * 200_000)


def test_lines_that_look_like_delimiters() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    for line in (b"--b x\r\n", b"--bb\r\n", b"--\r\n", b"--b", b"\n--b ", b"--b--x\n"):
        everything(head + line * (3_000_000 // len(line)))
