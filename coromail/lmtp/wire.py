"""LMTP's grammar: command lines and message data in, replies out (RFC 5321 section 2.3.8, RFC 2033 section 4.2).

Only CRLF ends a line and only CRLF "." CRLF ends the data; anything else that some mail server takes for a line end
(bare CR, bare LF) is data, and in a command line a mistake. So no two servers can disagree where a message ends.
"""

from __future__ import annotations

from coromail.errors import Bad
from coromail.line_buffer import LineBuffer

END = b"\r\n.\r\n"


class Receiver(LineBuffer):
    """Octets in; lines or, after `begin_data`, one message out. Holds no more than `max_line` or `max_size`."""

    __slots__ = ("max_size",)

    def __init__(self, max_line: int, max_size: int) -> None:
        super().__init__(max_line)
        self.max_size = max_size

    def next_line(self) -> bytes | None:
        """The next line without its CRLF, or None when more octets are needed. Raises Bad for what is no line."""
        line = super().next_line()
        if line is None:
            return None
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise Bad("Lines end with CRLF")
        return line[:-2]

    def begin_data(self) -> None:
        """What comes next is a message, up to CRLF "." CRLF."""
        self._buffer[:0] = b"\r\n"  # so that "." on the first line is found as on every other one
        self._searched = 0

    def next_data(self) -> bytes | None:
        """The message, dots unstuffed (RFC 5321 section 4.5.2), or None when more octets are needed.

        Raises Bad, when all of it has come, for a message of more than `max_size` octets.
        """
        buffer = self._buffer
        end = buffer.find(END, self._searched)
        if end < 0:
            if len(buffer) > self.max_size + len(END):
                self._too_big = True
            if self._too_big:
                del buffer[: 1 - len(END)]
            self._searched = max(0, len(buffer) + 1 - len(END))
            return None
        content = bytes(buffer[: end + 2])
        del buffer[: end + len(END)]
        self._searched = 0
        if self._too_big or end > self.max_size:
            self._too_big = False
            raise Bad("The message is too big")
        return content.replace(b"\r\n.", b"\r\n")[2:]


def reply(code: int, *lines: str, status: str = "") -> bytes:
    """A reply of one or more lines, each led by the enhanced status code (RFC 2034 section 4)."""
    lead = f"{status} " if status else ""
    last = len(lines) - 1
    return "".join(
        f"{code}{' ' if number == last else '-'}{lead}{_plain(line)}\r\n" for number, line in enumerate(lines)
    ).encode("ascii", "replace")


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:400]
