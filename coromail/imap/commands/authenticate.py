"""AUTHENTICATE."""

from __future__ import annotations

from coromail.auth.sasl.exchange import Challenge, Exchange, Refused, Result
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Authenticate(Command):
    """AUTHENTICATE: a SASL exchange. RFC 3501 section 6.2.2, RFC 9051 section 6.2.2, RFC 4959 (SASL-IR)."""

    name = "AUTHENTICATE"
    state = State.NOT_AUTHENTICATED

    def parse(self, args: Arguments) -> None:
        args.space()
        self.mechanism = args.atom()
        self.initial: bytes | None = None
        if "SASL-IR" not in args.off and args.try_byte(b" "):
            self.initial = args.text_to_end()
        args.end()

    def run(self) -> None:
        self.auth = self.session.make_auth()
        self.exchange = Exchange(self.auth, self.mechanism)
        self.session.delay_login("")
        self._go_on(self.exchange.start(self.initial))

    def _line(self, segments: list[bytes]) -> None:
        self._go_on(self.exchange.respond(segments[0] if len(segments) == 1 else b"*"))

    def _go_on(self, result: Result) -> None:
        if isinstance(result, Challenge):
            self.continuation(result.encoded, self._line)
        elif isinstance(result, Refused):
            self.session.login_failed(self.auth.user or "")
        else:
            self.session.log_in(self.auth)
            self.ok("Logged in", self.session.capability().decode("ascii"))
