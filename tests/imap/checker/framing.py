"""Cutting the server's octets into replies: a line, the literals in it, the lines that follow them."""

from __future__ import annotations

import re

from tests.imap.checker.scanner import GrammarError

# A status response has text to the end of its line, so that "{5}" there begins no literal.
STATUS = re.compile(rb"(?:\+|[^ ]+ (?:OK|NO|BAD|BYE|PREAUTH)(?: |$))", re.IGNORECASE)
LITERAL_AT_END = re.compile(rb"\{([0-9]{1,19})\}\Z")
LONGEST_MARK = 22


class Framer:
    """Feed octets in any pieces, take whole replies (without their final CRLF). Linear in what is fed."""

    __slots__ = ("_buffer", "_line", "_scanned")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._line = 0  # where the line begins that is looked at now, behind the literals
        self._scanned = 0  # no CRLF before here

    @property
    def pending(self) -> bytes:
        """What has come of a reply that is not whole yet."""
        return bytes(self._buffer)

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def take(self) -> bytes | None:
        """The next whole reply, or None until more comes."""
        buffer = self._buffer
        while True:
            end = buffer.find(b"\r\n", max(self._scanned, self._line))
            if end < 0:
                self._scanned = max(self._line, len(buffer) - 1)
                return None
            line = bytes(buffer[self._line : end])
            if b"\r" in line or b"\n" in line:
                raise GrammarError("CRLF", line[-100:], "bare CR or LF in a line")
            mark = None
            if self._line or not STATUS.match(line):
                mark = LITERAL_AT_END.search(line, max(0, len(line) - LONGEST_MARK))
            if mark is None:
                reply = bytes(buffer[:end])
                del buffer[: end + 2]
                self._line = self._scanned = 0
                return reply
            following = end + 2 + int(mark.group(1))
            self._scanned = end  # until the literal is whole, this line is looked at again
            if len(buffer) < following:
                return None
            self._line = self._scanned = following
