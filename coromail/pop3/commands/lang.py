"""LANG."""

from __future__ import annotations

from coromail.errors import Err
from coromail.pop3 import languages, wire
from coromail.pop3.command import Command
from coromail.pop3.state import State


class Lang(Command):
    """LANG: choose the language of the texts, or list the languages. RFC 6856 section 3."""

    name = "LANG"
    state = State.ANY
    capability = "LANG"

    def parse(self, arguments: bytes) -> None:
        self.range = arguments.strip(b" ").decode("ascii", "replace")

    def run(self) -> None:
        if not self.range:
            self.ok("These languages are spoken")
            self.write(wire.listing(f"{tag} {name}" for tag, name in languages.NAMES.items()))
            return
        chosen = languages.choose(self.range)
        if chosen is None:
            raise Err("This language is not spoken here")
        self.session.language = chosen
        text = languages.translate("English from here on", chosen)
        self.write(wire.status_line(b"+OK", f"{chosen} {text}", utf8=True), "response")
