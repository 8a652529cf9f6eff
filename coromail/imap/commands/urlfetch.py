"""URLFETCH."""

from __future__ import annotations

from coromail.errors import Bad
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.urlauth import MAX_URLS, fetch
from coromail.imap.wire import writer
from coromail.imap.wire.arguments import Arguments


class UrlFetch(Command):
    """URLFETCH: what URLs stand for; NIL for those that do not hold good. RFC 4467 section 7."""

    name = "URLFETCH"
    state = State.LOGGED_IN
    capability = "URLAUTH"

    def parse(self, args: Arguments) -> None:
        self.urls: list[bytes] = []
        while not args.at_end():
            args.space()
            self.urls.append(args.astring())
        if not 1 <= len(self.urls) <= MAX_URLS:
            raise Bad(f"1 to {MAX_URLS} URLs expected")

    def run(self) -> None:
        pairs = [
            b"%b %b" % (writer.astring(url), writer.nstring(fetch(self.session, url))) for url in self.urls
        ]
        self.untagged(b" ".join([b"URLFETCH", *pairs]))
