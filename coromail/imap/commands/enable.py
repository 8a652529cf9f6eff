"""ENABLE."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.capabilities import ENABLEABLE
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Enable(Command):
    """ENABLE: switch extensions on; names that cannot be enabled are passed over. RFC 5161, RFC 9051 section 6.3.1."""

    name = "ENABLE"
    state = State.LOGGED_IN
    capability = "ENABLE"

    def parse(self, args: Arguments) -> None:
        self.names: list[str] = []
        while not args.at_end():
            args.space()
            self.names.append(args.keyword())
        if not self.names:
            raise Bad("ENABLE takes at least one capability")

    def run(self) -> None:
        offered = self.session.capabilities()
        names = [name for name in dict.fromkeys(self.names) if name in ENABLEABLE]
        enabled = [ENABLEABLE[name] for name in names if ENABLEABLE[name] in offered]
        self.session.enable(frozenset(name.upper() for name in enabled))
        self.untagged(" ".join(["ENABLED", *enabled]))
