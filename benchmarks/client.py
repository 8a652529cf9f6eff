"""A plain blocking client. It demands the right answer each time: no server wins by failing."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

PASSWORD = "pass"
SLACK = 40  # octets: some servers say how long a command took
Test = Callable[[bytes], bool]


class WrongAnswerError(Exception):
    """The server said something else than it had to."""


def connect(port: int, tls: bool = False) -> socket.socket:
    """A connection to a server on this machine. With `tls` no certificate is checked, no session resumed."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not tls:
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain)


class Client:
    """An IMAP connection. Tags have four octets, so that equal answers are equally long."""

    def __init__(self, port: int, user: str | None = None, tls: bool = False) -> None:
        self.socket = connect(port, tls)
        self.buffer = bytearray(1 << 20)
        self.number = 1000
        self.until(lambda answer: answer.endswith(b"\r\n"))
        if user is not None:
            self.command(b"LOGIN %s %s" % (user.encode(), PASSWORD.encode()))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def until(self, complete: Test) -> bytes:
        """What the server says, until that is complete."""
        answer = b""
        while not complete(answer):
            count = self.socket.recv_into(self.buffer)
            if not count:
                raise WrongAnswerError(f"closed after {answer[-200:]!r}")
            answer += self.buffer[:count]
        return answer

    def _tag(self) -> bytes:
        self.number = 1000 + (self.number - 999) % 9000
        return b"%d" % self.number

    def _finish(self, tag: bytes, tail: bytes) -> bool:
        """Whether what was received ends with the tagged line; WrongAnswerError if that is not OK."""
        if not tail.endswith(b"\r\n"):
            return False
        line = tail[tail.rfind(b"\n", 0, -1) + 1 :]
        if not line.startswith(tag):
            return False
        if not line.startswith(tag + b" OK"):
            raise WrongAnswerError(line.decode("latin-1"))
        return True

    def command(self, line: bytes) -> bytes:
        """Send a command and return the whole answer. WrongAnswerError if that is not OK."""
        tag = self._tag()
        self.socket.sendall(tag + b" " + line + b"\r\n")
        parts: list[bytes] = []
        tail = b""
        while not self._finish(tag, tail):
            count = self.socket.recv_into(self.buffer)
            if not count:
                raise WrongAnswerError("closed")
            parts.append(bytes(memoryview(self.buffer)[:count]))
            tail = (tail + parts[-1])[-4096:]
        return b"".join(parts)

    def repeat(self, line: bytes, octets: int) -> None:
        """Send a command whose answer is known to be about `octets` long, and look at its end only."""
        tag = self._tag()
        self.socket.sendall(tag + b" " + line + b"\r\n")
        received, tail = 0, b""
        while received < octets - SLACK or not self._finish(tag, tail):
            count = self.socket.recv_into(self.buffer)
            if not count:
                raise WrongAnswerError("closed")
            received += count
            tail = (tail + self.buffer[max(0, count - 4096) : count])[-4096:]
        if received > octets + SLACK:
            raise WrongAnswerError(f"{received} octets for {octets}")

    def pipelined(self, line: bytes, times: int) -> None:
        """Send a command many times in one write, then wait for all answers."""
        tags = [self._tag() for _ in range(times)]
        self.socket.sendall(b"".join(tag + b" " + line + b"\r\n" for tag in tags))
        answer = self.until(lambda got: got.endswith(b"\r\n") and b"\n" + tags[-1] + b" " in got[-300:])
        if answer.count(b" OK") < times:
            raise WrongAnswerError(f"{answer.count(b' OK')} of {times} answers")

    def append(self, octets: bytes) -> None:
        """APPEND to the INBOX."""
        tag = self._tag()
        self.socket.sendall(b"%s APPEND INBOX {%d}\r\n" % (tag, len(octets)))
        self.until(lambda answer: answer.startswith(b"+") and answer.endswith(b"\r\n"))
        self.socket.sendall(octets + b"\r\n")
        self.until(lambda answer: self._finish(tag, answer))

    def logout(self) -> None:
        """LOGOUT, and the server closes first."""
        self.command(b"LOGOUT")
        if self.socket.recv(1):
            raise WrongAnswerError("something after LOGOUT")
        self.socket.close()


class Pop3Client(Client):
    """A POP3 connection."""

    def __enter__(self) -> Pop3Client:
        return self

    def say(self, line: bytes, many: bool = False) -> bytes:
        """Send a command and return the answer, of several lines if `many`; WrongAnswerError if not +OK."""
        self.socket.sendall(line + b"\r\n")
        end = b"\r\n.\r\n" if many else b"\r\n"
        answer = self.until(lambda got: got.endswith(end) or got.startswith(b"-"))
        if not answer.startswith(b"+OK"):
            raise WrongAnswerError(answer.decode("latin-1"))
        return answer
