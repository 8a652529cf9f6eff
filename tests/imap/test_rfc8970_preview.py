"""PREVIEW: RFC 8970."""

from __future__ import annotations

from typing import Any

import pytest

from coromail.model.message import Message
from tests.imap.harness import Client


def preview(client: Client, octets: bytes, item: str = "PREVIEW") -> Any:
    client.append(octets)
    client.ok("SELECT INBOX")
    return client.ok(f"FETCH * ({item})").fetched("PREVIEW")[-1]


def mail(body: bytes, content_type: str = "text/plain; charset=utf-8", encoding: str = "8bit") -> bytes:
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (mail(b"Hello,\r\n\r\n  two   lines\r\n"), b"Hello, two lines"),
        (mail(b"SGVsbG8=", encoding="base64"), b"Hello"),
        (mail("Grüße".encode("latin-1"), "text/plain; charset=iso-8859-1"), "Grüße".encode()),
        (mail(b"<style>p{}</style><p>A &amp; <b>B</b></p>", "text/html"), b"A & B"),
        (mail(b"> quoted\r\nown words\r\n"), b"own words"),
        (mail(b"", "text/plain"), b""),
        (mail(b"\x89PNG", "image/png"), b""),
        (mail(b"--x\r\n\r\nsecret\r\n--x--\r\n", "multipart/encrypted; boundary=x"), b""),
    ],
)
def test_3_2_what_is_shown(alice: Client, octets: bytes, expected: bytes) -> None:
    assert preview(alice, octets) == expected


def test_3_3_at_most_200_characters(alice: Client) -> None:
    text = preview(alice, mail("ü".encode() * 1000)).decode()
    assert text == "ü" * 200


def test_the_same_each_time_and_seen_is_not_set(alice: Client) -> None:
    first = preview(alice, mail(b"words"))
    assert alice.ok("FETCH 1 (FLAGS PREVIEW UID)").fetched("PREVIEW") == [first]
    assert alice.ok("FETCH 1 FLAGS").fetched("FLAGS") == [[b"\\Recent"]]


def test_4_1_lazy(alice: Client) -> None:
    assert preview(alice, mail(b"words"), "PREVIEW (LAZY)") == b"words"
    assert alice.ok("FETCH 1 (UID PREVIEW (LAZY) FLAGS)").fetched("PREVIEW") == [b"words"]
    assert alice.ok("FETCH 1 PREVIEW (LAZY)").fetched("PREVIEW") == [b"words"]
    alice.bad("FETCH 1 (PREVIEW (EAGER))")
    alice.bad("FETCH 1 (PREVIEW ())")


class Distant(Message):
    """A message whose octets have to be brought in."""

    __slots__ = ()

    def octets(self) -> bytes:
        return mail(b"from afar")


def test_4_1_lazy_does_not_bring_messages_in(alice: Client) -> None:
    alice.session.model.select("INBOX").add_message(Distant())
    alice.ok("SELECT INBOX")
    assert alice.ok("FETCH 1 (PREVIEW (LAZY))").fetched("PREVIEW") == [None]
    assert alice.ok("FETCH 1 (PREVIEW)").fetched("PREVIEW") == [b"from afar"]
