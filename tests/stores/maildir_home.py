"""A user's Maildir for tests: log in, deliver, look, and start again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from coromail.context import Context
from coromail.model.listener import Listener
from coromail.model.mailbox import Mailbox, NewMessage
from coromail.stores.maildir import MaildirMailbox, MaildirModel


class Home:
    """The Maildir of one user below a folder, and a model on it. `restart` is a clean stop and start."""

    def __init__(self, folder: Path, user: str = "alice", **settings: Any) -> None:
        self.path = folder / user
        self.user = user
        self.settings = {"path": str(folder / "{user}"), "fsync": "never", **settings}
        self._counter = count(1)
        self.offload: Any = None
        self.quota: Any = None
        self.model = self.login()

    def login(self) -> MaildirModel:
        options = {} if self.offload is None else {"offload": self.offload}
        return MaildirModel(
            SimpleNamespace(user=self.user, user_settings=lambda _: {"quota": self.quota}),
            Context(self.settings, **options),
        )  # type: ignore[arg-type]

    def restart(self) -> MaildirModel:
        self.model.close()
        self.model = self.login()
        return self.model

    def abandon(self) -> None:
        """The process is gone: nothing is tidied, nothing is closed properly."""
        self.model.account.journal.close()
        self.model.account.cache.close()
        self.model.account.closed = True

    def crash(self) -> MaildirModel:
        """The process is gone, and comes back."""
        self.abandon()
        self.model = self.login()
        return self.model

    @property
    def inbox(self) -> MaildirMailbox:
        return self.box("INBOX")

    def box(self, name: str) -> MaildirMailbox:
        mailbox = self.model.select(name)
        assert isinstance(mailbox, MaildirMailbox)
        mailbox.poll()
        return mailbox

    def deliver(
        self, octets: bytes, folder: str = "", name: str = "", part: str = "new", info: str = ""
    ) -> Path:
        """What an MDA does: write to `tmp`, rename to `new`."""
        name = name or f"{1700000000 + next(self._counter)}.M1P1.elsewhere"
        home = self.path / folder
        (home / "tmp" / name).write_bytes(octets)
        path = home / part / (name + info)
        os.rename(home / "tmp" / name, path)
        return path

    def files(self, folder: str = "", part: str = "cur") -> list[str]:
        return sorted(os.listdir(self.path / folder / part))


def mail(text: str = "hello", **headers: str) -> bytes:
    """A small message with CRLF line ends."""
    lines = [f"{name}: {value}" for name, value in ({"Subject": text} | headers).items()]
    return ("\r\n".join(lines) + f"\r\n\r\n{text}\r\n").encode()


def append(mailbox: Mailbox, *texts: str, flags: tuple[str, ...] = ()) -> list[int]:
    """Append small messages in one go; their UIDs."""
    return [message.uid for message in mailbox.append_all([NewMessage(mail(text), flags) for text in texts])]


def subjects(mailbox: Mailbox) -> list[str]:
    """The subjects of all messages in order."""
    return [(message.header_field("subject") or b"").decode() for message in mailbox.messages]


def uids(mailbox: Mailbox) -> list[int]:
    return list(mailbox.index.uids)


def flags(mailbox: Mailbox) -> list[str]:
    return [entry.wire.decode() for entry in mailbox.index.flags]


class Ear(Listener):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, list[int]]] = []

    def added(self, uids: Any, by: Any) -> None:
        self.heard.append(("added", list(uids)))

    def flagged(self, uids: Any, *more: Any) -> None:
        self.heard.append(("flagged", list(uids)))

    def expunged(self, uids: Any, by: Any) -> None:
        self.heard.append(("expunged", list(uids)))

    def deleted(self) -> None:
        self.heard.append(("deleted", []))

    def renamed(self) -> None:
        self.heard.append(("renamed", []))


@contextmanager
def listening(mailbox: Mailbox) -> Iterator[Ear]:
    ear = Ear()
    mailbox.listeners.append(ear)
    try:
        yield ear
    finally:
        mailbox.listeners.remove(ear)
