"""Harnesses for everything that reads mail: any octets are a message, and nothing raises."""

from __future__ import annotations

import contextlib

from coromail.message import bodystructure, envelope, scan, section
from coromail.message.addresses import parse as parse_addresses
from coromail.message.binary import UnknownEncoding, binary_section, storable
from coromail.message.charsets import decode as decode_charset
from coromail.message.collation import casemap
from coromail.message.dates import parse as parse_date
from coromail.message.encoded_words import decode as decode_words
from coromail.message.fuzzy import FuzzyNeedle
from coromail.message.html_text import html_text
from coromail.message.lexical import without_comments
from coromail.message.lines import crlf_size, to_crlf
from coromail.message.matching import Needle
from coromail.message.parameters import content_type, with_parameters
from coromail.message.preview import preview
from coromail.message.references import message_ids, references
from coromail.message.subject import base_subject
from coromail.message.summary import summarize
from coromail.message.surrogate import surrogate
from coromail.message.text import body_text, header_text, normalize
from coromail.message.transfer import decode as decode_transfer
from tests.imap.checker.checker import Checker


def mime(data: bytes) -> None:
    """Structure, envelope, sections and texts of a message; what is sent of it is legal grammar."""
    octets = to_crlf(data)
    assert len(octets) == crlf_size(data)
    root = scan(octets)
    for extended in (False, True):
        item = b"BODYSTRUCTURE" if extended else b"BODY"
        _legal(item + b" " + bodystructure(octets, root, extended))
    _legal(b"ENVELOPE " + envelope(octets, root))
    for path in ([], [1], [2], [1, 1], [1, 2, 1]):
        for what in ("", "HEADER", "TEXT", "MIME"):
            section(octets, root, path, what) if what else section(octets, root, path)
        with contextlib.suppress(UnknownEncoding):
            binary_section(octets, root, path)
    normalize(header_text(octets, root) + body_text(octets, root)).encode()
    preview(octets, root).encode()
    references(root)


def _legal(items: bytes) -> None:
    checker = Checker(rev2=True)
    checker.feed(b"* 1 FETCH (" + items + b")\r\n")
    checker.finish()


def searching(data: bytes) -> None:
    """Searches of all kinds through any message, for a piece of it."""
    word = data[-8:].decode("latin-1").strip() or "x"
    root = scan(data)
    needle = Needle(word)
    needle.in_header(data, 0, root.body_start)
    needle.in_body(data, root, True)
    fuzzy = FuzzyNeedle(word)
    fuzzy.in_message(data, with_header=True)
    casemap(word)


def header_values(data: bytes) -> None:
    """Addresses, encoded words, comments, parameters (RFC 2231), dates, ids, subjects."""
    for address in parse_addresses(data):
        assert all(value is None or isinstance(value, bytes) for value in address)
    decode_words(data).encode("utf-8", "surrogatepass")
    without_comments(data)
    content_type(b"a/b; " + data)
    with_parameters(data)
    parse_date(data)
    message_ids(data)
    base_subject(data)
    summarize(data)


def contents(data: bytes) -> None:
    """Transfer encodings, charsets, HTML, messages for clients without UTF-8."""
    name, _, rest = data.partition(b"\n")
    for encoding in (b"base64", b"quoted-printable", b"x-uuencode", name):
        decode_transfer(rest, encoding)
    text = decode_charset(rest, name)
    assert len(html_text(text, 1000)) <= 1000 + len(text)
    surrogate(data)
    storable(data)
