"""IMAP as our own commands speak it: imaplib with what it lacks (octets as they are, names, answers with literals)."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from coromail.app.lmtp_client import Channel
from coromail.imap.wire import mutf7

_UID = re.compile(rb"\bUID ([0-9]{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE ([0-9]{1,19})\b")
_DATE = re.compile(rb'\bINTERNALDATE ("[^"]{26}")')
_FLAGS = re.compile(rb"\bFLAGS \(([^()]*)\)")
_EMAILID = re.compile(rb"\bEMAILID \(([!-'*-~]+)\)")
_LIST = re.compile(rb'\(([^()]*)\) (NIL|"(?:[^"\\]|\\.)") (.*)', re.DOTALL)
MAX_LINE = 10_000_000  # octets; imaplib's own limit is too small for servers that answer with long lines

imaplib._MAXLINE = max(imaplib._MAXLINE, MAX_LINE)  # type: ignore[attr-defined]


class Fetched(NamedTuple):
    """What a FETCH brought of one message; what was not asked for is empty."""

    uid: int
    size: int
    flags: list[str]
    date: str
    email_id: str
    octets: bytes


class Message(NamedTuple):
    """A message to append: an IMAP date-time ("" = now), and octets with CRLF line ends."""

    flags: list[str]
    date: str
    octets: bytes


class Listed(NamedTuple):
    """One name of a LIST answer: its parts from the top, and whether messages can be in it."""

    name: bytes
    parts: list[str]
    selectable: bool


class Client(imaplib.IMAP4):
    """Methods raise `imaplib.IMAP4.error` for a NO or BAD, and `abort` or OSError when the connection is lost."""

    def checked(self, answer: tuple[str, list[Any]]) -> list[Any]:
        """The data of an answer that is OK. Raises error."""
        status, data = answer
        if status != "OK":
            text = data[0].decode("utf-8", "replace") if data and isinstance(data[0], bytes) else status
            raise self.error(text)
        return data

    def names(self) -> list[Listed]:
        """Every mailbox."""
        found = []
        for answer in self.checked(self.list()):
            head, literal = answer if isinstance(answer, tuple) else (answer, None)
            match = _LIST.fullmatch(head or b"")
            if match is None:
                continue
            name = literal if literal is not None else _unquoted(match[3])
            separator = b"" if match[2] == b"NIL" else _unquoted(match[2])
            pieces = name.split(separator) if separator else [name]
            found.append(
                Listed(name, [_decoded(piece) for piece in pieces], b"\\noselect" not in match[1].lower())
            )
        return found

    def separator(self) -> str:
        """Between the parts of a name; empty where names have none."""
        [answer] = self.checked(self.list('""', '""'))
        match = _LIST.fullmatch(answer or b"")
        return _unquoted(match[2]).decode() if match and match[2] != b"NIL" else ""

    def open_mailbox(self, name: bytes) -> int:
        """EXAMINE; the number of messages."""
        return int(self.checked(self.select(quoted(name), readonly=True))[0])

    def uids(self) -> list[int]:
        """The UIDs of the mailbox that is open, ascending."""
        data = self.checked(self.uid("SEARCH", "ALL"))
        return sorted({int(word) for line in data if line for word in line.split()})

    def fetch_messages(self, uids: str, items: str) -> Iterator[Fetched]:
        """FETCH by UID, one message after the other, whatever order the items come in."""
        data = self.checked(self.uid("FETCH", uids, items))
        head, octets = b"", b""
        for piece in data:
            if isinstance(piece, tuple):
                if head and _starts(piece[0]):
                    yield _fetched(head, octets)
                    head, octets = b"", b""
                head, octets = head + b" " + piece[0], piece[1]
            elif piece is not None:
                if head and _starts(piece):
                    yield _fetched(head, octets)
                    head, octets = b"", b""
                head += b" " + piece
        if head:
            yield _fetched(head, octets)

    def append_one(self, name: bytes, message: Message) -> None:
        """APPEND of exactly these octets; imaplib's own would change bare CR and LF."""
        self.literal: Any = message.octets
        arguments = [quoted(name), f"({' '.join(message.flags)})", *([message.date] if message.date else [])]
        self.checked(self._simple_command("APPEND", *arguments))

    def append_many(self, name: bytes, messages: Sequence[Message]) -> None:
        """APPEND of several messages, all or none (RFC 3502), in literals that wait for nobody (RFC 7888)."""
        tag = self._new_tag()
        pieces = [tag, b" APPEND ", quoted(name).encode()]
        for message in messages:
            date = f" {message.date}" if message.date else ""
            head = f" ({' '.join(message.flags)}){date} {{{len(message.octets)}+}}\r\n"
            pieces += [head.encode(), message.octets]
        self.send(b"".join([*pieces, b"\r\n"]))
        self.checked(self._command_complete("APPEND", tag))


class Local(Client):
    """Over a channel on which the user is logged in already; `first` is the line that was read of it."""

    def __init__(self, channel: Channel, first: bytes) -> None:
        self._channel = channel
        self._first = first
        super().__init__()

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """The channel is open."""

    def read(self, size: int) -> bytes:
        """So many octets."""
        pieces = []
        while size and (data := self._channel.read(size)):
            pieces.append(data)
            size -= len(data)
        return b"".join(pieces)

    def readline(self) -> bytes:
        """A line."""
        first, self._first = self._first, b""
        return first or self._channel.readline(MAX_LINE)

    def send(self, data: Any) -> None:
        """Octets."""
        self._channel.sendall(bytes(data))

    def shutdown(self) -> None:
        """Hang up."""
        self._channel.close()


def quoted(name: bytes) -> str:
    """A mailbox name as a quoted string."""
    return '"' + name.decode("ascii").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", text[1:-1]) if text[:1] == b'"' else text


def _decoded(piece: bytes) -> str:
    try:
        return mutf7.decode(piece)
    except ValueError:
        return piece.decode("utf-8", "replace")


def _starts(piece: bytes) -> bool:
    return re.match(rb"[0-9]+ \(", piece) is not None


def _fetched(head: bytes, octets: bytes) -> Fetched:
    def one(pattern: re.Pattern[bytes]) -> str:
        match = pattern.search(head)
        return match[1].decode("ascii", "replace") if match else ""

    flags = [flag for flag in one(_FLAGS).split() if flag.lower() != "\\recent"]
    return Fetched(int(one(_UID) or 0), int(one(_SIZE) or -1), flags, one(_DATE), one(_EMAILID), octets)
