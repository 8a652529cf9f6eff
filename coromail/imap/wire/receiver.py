"""Octets in, command lines out: sans-IO.

Source: RFC 9051 section 2.2.1 (lines, literals), RFC 7888 (non-synchronizing literals), RFC 3516 (literal8).
A line ends with CRLF; a bare LF is taken as a line end too. The size of a literal is judged before a single
octet of it is kept, and what is refused is swallowed in constant memory. However the input is cut, the
events are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Literal as OneOf

Judge = Callable[[list[bytes], int, bool], bool]

# literal and literal8, at the end of a line only. 20 digits hold every number64; longer ones are plain text,
# which no command accepts.
_MARKER = re.compile(rb"(~?)\{([0-9]{1,20})(\+?)\}\Z")
_MARKER_LENGTH = 26  # "~{", 20 digits, "+}", and the CR that may be waiting for its LF
_HEAD = 256  # octets kept of a segment that was too long: enough for tag and command name


class Literal8(bytes):
    """The octets of a literal that was announced as literal8 (`~{n}`): NUL is allowed. RFC 3516 section 5."""

    __slots__ = ()


@dataclass(slots=True, repr=False)
class Line:
    """A whole command. `segments`: text, literal, text, literal, ..., text, without CRLF and `{n}` markers.

    Literals have the odd indexes; an ordinary line is one segment.
    """

    segments: list[bytes]


@dataclass(slots=True)
class Continue:
    """A synchronizing literal of `size` octets was accepted: send a continuation request."""

    size: int


@dataclass(slots=True, repr=False)
class Refused:
    """A command that was dropped; nothing of it is on its way any more.

    `segments` is what came before (of a text that was too long, the first octets). `size` is the size of the
    refused literal (TOOBIG) or the limit that the text went beyond (LINE).
    """

    segments: list[bytes]
    size: int
    reason: OneOf["TOOBIG", "LINE"]


class Receiver:
    """Collects what one client sends and cuts it into events.

    `judge(segments, size, synchronizing)` says whether a literal of `size` octets that follows `segments` is
    accepted. `max_line` limits the octets of all text segments of a command together, markers included; the
    owner may change it at any time.
    """

    __slots__ = (
        "_binary",
        "_buffer",
        "_in_literal",
        "_judge",
        "_kept",
        "_literal",
        "_missing",
        "_refused",
        "_segments",
        "_start",
        "_tail",
        "_used",
        "max_line",
    )

    def __init__(self, judge: Judge, max_line: int) -> None:
        self.max_line = max_line
        self._judge = judge
        self._reset()

    def _reset(self) -> None:
        self._buffer = b""
        self._start = 0  # the first unread octet of the buffer
        self._forget_command()

    def _forget_command(self) -> None:
        self._segments: list[bytes] = []  # of a command whose literals are still coming
        self._used = 0  # octets of its text so far, markers included
        self._kept = 0  # octets of its text and finished literals
        self._in_literal = False
        self._missing = 0  # octets of the literal still to come
        self._binary = False  # it is a literal8
        self._literal: BytesIO | None = None  # the part of it that came
        self._refused: Refused | None = None  # set while the rest of a refused command is swallowed
        self._tail = b""  # the last octets of the text being swallowed: a marker may be in them

    def close(self) -> None:
        """Nothing comes any more: whoever judged literals is let go."""
        self._judge = _refuse

    def receive(self, data: bytes) -> None:
        """Take in what the socket gave."""
        if self._start == len(self._buffer):
            self._buffer = data
        else:
            self._buffer = self._buffer[self._start :] + data
        self._start = 0

    @property
    def buffered(self) -> int:
        """Octets held: unread ones and those of a command that is not complete."""
        literal = self._literal.tell() if self._literal else 0
        return len(self._buffer) - self._start + self._kept + literal

    def discard(self) -> int:
        """Throw away everything buffered (STARTTLS: RFC 9051 section 6.2.1); returns how many octets."""
        octets = self.buffered
        self._reset()
        return octets

    def take_rest(self) -> bytes:
        """Hand back the unread octets and forget everything (the protocol is about to change)."""
        rest = self._buffer[self._start :]
        self._reset()
        return rest

    def next_event(self) -> Line | Continue | Refused | None:
        """The next event, or None when it needs more octets."""
        if not self._segments and self._refused is None:
            # The ordinary case, once more and quicker: a whole line that ends with CRLF and not with "}".
            buffer, start = self._buffer, self._start
            end = buffer.find(b"\n", start)
            if (
                start + 2 <= end <= start + self.max_line + 1
                and buffer[end - 1] == 13
                and buffer[end - 2] != 125
            ):
                self._start = end + 1
                return Line([buffer[start : end - 1]])
        while not self._in_literal or self._take_literal():
            part = self._take_text()
            if part is None:
                return None
            event = self._end_of_text(part) if self._refused is None else self._end_of_swallowed(part)
            if event is not None:
                return event
        return None

    def _take_text(self) -> bytes | None:
        """The text up to the next line end, or None. Of a text being swallowed, only the end."""
        start = self._start
        end = self._buffer.find(b"\n", start)
        if end < 0:
            # One more octet than allowed may be the CR of a line end.
            if self._refused is None and len(self._buffer) - start > self.max_line - self._used + 1:
                self._refuse_text(self._buffer[start:])
            if self._refused is not None:
                self._tail = (self._tail + self._buffer[start:])[-_MARKER_LENGTH:]
                self._start = len(self._buffer)
            return None
        self._start = end + 1
        text = self._buffer[start:end]
        if self._refused is not None:
            text, self._tail = (self._tail + text)[-_MARKER_LENGTH:], b""
        return text[:-1] if text.endswith(b"\r") else text

    def _end_of_text(self, text: bytes) -> Line | Continue | Refused | None:
        """A line of the command came to its end; a literal may follow."""
        if len(text) > self.max_line - self._used:
            self._refuse_text(text)
            return self._end_of_swallowed(text[-_MARKER_LENGTH:])
        marker = _MARKER.search(text, max(0, len(text) - _MARKER_LENGTH)) if text.endswith(b"}") else None
        if marker is None:
            segments = [*self._segments, text]
            self._forget_command()
            return Line(segments)
        self._used += len(text)
        self._segments.append(text[: marker.start()])
        self._kept += marker.start()
        size, synchronizing = int(marker[2]), not marker[3]
        if not self._judge(self._segments, size, synchronizing):
            self._refused = Refused(self._segments, size, "TOOBIG")
            if synchronizing:
                return self._end_of_refused()
        self._in_literal, self._missing, self._binary = True, size, bool(marker[1])
        return Continue(size) if synchronizing else None

    def _refuse_text(self, text: bytes) -> None:
        head = text[: max(0, min(_HEAD, self.max_line - self._used))]
        self._refused = Refused([*self._segments, head], self.max_line, "LINE")
        self._segments = []

    def _end_of_swallowed(self, text: bytes) -> Refused | None:
        """A line of a refused command came to its end; swallow a literal that is on its way, else report."""
        marker = _MARKER.search(text)
        if marker is None or not marker[3]:
            return self._end_of_refused()
        self._in_literal, self._missing = True, int(marker[2])
        return None

    def _end_of_refused(self) -> Refused | None:
        refused = self._refused
        self._forget_command()
        return refused

    def _take_literal(self) -> bool:
        """Read on in a literal; True when its last octet was read."""
        start = self._start
        length = min(self._missing, len(self._buffer) - start)
        self._start += length
        self._missing -= length
        if self._refused is not None:
            self._in_literal = self._missing > 0
            return not self._in_literal
        chunk = self._buffer[start : self._start]
        if self._missing:
            if chunk:
                self._literal = self._literal or BytesIO()
                self._literal.write(chunk)
            return False
        if self._literal is not None:
            self._literal.write(chunk)
            chunk = self._literal.getvalue()  # shares memory: the message exists once
        self._segments.append(Literal8(chunk) if self._binary else chunk)
        self._kept += len(chunk)
        self._in_literal, self._literal = False, None
        return True


def _refuse(segments: list[bytes], size: int, synchronizing: bool) -> bool:
    return False
