"""CANCELUPDATE."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class CancelUpdate(Command):
    """CANCELUPDATE: searches, by the tags they came with, are followed no longer. RFC 5267 section 4.3.5."""

    name = "CANCELUPDATE"
    state = State.SELECTED
    capability = "CONTEXT=SEARCH"

    def parse(self, args: Arguments) -> None:
        self.tags: set[bytes] = set()
        while not args.at_end():
            args.space()
            self.tags.add(args.string())
        if not self.tags:
            raise Bad("CANCELUPDATE takes tags")

    def run(self) -> None:
        contexts = self.view.contexts
        contexts[:] = [context for context in contexts if context.tag not in self.tags]
