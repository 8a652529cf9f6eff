"""AUTH."""

from __future__ import annotations

from coromail.auth.sasl.exchange import Challenge, Done, Exchange, Result
from coromail.errors import Bad
from coromail.pop3 import login, wire
from coromail.pop3.command import Command
from coromail.pop3.state import State

MAX_LINE = 16 * 1024  # octets of a response, enough for the bearer tokens that are about


class Auth(Command):
    """AUTH: login by a SASL mechanism; without an argument the list of mechanisms, which Outlook asks for so.

    RFC 5034 section 4, RFC 1734.
    """

    name = "AUTH"
    state = State.AUTHORIZATION

    def parse(self, arguments: bytes) -> None:
        words = arguments.split()
        if len(words) > 2:
            raise Bad("AUTH takes a mechanism and an initial response")
        self.mechanism = words[0].decode("ascii", "replace") if words else None
        self.initial = words[1] if len(words) > 1 else None

    def run(self) -> None:
        session = self.session
        session.user_name = None
        if self.mechanism is None:
            self.ok("These mechanisms are offered")
            self.write(wire.listing(session.auth.sasl_mechanisms()))
            return
        self.exchange = Exchange(session.auth, self.mechanism)
        login.delay(session, "")
        self._proceed(self.exchange.start(self.initial))

    def _respond(self, line: bytes) -> None:
        self._proceed(self.exchange.respond(line))

    def _proceed(self, result: Result) -> None:
        if isinstance(result, Challenge):
            self.write(b"+ " + result.encoded + b"\r\n")
            self.await_line(self._respond)
            self.session.reader.max_line = MAX_LINE
        elif isinstance(result, Done):
            login.succeeded(self.session)
        else:
            login.failed(self.session, "")
