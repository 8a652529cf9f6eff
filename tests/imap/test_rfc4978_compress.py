"""COMPRESS=DEFLATE: RFC 4978; and bombs (what is inflated meets the same limits, in bounded steps)."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator

import pytest

from coromail.server.deflate import STEP, Deflate
from coromail.testing import MailServer
from tests.imap.harness import Client

RAW = -15


class Compressed:
    """A client on a socket that speaks compressed."""

    def __init__(self, server: MailServer) -> None:
        self.socket = socket.create_connection((server.host, server.imap_port), timeout=60)
        self.pack = zlib.compressobj(6, zlib.DEFLATED, RAW)
        self.unpack = zlib.decompressobj(RAW)
        self.text = b""
        self.plain(b"")
        assert b"a OK" in self.plain(b"a LOGIN alice secret\r\n")
        assert self.plain(b"b COMPRESS DEFLATE\r\n").endswith(b"b OK Compression begins now\r\n")

    def plain(self, data: bytes) -> bytes:
        self.socket.sendall(data)
        text = b""
        while not text.endswith(b"\r\n"):
            text += self.socket.recv(65536)
        return text

    def send(self, data: bytes) -> None:
        self.socket.sendall(self.pack.compress(data) + self.pack.flush(zlib.Z_SYNC_FLUSH))

    def until(self, end: bytes) -> bytes:
        while end not in self.text:
            data = self.socket.recv(65536)
            if not data:
                break
            self.text += self.unpack.decompress(data)
        text, self.text = self.text, b""
        return text


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(users={"alice": "secret"}) as server:
        yield server


@pytest.fixture
def client(server: MailServer) -> Iterator[Compressed]:
    client = Compressed(server)
    with client.socket:
        yield client


def test_3_every_reply_comes_at_once(client: Compressed) -> None:
    """The client waits for each reply before it sends more: nothing may stay in the compressor."""
    for number in range(20):
        client.send(b"t%d NOOP\r\n" % number)
        assert client.until(b"completed\r\n") == b"t%d OK NOOP completed\r\n" % number


def test_3_commands_cut_anywhere_and_pipelined(client: Compressed) -> None:
    commands = b"".join(b"p%d NOOP\r\n" % number for number in range(50))
    data = client.pack.compress(commands) + client.pack.flush(zlib.Z_SYNC_FLUSH)
    for octet in data:
        client.socket.sendall(bytes([octet]))
    assert client.until(b"p49 OK NOOP completed\r\n").count(b"OK NOOP") == 50


def test_3_large_messages_both_ways(client: Compressed) -> None:
    mail = b"Subject: big\r\n\r\n" + bytes(33 + number % 90 for number in range(500_000)) + b"\r\n"
    client.send(
        b"a APPEND INBOX {%d+}\r\n%b\r\nb SELECT INBOX\r\nc FETCH 1 BODY.PEEK[]\r\n" % (len(mail), mail)
    )
    assert mail in client.until(b"c OK")


def test_idle_news_is_compressed(server: MailServer, client: Compressed) -> None:
    client.send(b"a SELECT INBOX\r\nb IDLE\r\n")
    client.until(b"+ idling\r\n")
    server.deliver("alice", "Subject: hi\n\nhello\n")
    assert b"* 1 EXISTS" in client.until(b"EXISTS\r\n")
    client.send(b"DONE\r\n")
    client.until(b"b OK")


def test_what_is_not_compressed_ends_the_connection(client: Compressed) -> None:
    client.socket.sendall(b"\xff" * 100)
    assert client.socket.recv(1000) == b""


def test_bomb_meets_the_limit_on_lines(client: Compressed) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, RAW)
    client.socket.sendall(bomb.compress(b"x" * 50_000_000) + bomb.flush(zlib.Z_SYNC_FLUSH))
    client.socket.sendall(bomb.compress(b"\r\nz NOOP\r\n") + bomb.flush(zlib.Z_SYNC_FLUSH))
    assert b"* BAD [TOOBIG]" in client.until(b"z OK")


def test_unauthenticate_ends_compression(client: Compressed) -> None:
    client.send(b"a UNAUTHENTICATE\r\n")
    assert client.until(b"again\r\n").startswith(b"a OK")
    assert b"b OK" in client.plain(b"b LOGIN alice secret\r\n")


def test_3_twice_is_bad(alice: Client) -> None:
    alice.ok("COMPRESS DEFLATE")
    assert alice.wire.deflated
    alice.bad("COMPRESS DEFLATE")


@pytest.mark.parametrize("line", ["COMPRESS", "COMPRESS GZIP", "COMPRESS DEFLATE 9", "COMPRESS (DEFLATE)"])
def test_5_syntax(alice: Client, line: str) -> None:
    alice.bad(line)
    assert not alice.wire.deflated


def test_not_before_login(stranger: Client) -> None:
    stranger.bad("COMPRESS DEFLATE")


def test_bombs_are_inflated_in_steps() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, RAW)
    data = bomb.compress(bytes(10_000_000)) + bomb.flush(zlib.Z_SYNC_FLUSH)
    steps = [len(step) for step in Deflate().unpack(data)]
    assert max(steps) <= STEP
    assert sum(steps) == 10_000_000
