"""mbox files (RFC 4155), in and out.

Out: mboxrd quoting (">" before every line that begins with "From ", quoted or not), so that nothing is lost; flags in
Status, X-Status and X-Keywords, the first three lines of every message, where mutt, Pine and Dovecot find them. In:
such lines are taken out again where all three are first, as they are ours; elsewhere they are only understood.
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from coromail.app.transfer.item import Item, date_time
from coromail.message.headers import header_end
from coromail.message.lines import to_crlf

_FROM = re.compile(
    rb"From [^\r\n]{0,400}?([A-Z][a-z]{2} +[0-9]{1,2} [0-9:]{5,8})(?: [A-Z+0-9-]{1,5})? ([0-9]{4})"
)
_OURS = re.compile(rb"Status: ([A-Za-z]*)\r?\nX-Status: ([A-Za-z]*)\r?\nX-Keywords: ([^\r\n]*)\r?\n")
_FIELD = re.compile(rb"^(Status|X-Status|X-Keywords):[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_LETTERS = {"R": "\\Seen", "A": "\\Answered", "F": "\\Flagged", "T": "\\Draft", "D": "\\Deleted"}


class MboxSource:
    """A file, or every *.mbox below a folder; a file in a folder is named after its path."""

    faults: tuple[type[Exception], ...] = (OSError,)
    remote = False

    def __init__(self, path: Path, mailbox: str) -> None:
        self.left: list[str] = []
        if path.is_dir():
            found = sorted(file for file in path.rglob("*.mbox") if file.is_file())
            self._files = [(file, _parts(file.relative_to(path))) for file in found]
        else:
            self._files = [(path, mailbox.split("/"))]

    def count(self) -> int:
        """Nobody knows without reading everything."""
        return 0

    def items(self) -> Iterator[Item]:
        """Every message."""
        for path, parts in self._files:
            try:
                with path.open("rb") as file:
                    for number, (line, octets) in enumerate(split(file), 1):
                        yield _item(f"{path}, message {number}", parts, line, octets)
            except OSError as error:
                self.left.append(f"{path}: {error.strerror}")


def _parts(relative: Path) -> list[str]:
    pieces = [*relative.parts[:-1], relative.name.removesuffix(".mbox")]
    return [unescaped(piece) for piece in pieces]


def escaped(part: str) -> str:
    """A part of a mailbox name as the name of a file."""
    safe = "".join(f"%{ord(one):02X}" if one in "%/\\\x7f" or one < " " else one for one in part)
    return "%2E" + safe[1:] if safe.startswith(".") else safe


def unescaped(part: str) -> str:
    """The opposite of `escaped`."""
    return re.sub(r"%([0-7][0-9A-F])", lambda match: chr(int(match[1], 16)), part)


def split(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The messages: the "From " line and the octets, quoting undone. Only what is between two of them is in memory."""
    head, lines, blank = b"", list[bytes](), True
    for line in file:
        if blank and line.startswith(b"From ") and (_FROM.match(line) or not head):
            if head:
                yield head, _joined(lines)
            head, lines, blank = line, [], False
            continue
        blank = line in (b"\n", b"\r\n")
        lines.append(line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line)
    if head:
        yield head, _joined(lines)


def _joined(lines: list[bytes]) -> bytes:
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines.pop()  # the empty line that ends every message (RFC 4155 appendix A)
    return b"".join(lines)


def _item(where: str, parts: Sequence[str], line: bytes, octets: bytes) -> Item:
    ours = _OURS.match(octets)
    if ours is not None:
        status, more, keywords = ours[1], ours[2], ours[3]
        octets = octets[ours.end() :]
    else:
        found = {name.lower(): value for name, value in _FIELD.findall(octets[: header_end(octets)])}
        status, more, keywords = (found.get(name, b"") for name in (b"status", b"x-status", b"x-keywords"))
    letters = ("R" if b"R" in status else "") + more.decode("ascii", "replace")
    flags = [flag for letter, flag in _LETTERS.items() if letter in letters]
    flags += keywords.decode("ascii", "replace").split()
    return Item(where, parts, lambda: octets, flags, _date(line))


def _date(line: bytes) -> str:
    match = _FROM.match(line)
    if match is None:
        return ""
    text = f"{match[1].decode()} {match[2].decode()}"
    for form in ("%b %d %H:%M:%S %Y", "%b %d %H:%M %Y"):
        try:
            return date_time(calendar.timegm(time.strptime(text, form)))
        except ValueError:
            continue
    return ""


def write_message(file: BinaryIO, octets: bytes, flags: Sequence[str], seconds: float) -> None:
    """Put one message, whose lines end in CRLF, behind the others."""
    known = {flag.lower(): letter for letter, flag in _LETTERS.items()}
    letters = {known[flag.lower()] for flag in flags if flag.lower() in known}
    keywords = " ".join(flag for flag in flags if not flag.startswith("\\"))
    stamp = time.strftime("%a %b %d %H:%M:%S %Y", time.gmtime(seconds))
    more = "".join(sorted(letters - {"R"}))
    text = octets.replace(b"\r\n", b"\n")
    if to_crlf(text) != octets:  # CR that are no part of line ends must not become one
        text = octets
    if not text.endswith(b"\n"):
        text += b"\n"
    file.write(f"From MAILER-DAEMON {stamp}\n".encode())
    file.write(
        f"Status: {'RO' if 'R' in letters else 'O'}\nX-Status: {more}\nX-Keywords: {keywords}\n".encode()
    )
    file.write(re.sub(rb"^(>*From )", rb">\1", text, flags=re.MULTILINE))
    file.write(b"\n")
