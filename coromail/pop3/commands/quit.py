"""QUIT."""

from __future__ import annotations

from coromail.errors import Err, StorageError
from coromail.pop3.command import Command
from coromail.pop3.replies import answer_to
from coromail.pop3.state import State


class Quit(Command):
    """QUIT: after login the UPDATE state: what is marked goes, the maildrop is unlocked, then comes the answer.

    RFC 1939 sections 4 and 6.
    """

    name = "QUIT"
    state = State.ANY

    def run(self) -> None:
        session = self.session
        try:
            self._update()
        finally:
            session.release()
            session.closing = True
        self.ok("Good bye")

    def _update(self) -> None:
        if self.session.state is State.TRANSACTION:
            self.session.state = State.UPDATE
            try:
                self.maildrop.update()
            except StorageError as error:
                raise Err("Some deleted messages were not removed", answer_to(error)[1]) from error
