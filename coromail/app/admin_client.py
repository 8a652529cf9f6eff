"""The other side of the admin listener (`coromail.server.admin`)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from coromail.app.addresses import Unix
from coromail.app.config import Config
from coromail.app.lmtp_client import Channel, SocketChannel
from coromail.model.account import Step


class Failed(Exception):
    """The server could not do it; the text says why."""


def connect(config: Config) -> Channel | None:
    """A connection to the server that runs, or None when none listens. Raises OSError."""
    for address in config.listen.admin:
        if isinstance(address, Unix):
            try:
                return SocketChannel(address)
            except (ConnectionRefusedError, FileNotFoundError):
                continue
    return None


def ask(channel: Channel, command: str, user: str) -> None:
    """Send a command."""
    channel.sendall(json.dumps({"command": command, "user": user}).encode() + b"\n")


def steps(channel: Channel, task: str, user: str) -> Iterator[Step]:
    """The steps of a task, as they are done. Raises Failed, and ConnectionError when the server goes away."""
    ask(channel, task, user)
    while True:
        line = channel.readline()
        answer = json.loads(line) if line.endswith(b"\n") else None
        if answer is None:
            raise ConnectionError("the server has closed the connection")
        if "error" in answer:
            raise Failed(answer["error"])
        if "end" in answer:
            return
        yield Step(**answer)
