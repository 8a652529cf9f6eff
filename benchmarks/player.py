"""An IMAP client that keeps account of its mailbox and believes nothing that does not fit."""

from __future__ import annotations

import random
import re
import time

from benchmarks.client import PASSWORD, WrongAnswerError, connect
from benchmarks.servers import Server

PATIENCE = 120.0  # seconds for an answer: the machine may be busy with something else
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_NUMBERED = re.compile(rb"\* (\d+) (EXISTS|EXPUNGE|FETCH)\b")
_UID = re.compile(rb"[( ]UID (\d+)")


class Player:
    """`uids` has the UID of each message in INBOX, None for one that was not told yet."""

    def __init__(self, server: Server, user: str, tls: bool) -> None:
        self.uids: list[int | None] = []
        self.socket = connect(server.ports["imaps" if tls else "imap"], tls)
        self.socket.settimeout(PATIENCE)
        self._lines = self.socket.makefile("rb")
        self._number = 0
        self._response()
        self.say(f"LOGIN {user} {PASSWORD}".encode())

    def __enter__(self) -> Player:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self.socket.close()

    def any(self, chance: random.Random) -> int:
        """The number of some message."""
        return chance.randrange(len(self.uids)) + 1

    # Talking

    def say(self, line: bytes) -> list[bytes]:
        """Send a command; the untagged responses. Refused may be what concerns a message that has just gone."""
        tag = self._tag()
        self.socket.sendall(b"%s %s\r\n" % (tag, line))
        return self._answer(tag, line)

    def append(self, octets: bytes) -> None:
        """APPEND to INBOX."""
        tag = self._tag()
        self.socket.sendall(b"%s APPEND INBOX {%d}\r\n" % (tag, len(octets)))
        self._go_on()
        self.socket.sendall(octets + b"\r\n")
        self._answer(tag, b"APPEND")

    def idle(self, seconds: float) -> None:
        """IDLE for that long."""
        tag = self._tag()
        self.socket.sendall(tag + b" IDLE\r\n")
        self._go_on()
        time.sleep(seconds)
        self.socket.sendall(b"DONE\r\n")
        self._answer(tag, b"IDLE")

    def select(self) -> None:
        """SELECT INBOX."""
        self.uids = []
        self.say(b"SELECT INBOX")

    def compare(self) -> None:
        """Demand that all messages are there, under the UIDs they had."""
        self.say(b"NOOP")
        if self.uids:
            self.say(b"FETCH 1:* (UID)")
        known = [uid for uid in self.uids if uid is not None]
        if known != sorted(set(known)):
            raise WrongAnswerError(f"UIDs do not grow: {self.uids}")

    def bodies(self, line: bytes) -> list[bytes]:
        """The literals that a FETCH brings."""
        responses = [one for one in self.say(line) if b"}\r\n" in one]
        return [one.partition(b"}\r\n")[2].removesuffix(b")\r\n") for one in responses]

    def _tag(self) -> bytes:
        self._number += 1
        return b"t%d" % self._number

    def _go_on(self) -> None:
        while not (response := self._response()).startswith(b"+"):
            self._untagged(response)

    def _answer(self, tag: bytes, line: bytes) -> list[bytes]:
        found = []
        while not (response := self._response()).startswith(tag + b" "):
            self._untagged(response)
            found.append(response)
        if not response.startswith(tag + b" OK") and b"[EXPUNGEISSUED]" not in response:
            raise WrongAnswerError(f"{line!r}: {response!r}")
        return found

    def _response(self) -> bytes:
        """One response with its literals."""
        response = b""
        while True:
            line = self._lines.readline()
            if not line.endswith(b"\r\n"):
                raise WrongAnswerError(f"closed after {response + line!r}")
            response += line
            literal = _LITERAL.search(line)
            if literal is None:
                return response
            response += self._lines.read(int(literal[1]))

    # Keeping account

    def _untagged(self, response: bytes) -> None:
        found = _NUMBERED.match(response)
        if found is None:
            return
        number, what = int(found[1]), found[2]
        if what == b"EXISTS":
            if number < len(self.uids):
                raise WrongAnswerError(f"{len(self.uids)} messages became {number}")
            self.uids += [None] * (number - len(self.uids))
            return
        if not 0 < number <= len(self.uids):
            raise WrongAnswerError(f"{response!r} of {len(self.uids)} messages")
        if what == b"EXPUNGE":
            del self.uids[number - 1]
        elif uid := _UID.search(response):
            if self.uids[number - 1] not in (None, int(uid[1])):
                raise WrongAnswerError(f"{response!r} had the UID {self.uids[number - 1]}")
            self.uids[number - 1] = int(uid[1])
