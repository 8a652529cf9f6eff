"""POP3's grammar: lines in, responses out (RFC 1939 section 3, RFC 2449 section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from coromail.errors import Bad
from coromail.line_buffer import LineBuffer

MAX_COMMAND = 255  # octets of a command with its CRLF (RFC 2449 section 4)
MAX_RESPONSE = 512  # octets of the first line of a response with its CRLF (RFC 2449 section 4)
MAX_DIGITS = 10
CHUNK = 64 * 1024  # octets of a message that are prepared and sent at a time

_dot_line = re.compile(rb"\n\.").search  # twice as fast as `in`, since dots are rarer than line ends
_CONTROL = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")
_NO_CODE = {ord("["): "(", ord("]"): ")"}


class LineReader(LineBuffer):
    """Octets in, lines out; holds at most `max_line` octets of a line that is not complete.

    Lines end with CRLF; a bare LF is accepted too. `max_line` counts the line end and may be changed between
    calls of `next_line`.
    """

    __slots__ = ()

    def next_line(self) -> bytes | None:
        """The next line without its end, or None when more octets are needed. Raises Bad for one too long."""
        line = super().next_line()
        return line if line is None else line[:-1].removesuffix(b"\r")


def number(argument: bytes) -> int:
    """A number of up to ten digits. Raises Bad for anything else."""
    if not argument.isdigit() or len(argument) > MAX_DIGITS:
        raise Bad("A number was expected")
    return int(argument)


def status_line(status: bytes, text: str, code: str | None = None, utf8: bool = False) -> bytes:
    """`+OK` or `-ERR` with text, at most 512 octets (RFC 2449 sections 3 and 8).

    Control characters become spaces, and brackets become parentheses, since a text with "[" is a response
    code; without `utf8` what is not ASCII becomes "?".
    """
    plain = text.translate(_CONTROL).translate(_NO_CODE)
    if code is not None:
        plain = f"[{code}] {plain}"
    octets = plain.encode("utf-8", "replace") if utf8 else plain.encode("ascii", "replace")
    room = MAX_RESPONSE - len(status) - 3
    if len(octets) > room:
        octets = octets[:room].decode("utf-8", "ignore").encode()
    return status + b" " + octets + b"\r\n" if octets else status + b"\r\n"


def stuffed(octets: bytes) -> Iterator[bytes]:
    """A message, byte-stuffed and ended as a multi-line response, in chunks (RFC 1939 section 3).

    Lines end with CRLF; the last one gets its CRLF when it has none.
    """
    size = len(octets)
    if size <= CHUNK:
        yield _stuff(octets)
    else:
        start = 0
        while start < size:
            end = octets.rfind(b"\r\n", start, start + CHUNK)
            if end >= 0:
                yield _stuff(octets[start : end + 2])
            else:  # a line longer than a chunk
                end = octets.find(b"\r\n", start + CHUNK - 1)
                end = size - 2 if end < 0 else end
                yield from _long_line(octets, start, end + 2)
            start = end + 2
    yield b".\r\n" if size == 0 or octets.endswith(b"\r\n") else b"\r\n.\r\n"


def _stuff(lines: bytes) -> bytes:
    if lines.find(b".") >= 0 and _dot_line(lines):  # base64 has no dots, and one octet is found in no time
        lines = lines.replace(b"\r\n.", b"\r\n..")
    return b"." + lines if lines.startswith(b".") else lines


def _long_line(octets: bytes, start: int, end: int) -> Iterator[bytes]:
    if octets[start] == ord("."):
        yield b"."
    for position in range(start, end, CHUNK):
        yield octets[position : min(position + CHUNK, end)]


def end_of_lines(octets: bytes, start: int, lines: int) -> int:
    """The offset after so many lines from `start` on, or the end of the octets when there are fewer.

    Halves the distance and counts, so that the cost is that of reading the octets twice, however many lines.
    """
    low, high = start, len(octets)
    if lines <= 0:
        return start
    if octets.count(b"\n", low, high) < lines:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        found = octets.count(b"\n", low, middle)
        if found >= lines:
            high = middle
        else:
            lines -= found
            low = middle
    return high


def listing(lines: Iterable[str]) -> bytes:
    """A multi-line response without its first line; the lines need no stuffing."""
    text = "\r\n".join(lines)
    return f"{text}\r\n.\r\n".encode() if text else b".\r\n"
