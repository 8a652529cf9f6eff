"""A small IMAP client of which every octet is known."""

from __future__ import annotations

import re
import socket
from itertools import count
from typing import BinaryIO

LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


class Gone(Exception):
    """The server is not there any more."""


class Client:
    """One connection, logged in as `user`."""

    def __init__(self, port: int, user: str) -> None:
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        except OSError as error:
            raise Gone from error
        self._file: BinaryIO = self._socket.makefile("rb")
        self._tags = count(1)
        try:
            self._response()
            self.command(b"LOGIN %s secret" % user.encode())
        except BaseException:
            self.close()
            raise

    def command(self, *pieces: bytes) -> list[bytes]:
        """Send a command, every second piece as a literal; the responses, tagged one last.

        Raises Gone when the tagged response does not come. Fails when it is not OK.
        """
        tag = b"t%d" % next(self._tags)
        sent = [tag, b" ", pieces[0]]
        for literal, line in zip(pieces[1::2], pieces[2::2], strict=True):
            sent += [b"{%d+}\r\n" % len(literal), literal, line]
        try:
            self._socket.sendall(b"".join([*sent, b"\r\n"]))
        except OSError as error:
            raise Gone from error
        responses = [self._response()]
        while not responses[-1].startswith(tag + b" "):
            responses.append(self._response())
        assert responses[-1].startswith(tag + b" OK"), (pieces[0], responses[-1])
        return responses

    def _response(self) -> bytes:
        response = b""
        while True:
            line = self._read(None)
            response += line
            literal = LITERAL.search(line)
            if literal is None:
                return response
            response += self._read(int(literal[1]))

    def _read(self, octets: int | None) -> bytes:
        try:
            read = self._file.readline() if octets is None else self._file.read(octets)
        except OSError as error:
            raise Gone from error
        if len(read) < octets if octets is not None else not read.endswith(b"\r\n"):
            raise Gone
        return read

    def close(self) -> None:
        """Close without LOGOUT."""
        self._file.close()
        self._socket.close()


def numbers(text: bytes) -> list[int]:
    """The UIDs of a set without `*`."""
    found: list[int] = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        found += range(int(first), int(last or first) + 1)
    return found


def uid_set(uids: list[int]) -> bytes:
    """The UIDs as a set."""
    return b",".join(b"%d" % uid for uid in uids)
