"""COMPRESS."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Compress(Command):
    """COMPRESS: from now on both sides send compressed octets. RFC 4978 section 3.

    Only after login: a stranger is not worth the memory.
    """

    name = "COMPRESS"
    state = State.LOGGED_IN
    capability = "COMPRESS=DEFLATE"
    poll_after = False

    def parse(self, args: Arguments) -> None:
        args.space()
        if args.keyword() != "DEFLATE":
            raise Bad("DEFLATE is the only way to compress")
        args.end()

    def validate(self) -> None:
        if self.session.compressed:
            raise Bad("Compression is active already")

    def run(self) -> None:
        self.answer_now("Compression begins now")
        self.session.compress()
