"""Lines out of octets that come in pieces, for protocols without literals."""

from __future__ import annotations

from coromail.errors import Bad


class LineBuffer:
    """Octets in, lines out. Of a line that is longer than `max_line` octets nothing is kept."""

    __slots__ = ("_buffer", "_searched", "_too_big", "max_line")

    def __init__(self, max_line: int) -> None:
        self.max_line = max_line
        self._buffer = bytearray()
        self._searched = 0
        self._too_big = False

    def receive(self, data: bytes) -> None:
        """Take in what arrived."""
        self._buffer += data

    def next_line(self) -> bytes | None:
        """The next line with its LF, or None when more octets are needed. Raises Bad for one too long."""
        buffer = self._buffer
        end = buffer.find(b"\n", self._searched) + 1
        if not end:
            if len(buffer) > self.max_line:
                self._too_big = True
                buffer.clear()
            self._searched = len(buffer)
            return None
        line = bytes(buffer[:end])
        del buffer[:end]
        self._searched = 0
        if self._too_big or end > self.max_line:
            self._too_big = False
            raise Bad("The line is too long")
        return line

    def discard(self) -> int:
        """Throw away what is unread, and say how many octets that was (RFC 2595 section 4, RFC 3207 section 4.2)."""
        size = len(self._buffer)
        self._buffer.clear()
        self._searched = 0
        self._too_big = False
        return size
