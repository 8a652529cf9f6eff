"""Who comes in: TLS and login."""

from __future__ import annotations

from logging import INFO

from coromail.auth.auth import Auth
from coromail.errors import Bye, No
from coromail.host import Host, Transport
from coromail.imap import capabilities
from coromail.imap.dialogue import Dialogue
from coromail.imap.registry import Registry
from coromail.imap.state import State
from coromail.model.model import Model


class Door(Dialogue):
    """The part of a `Session` that lets a user in: `auth` and `model_` are there from then on."""

    __slots__ = ("auth", "client_id", "login_failures", "model_")

    def __init__(self, host: Host, transport: Transport, registry: Registry) -> None:
        super().__init__(host, transport, registry)
        self.auth: Auth | None = None
        self.model_: Model | None = None
        self.client_id: dict[str, str | None] = {}
        self.login_failures = 0

    def make_auth(self) -> Auth:
        """A fresh Auth that knows this connection."""
        auth = self.host.make_auth()
        auth.connection = self.host.facts("imap", self.transport)
        return auth

    def delay_login(self, user: str) -> None:
        """Wait as long as failures from here, or for this user, have earned."""
        seconds = self.host.login_delay(user, self.transport.peer)
        if seconds:
            self.flush()
            self.host.sleep(seconds)

    def login_failed(self, user: str) -> None:
        """Note a failed login and say NO (RFC 5530: AUTHENTICATIONFAILED); after some, BYE."""
        self.host.login_done(user, self.transport.peer, False)
        self.host.log(INFO, f"imap login failed user={user!r} address={self.transport.peer}")
        self.login_failures += 1
        limit = self.host.limits.login_failures
        if limit and self.login_failures >= limit:
            raise Bye("Too many failed logins")
        raise No("Wrong name or password", code="AUTHENTICATIONFAILED")

    def log_in(self, auth: Auth) -> None:
        """`auth` was convinced: open the user's mail."""
        user = auth.user or ""
        self.host.login_done(user, self.transport.peer, True)
        if not self.host.may_log_in(user, self.transport.peer):
            raise No("Too many connections of this user from this address", code="LIMIT")
        settings = auth.user_settings(user)
        if "referral" in settings and "LOGIN-REFERRALS" not in self.off:
            raise No("Your mail is on another server", code=f"REFERRAL {settings['referral']}")
        self.model_ = self.host.make_model(auth)
        self.auth = auth
        more_off = settings.get("capabilities_off", ())
        if more_off:
            self.off = capabilities.switched_off([*self.off, *map(str, more_off)])
        self.host.logged_in(user, self.transport.peer)
        self.state = State.AUTHENTICATED
        self.receiver.max_line = self.host.limits.line

    def start_tls(self) -> None:
        """Forget every octet that came in the clear, and shake hands (RFC 9051 section 6.2.1)."""
        self.receiver.discard()
        self.client_id.clear()
        self.transport.start_tls()
