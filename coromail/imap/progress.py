"""INPROGRESS: a sign of life while a command takes long (RFC 9585)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from coromail.imap.wire import writer

if TYPE_CHECKING:
    from coromail.imap.session import Session

EVERY = 10.0  # seconds


class Progress:
    """Counts what the running command has looked at, and now and then tells the client."""

    __slots__ = ("done", "due", "session")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.done = 0
        self.due = time.monotonic() + EVERY

    def step(self, number: int = 1) -> None:
        """So many more messages were looked at. May wait."""
        self.done += number
        now = time.monotonic()
        if now >= self.due:
            self.due = now + EVERY
            self._tell()

    def _tell(self) -> None:
        session = self.session
        if session.running is None or "INPROGRESS" in session.off:
            return
        tag = session.running.tag
        quoted = b"NIL" if b"]" in tag else writer.quoted(tag)
        session.write(session.noted(f"INPROGRESS ({quoted.decode('ascii')} {self.done} NIL)", "Still at it"))
        session.flush()
