"""LOGIN."""

from __future__ import annotations

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments


class Login(Command):
    """LOGIN: name and password as they are, so only under TLS. RFC 3501 section 6.2.3, RFC 9051 section 6.2.3."""

    name = "LOGIN"
    state = State.NOT_AUTHENTICATED

    def parse(self, args: Arguments) -> None:
        args.space()
        self.user = args.astring()
        args.space()
        self.password = args.astring()
        args.end()

    def validate(self) -> None:
        if not self.host.plaintext_allowed(self.session.transport):
            raise No("Your password was just sent in the clear; use TLS first", code="PRIVACYREQUIRED")

    def run(self) -> None:
        auth = self.session.make_auth()
        if not auth.takes_passwords():
            raise Bad("LOGIN is not available; use AUTHENTICATE")
        try:
            user, password = self.user.decode(), self.password.decode()
        except UnicodeDecodeError:
            self.session.login_failed("")
            return
        self.session.delay_login(user)
        if not auth.login(user, password):
            self.session.login_failed(user)
        self.session.log_in(auth)
        self.ok("Logged in", self.session.capability().decode("ascii"))
