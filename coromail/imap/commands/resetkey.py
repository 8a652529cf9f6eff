"""RESETKEY."""

from __future__ import annotations

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.urlauth import MECHANISM, new_key, property_of, reset
from coromail.imap.wire.arguments import Arguments


class ResetKey(Command):
    """RESETKEY: the URLs that one has given away are worth nothing any more. RFC 4467 section 7."""

    name = "RESETKEY"
    state = State.LOGGED_IN
    capability = "URLAUTH"

    def parse(self, args: Arguments) -> None:
        self.path: str | None = None
        self.mechanisms: list[str] = []
        if not args.at_end():
            args.space()
            self.path = args.mailbox()
        while not args.at_end():
            args.space()
            self.mechanisms.append(args.keyword())
        if len(self.mechanisms) > 10:
            raise Bad("Too many mechanisms")

    def validate(self) -> None:
        if set(self.mechanisms) - {MECHANISM}:
            raise No("There is no such mechanism", code="CANNOT")

    def run(self) -> None:
        user = self.model.user
        if self.path is not None:
            reset(self.model.select(self.path), user, new_key())
            self.ok("RESETKEY completed", f"URLMECH {MECHANISM}")
            return
        for _, mailbox in list(self.model.listed()):
            if mailbox is not None and property_of(user) in mailbox.properties:
                reset(mailbox, user, None)
        self.ok("All keys are removed")
