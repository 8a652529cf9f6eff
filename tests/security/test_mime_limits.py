"""C4, C5: how much of a message is understood is a setting; all of it is served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coromail.host import Host
from coromail.limits import Limits
from coromail.message import scan
from coromail.message.headers import known_fields
from coromail.stores.memory import MemoryModel
from coromail.testing import Known, MailServer
from tests.security.attack import Raw


@pytest.fixture(autouse=True)
def defaults() -> Iterator[None]:
    """They hold for the whole process."""
    yield
    Host(Known, MemoryModel)


def multipart(*parts: bytes, boundary: bytes = b"a") -> bytes:
    head = b'Content-Type: multipart/mixed; boundary="%b"\r\n\r\n' % boundary
    return head + b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts) + b"--%b--\r\n" % boundary


def test_parts_beyond_the_limit_belong_to_the_last() -> None:
    mail = multipart(*(b"\r\nnumber %d" % number for number in range(9)))
    with MailServer(limits=Limits(mime_parts=4)) as server:
        server.deliver("alice", mail)
        with Raw(server, login="alice") as client:
            client.command(b"SELECT INBOX")
            [structure, _] = client.command(b"FETCH 1 BODYSTRUCTURE")
            assert structure.upper().count(b'"TEXT" "PLAIN"') == 3
            assert b"number 8" in b"".join(client.command(b"FETCH 1 BODY[3]"))
            assert client.command(b"FETCH 1 BODY[4]")[0] == b"* 1 FETCH (BODY[4] NIL)\r\n"
            assert mail in b"".join(client.command(b"FETCH 1 BODY[]"))


def test_deeper_levels_than_the_limit_are_one_part() -> None:
    mail = multipart(multipart(multipart(b"\r\ndeep", boundary=b"c"), boundary=b"b"))
    Host(Known, MemoryModel, limits=Limits(mime_levels=2))
    inner = scan(mail).children[0].children[0]
    assert (inner.type, inner.subtype, inner.children) == (b"application", b"octet-stream", [])
    assert b"deep" in mail[inner.body_start : inner.end]


def test_of_a_field_and_of_a_header_the_beginning_is_understood() -> None:
    header = b"Subject: %b\r\nFrom: a@b\r\n\r\n" % (b"x" * 100)
    Host(Known, MemoryModel, limits=Limits(header_field=11))
    assert known_fields(header, 0, len(header)) == {b"subject": b"x" * 10, b"from": b"a@b"}
    Host(Known, MemoryModel, limits=Limits(header=50))
    assert known_fields(header, 0, len(header)) == {b"subject": b"x" * 41}


def test_0_is_no_limit() -> None:
    Host(Known, MemoryModel, limits=Limits(mime_levels=0, mime_parts=0, header_field=0, header=0))
    mail = b"Subject: " + b"x" * 2_000_000 + b"\r\n" + multipart(*[b"\r\n"] * 20_000)
    root = scan(mail)
    assert len(root.children) == 20_000
    assert len(root.fields[b"subject"]) == 2_000_000


def test_new_limits_hold_from_the_reload_on() -> None:
    with MailServer() as server:
        server.call(lambda: server.server.reload(limits=Limits(mime_parts=4)))
        assert len(scan(multipart(*[b"\r\n"] * 9)).children) == 3
