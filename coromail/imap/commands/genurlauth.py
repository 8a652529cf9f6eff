"""GENURLAUTH."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.urlauth import MAX_URLS, MECHANISM, authorize
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments


class GenUrlAuth(Command):
    """GENURLAUTH: URLs with which others may read what they name. RFC 4467 section 7."""

    name = "GENURLAUTH"
    state = State.LOGGED_IN
    capability = "URLAUTH"

    def parse(self, args: Arguments) -> None:
        self.urls: list[bytes] = []
        while not args.at_end():
            args.space()
            self.urls.append(args.astring())
            args.space()
            if args.keyword() != MECHANISM:
                raise Bad("There is no such mechanism")
        if not 1 <= len(self.urls) <= MAX_URLS:
            raise Bad(f"1 to {MAX_URLS} URLs expected")

    def run(self) -> None:
        urls = [authorize(self.session, url) for url in self.urls]
        self.untagged(b" ".join([b"GENURLAUTH", *map(writer.string, urls)]))
