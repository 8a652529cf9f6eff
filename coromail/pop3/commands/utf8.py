"""UTF8."""

from __future__ import annotations

from coromail.pop3.command import Command
from coromail.pop3.state import State


class Utf8(Command):
    """UTF8: messages and texts in UTF-8 from here on. Legal after login too: Outlook sends it there.

    RFC 6856 section 2.1.
    """

    name = "UTF8"
    state = State.ANY
    capability = "UTF8 USER"

    def run(self) -> None:
        self.session.utf8 = True
        self.ok("UTF-8 from here on")
