"""The other side of LMTP: hand one message to a server (RFC 2033)."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from coromail.app.addresses import TCP, Unix
from coromail.message.lines import to_crlf

TIMEOUT = 600.0  # seconds; RFC 5321 section 4.5.3.2.6 gives a server ten minutes for the final reply
MAX_REPLY = 64 * 1024  # octets of one reply

_LINE = re.compile(rb"([2-5][0-9][0-9])([ -])([^\r\n]*)\r?\n")


class Reply(NamedTuple):
    """The code and the last line of a reply."""

    code: int
    text: str


class Refused(Exception):
    """The server refused to go on; holds its `reply`."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.code} {reply.text}")
        self.reply = reply


class Channel(Protocol):
    """The way to a session: a socket (`connect`), or `coromail.app.offline.Direct`."""

    def sendall(self, data: bytes) -> None: ...

    def readline(self, limit: int = -1) -> bytes: ...

    def read(self, size: int) -> bytes: ...

    def close(self) -> None: ...


class SocketChannel:
    """A connection to a server. Raises OSError."""

    def __init__(self, address: TCP | Unix, timeout: float = TIMEOUT) -> None:
        if isinstance(address, Unix):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.settimeout(timeout)
            try:
                self._socket.connect(str(address.path))
            except BaseException:
                self._socket.close()
                raise
        else:
            self._socket = socket.create_connection((address.host, address.port), timeout)
        self._file = self._socket.makefile("rb")
        self.sendall = self._socket.sendall
        self.readline = self._file.readline
        self.read = self._file.read

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


class LmtpClient:
    """One connection. All methods raise OSError when it breaks."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def close(self) -> None:
        """Hang up."""
        self._channel.close()

    def __enter__(self) -> LmtpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def hello(self, name: str) -> None:
        """Read the greeting and say LHLO. Raises Refused."""
        for reply in (self._reply(), self._ask(f"LHLO {name}")):
            if reply.code >= 400:
                raise Refused(reply)

    def deliver(self, sender: str, recipients: Sequence[str], octets: bytes) -> list[Reply]:
        """The fate of the message for each recipient, in their order. Raises Refused when it has the same for all."""
        utf8 = "" if f"{sender}{''.join(recipients)}".isascii() else " SMTPUTF8"
        content = to_crlf(octets)
        mail = self._ask(f"MAIL FROM:<{sender}> SIZE={len(content)} BODY=8BITMIME{utf8}")
        if mail.code >= 400:
            raise Refused(mail)
        fates = [self._ask(f"RCPT TO:<{recipient}>") for recipient in recipients]
        accepted = [number for number, fate in enumerate(fates) if fate.code < 400]
        if accepted:
            go_on = self._ask("DATA")
            if go_on.code != 354:
                raise Refused(go_on)
            self._channel.sendall(_stuffed(content))
            for number in accepted:
                fates[number] = self._reply()
        else:
            self._ask("RSET")
        return fates

    def _ask(self, line: str) -> Reply:
        if not line.isprintable():
            raise Refused(Reply(501, "control characters in an address"))
        self._channel.sendall(line.encode() + b"\r\n")
        return self._reply()

    def _reply(self) -> Reply:
        while True:
            line = self._channel.readline(MAX_REPLY)
            match = _LINE.fullmatch(line)
            if match is None:
                raise ConnectionError(f"no reply but {line[:80]!r}")
            if match[2] == b" ":
                return Reply(int(match[1]), match[3].decode("utf-8", "replace"))


def _stuffed(content: bytes) -> bytes:
    """The message as DATA wants it (RFC 5321 section 4.5.2)."""
    body = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
    return body + (b".\r\n" if body.endswith(b"\r\n") or not body else b"\r\n.\r\n")
