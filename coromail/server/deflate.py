"""Compression of both directions of a connection (RFC 4978, RFC 1951).

What comes in is inflated in steps of bounded size, and each step is judged by the session as if it had come in the
clear: a bomb meets the limits on lines, literals and messages. What goes out is flushed at once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

STEP = 64 * 1024  # octets that are inflated at a time
LEVEL = 3
_RAW = -15  # no header, a window of 32 kB


class Deflate:
    """The two streams of one connection."""

    __slots__ = ("_in", "_out")

    def __init__(self) -> None:
        self._out = zlib.compressobj(LEVEL, zlib.DEFLATED, _RAW, 8)
        self._in = zlib.decompressobj(_RAW)

    def pack(self, data: bytes) -> bytes:
        """What to send so that the client can read all of `data` now."""
        return self._out.compress(data) + self._out.flush(zlib.Z_SYNC_FLUSH)

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """What the client sent, in steps. Raises ConnectionError for what is not compressed, or after the end."""
        while data:
            try:
                step = self._in.decompress(data, STEP)
            except zlib.error as error:
                raise ConnectionError(f"bad compression: {error}") from error
            if self._in.eof:
                data = b""
                if self._in.unused_data:
                    raise ConnectionError("something after the end of the compressed stream")
            else:
                data = self._in.unconsumed_tail
            if step:
                yield step
