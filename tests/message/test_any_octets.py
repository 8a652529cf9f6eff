"""Any octets at all: nothing raises, all offsets lie in range, what is sent is legal grammar."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.message import Part, find, scan, section
from coromail.message.preview import preview
from coromail.message.references import references
from coromail.message.text import body_text, header_text, normalize
from tests.message.mail import walk
from tests.message.wire import body_of, envelope_of

_pieces = [
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b"\xff", b"\xc3\xa9", b":", b";", b'"', b"(", b"a", b"--a", b"--a--",
    b"--b\r\n", b"--b--\r\n", b"\r\n\r\n", b"\n\n", b"Content-Type: multipart/mixed; boundary=a\r\n",
    b"Content-Type: multipart/digest; boundary=b\n", b"Content-Type: message/rfc822\r\n", b"From: a <b@c>\r\n",
    b"Content-Type: text/html; charset=utf-7\r\n", b"Content-Transfer-Encoding: base64\r\n", b"Subject: =?utf-8?b?",
    b"Content-Disposition: attachment; filename*=utf-8''%ff\r\n", b"To: x: y@z;\r\n", b"Content-Language: a,b\r\n",
]  # fmt: skip
octets_like_mail = st.lists(st.sampled_from(_pieces), max_size=40).map(b"".join) | st.binary(max_size=200)


def check_offsets(root: Part) -> None:
    for part in walk(root):
        assert 0 <= part.header_start <= part.body_start <= part.end <= len(part.octets)
        assert part.lines == part.octets[part.body_start : part.end].count(b"\n")
        if part.type == b"multipart":
            assert part.children
        position = part.body_start
        for child in part.children:
            assert position <= child.header_start
            assert child.end <= part.end
            position = child.end
        if part.message:
            assert (part.message.header_start, part.message.end) == (part.body_start, part.end)


@given(octets_like_mail)
@settings(max_examples=400, deadline=None)
def test_any_octets_make_a_tree_and_legal_replies(octets: bytes) -> None:
    root = scan(octets)
    check_offsets(root)
    envelope_of(octets, root)
    for extended in (False, True):
        body_of(octets, extended, root)
    normalize(header_text(octets, root) + body_text(octets, root)).encode()
    preview(octets, root).encode()
    references(root)


@given(octets_like_mail, st.lists(st.integers(0, 3), max_size=5))
@settings(max_examples=200, deadline=None)
def test_sections_fit_together(octets: bytes, path: list[int]) -> None:
    root = scan(octets)
    part = find(root, path)
    assert (part is None) == (section(octets, root, path) is None)
    if part is None:
        return
    header, text = section(octets, root, path, "HEADER"), section(octets, root, path, "TEXT")
    whole = section(octets, root, path)
    assert (header is None) == (text is None)
    if header is not None and text is not None:
        assert header + text == whole
        assert section(octets, root, path, "HEADER.FIELDS.NOT", [b"none-such"]) == header
    if path:
        assert section(octets, root, path, "MIME") == octets[part.header_start : part.body_start]
