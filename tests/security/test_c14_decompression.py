"""C14: COMPRESS=DEFLATE (RFC 4978) is no way around a limit. More in tests/imap/test_rfc4978_compress.py."""

from __future__ import annotations

import tracemalloc
import zlib

from coromail.server.deflate import Deflate
from coromail.testing import MailServer
from tests.security.attack import Raw, bystander


def deflated(octets: bytes, times: int = 1) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(packer.compress(octets) for _ in range(times)) + packer.flush(zlib.Z_SYNC_FLUSH)


def test_a_bomb_meets_the_limit_on_lines(server: MailServer) -> None:
    """300 MB in 300 kB: refused and swallowed in steps while others work."""
    with bystander(server), Raw(server, login="alice") as client:
        client.command(b"COMPRESS DEFLATE")
        client.send(deflated(b"x" * 1_000_000, 300))
        client.send(deflated(b"\r\n"))
    with Raw(server, login="alice") as client:
        assert client.command(b"NOOP")[-1].startswith(b"x OK")


def test_a_bomb_is_inflated_in_small_steps() -> None:
    bomb = deflated(b"x" * 1_000_000, 100)
    tracemalloc.start()
    size = sum(map(len, Deflate().unpack(bomb)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == 100_000_000
    assert peak < 1_000_000


def test_what_is_not_compressed_ends_the_connection(server: MailServer) -> None:
    with Raw(server, login="alice") as client:
        client.command(b"COMPRESS DEFLATE")
        client.send(b"\xff" * 1000)
        assert client.rest() == b""
