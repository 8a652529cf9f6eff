"""The class that decides who may log in."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from coromail.auth import prepare
from coromail.auth.connection_facts import ConnectionFacts
from coromail.auth.problem import Problem
from coromail.auth.sasl.anonymous import anonymous
from coromail.auth.sasl.cram_md5 import cram_md5
from coromail.auth.sasl.external import external
from coromail.auth.sasl.login import login
from coromail.auth.sasl.oauthbearer import oauthbearer
from coromail.auth.sasl.plain import plain
from coromail.auth.sasl.scram import scram
from coromail.auth.sasl.step import Step
from coromail.auth.sasl.xoauth2 import xoauth2
from coromail.auth.scram_keys import ScramKeys
from coromail.auth.turnstile import Turnstile
from coromail.context import Context
from coromail.errors import No

logger = logging.getLogger(__name__)

PLAINTEXT = frozenset({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})
"""Mechanisms that show a password or token to whoever listens: only under TLS (RFC 4616 section 5)."""

GROUP = "group:"
"""What the names of groups begin with in access control lists (RFC 4314 section 3)."""


class Auth:
    """Decides who may log in. Subclass it; one object is made for each connection.

    The usual subclass is three lines::

        class TrackerAuth(Auth):
            def auth_plain(self, user, password):
                return tracker.check(user, password)

    That serves LOGIN, USER and PASS, and the SASL mechanism PLAIN. Everything below is optional:

    * more mechanisms: name them in `sasl_provides`; CRAM-MD5, APOP and SCRAM also need `secret` (or
      `scram_keys`), OAUTHBEARER and XOAUTH2 `check_token`, EXTERNAL `external_user`, ANONYMOUS
      `anonymous_user`;
    * a mechanism of your own: a method `sasl_x_my_own` that returns a `Step` serves "X-MY-OWN" once that is
      in `sasl_provides`; it calls `grant` at its end;
    * rules that hold however somebody logs in: `may_log_in`.

    Passwords arrive prepared by `coromail.auth.prepare`, names by `prepare_user`, so names are lower-case.
    Slow work (password hashes, a network) belongs in `self.context.offload(function, *args)`: everybody else
    waits otherwise. Raise `coromail.errors.Unavailable` when the answer cannot be had now. The class as it
    stands refuses everybody.
    """

    user: str | None = None
    """The plain name of the user who is logged in."""

    provides_plain: bool = True
    """Whether LOGIN, USER and PASS may be used at all: a value, a property or a method.

    False also takes PLAIN out of `sasl_provides`. Read it through `takes_passwords`.
    """

    provides_apop: bool = False
    """Whether POP3 greets with a timestamp, so that clients use APOP; needs `secret`."""

    def __init__(self, context: Context | None = None) -> None:
        self.context = context or Context()
        self.connection = ConnectionFacts()

    # What subclasses override

    def auth_plain(self, user: str, password: str) -> bool:
        """Whether `password` is the password of `user`. May set `self.user` to another name for the same."""
        return False

    def sasl_provides(self) -> list[str]:
        """The SASL mechanisms, upper-case, best first. What the connection cannot bear is left out later."""
        return ["PLAIN"] if self.takes_passwords() else []

    def secret(self, user: str) -> str | None:
        """The password of `user` in clear, for mechanisms that need it; None when there is none to be had."""
        return None

    def scram_keys(self, user: str, mechanism: str) -> ScramKeys | None:
        """What SCRAM verifies `user` with, by default made from `secret`.

        `mechanism` is "SCRAM-SHA-1" or "SCRAM-SHA-256".
        """
        secret = self.secret(user)
        return None if secret is None else self.derive_scram_keys(user, mechanism, secret)

    def check_token(self, token: str, user: str | None) -> str | None:
        """The user to whom an OAuth 2 bearer token belongs, or None.

        `user` is who the client claims to be, if it does; `grant` compares it with what this returns.
        """
        return None

    def token_failure(self) -> Mapping[str, str]:
        """What a client is told of the token that `check_token` refused last (RFC 7628 section 3.2.2)."""
        return {"status": "invalid_token"}

    def external_user(self, names: list[str]) -> str | None:
        """The user to whom a verified client certificate with these `names` belongs, or None.

        By default the setting `certificate_users` says so: names to users, below the kind or port of a listener
        or "all".
        """
        mapping = self.context.settings.get("certificate_users") or {}
        for listener in (*reversed(self.connection.listener), "all"):
            users = mapping.get(listener) or {}
            for name in names:
                if name in users:
                    return self.prepare_user(str(users[name]))
        return None

    def anonymous_user(self) -> str | None:
        """The user as whom anonymous visitors are served, or None."""
        return None

    def knows(self, user: str) -> bool:
        """Whether there is a user of that name, prepared by `prepare_user`: deliveries ask, nobody logs in.

        Without it nothing can be delivered by LMTP. `may_log_in` is asked as well, its protocol being "lmtp".
        """
        return False

    def may_log_in(self, user: str) -> bool:
        """Whether `user`, whose identity is proved, may use this connection (protocol, address, time)."""
        return True

    def may_act_as(self, user: str, other: str) -> bool:
        """Whether `user` may log in as `other`, an authorization identity (RFC 4422 section 2)."""
        return self.is_master(user) and self.knows(other)

    def is_master(self, user: str) -> bool:
        """Whether `user`, whose identity is proved, may log in as anybody who is known."""
        return False

    def prepare_user(self, name: str) -> str | None:
        """`name` in the form in which names are compared, None for what is no name: RFC 8265 section 3."""
        return prepare.user_name(name)

    def user_settings(self, user: str) -> Mapping[str, Any]:
        """What is known of `user` beyond the password: `quota`, `groups` (a list, for access control lists),
        `only_mailbox` (nothing else is to be seen), and whatever else the source holds."""
        return {}

    @classmethod
    def problems(cls, context: Context) -> list[Problem]:
        """What is wrong with the settings, as far as can be told without asking anybody: `coromail check`."""
        return []

    @classmethod
    def reload(cls, context: Context) -> list[Problem]:
        """Read the source of users again, at start and on SIGHUP. Problems leave the users as they were."""
        return []

    # What the protocols call

    def login(self, user: str, password: str, authzid: str = "") -> bool:
        """LOGIN, USER and PASS, and PLAIN: prepare both, ask `auth_plain`, set `self.user`.

        With the setting `master_separator`, say "*", the name may be "alice*root" for root who acts as alice.

        Raises `No` with AUTHORIZATIONFAILED when the password is right and `authzid` is not allowed.
        """
        self.user = None
        separator = self.context.settings.get("master_separator")
        if separator and not authzid and separator in user:
            authzid, _, user = user.rpartition(separator)
        name, prepared = self.prepare_user(user), prepare.password(password)
        if name is None or prepared is None:
            return False
        try:
            accepted = self.auth_plain(name, prepared)
        finally:
            name, self.user = self.user or name, None
        return bool(accepted) and self.grant(name, authzid)

    def apop(self, user: str, timestamp: bytes, digest: bytes) -> bool:
        """APOP (RFC 1939 section 7): `digest` is MD5 of `timestamp` and the password, in lower-case hex."""
        self.user = None
        name = self.prepare_user(user)
        secret = None if name is None else self.secret(name)
        expected = hashlib.md5(timestamp + (secret or os.urandom(16).hex()).encode()).hexdigest().encode()
        if not hmac.compare_digest(expected, digest) or name is None or secret is None:
            return False
        return self.grant(name)

    def grant(self, user: str, authzid: str = "") -> bool:
        """The last step of every way in: `user` proved who it is, and wishes to act as `authzid` if given.

        Raises `No` with AUTHORIZATIONFAILED when that wish is not granted.
        """
        self.user = None
        proved = user
        if authzid:
            other = self.prepare_user(authzid)
            if other != self.prepare_user(user):
                if other is None or not self.may_act_as(user, other):
                    raise No("Not authorized to act as that user", code="AUTHORIZATIONFAILED")
                user = other
        if user.startswith(GROUP) or not self.may_log_in(user):  # nobody may be mistaken for a group
            return False
        if user != proved:
            logger.info("%r logs in as %r from %s", proved, user, self.connection.peer)
        self.user = user
        return True

    def check_slowly(self, function: Callable[..., Any], *args: Any) -> Any:
        """`context.offload` for passwords: at most `password_queue` (a setting) are checked or wait at once.

        From networks that are known as many again may wait. Raises `Unavailable` beyond that.
        """
        turnstile = self.context.shared("coromail.auth: turnstile", self._turnstile)
        return turnstile(self.connection.known, self.context.offload, function, *args)

    def _turnstile(self) -> Turnstile:
        most = self.context.settings.get("password_queue")
        return Turnstile(most) if isinstance(most, int) else Turnstile()

    def takes_passwords(self) -> bool:
        """`provides_plain`, also where a subclass made it a method."""
        provides: Any = self.provides_plain
        return bool(provides() if callable(provides) else provides)

    def plaintext_allowed(self) -> bool:
        """Whether passwords may cross this connection as they are."""
        facts = self.connection
        return (
            facts.encrypted
            or facts.plaintext_without_tls
            or bool(self.context.settings.get("plaintext_without_tls", False))
        )

    def sasl_mechanisms(self) -> list[str]:
        """What to announce on this connection: `sasl_accepted` but for -PLUS that clients would fail with.

        Clients bind to what is usual for the version of TLS, and do not try another mechanism when that is missing.
        """
        accepted = self.sasl_accepted()
        if any(name.endswith("-PLUS") for name in accepted) and not self.connection.can_bind_as_usual():
            accepted = [name for name in accepted if not name.endswith("-PLUS")]
        return accepted

    def sasl_accepted(self) -> list[str]:
        """What may be used on this connection: `sasl_provides` without what it cannot bear."""
        provided = self.sasl_provides()
        if not self.plaintext_allowed():
            provided = [name for name in provided if name not in PLAINTEXT]
        if any(name.endswith("-PLUS") for name in provided) and not self.connection.can_bind():
            provided = [name for name in provided if not name.endswith("-PLUS")]
        if "EXTERNAL" in provided and not self.connection.certificate_names():
            provided = [name for name in provided if name != "EXTERNAL"]
        return provided

    def derive_scram_keys(self, user: str, mechanism: str, secret: str) -> ScramKeys:
        """SCRAM keys made from a clear password, with a salt that stays the same for `user` while we run."""
        salt = self.scram_salt(user, mechanism)
        keys: ScramKeys = self.check_slowly(ScramKeys.derive, mechanism, secret, salt)
        return keys

    def scram_salt(self, user: str, mechanism: str) -> bytes:
        """A salt that nobody can tell from a random one, always the same for one `user`, existing or not."""
        key = self.context.shared("coromail.auth: key of salts", lambda: os.urandom(32))
        return hmac.digest(key, f"{mechanism} {user}".encode(), "sha256")[:16]

    def decoy_scram_keys(self, user: str, mechanism: str) -> ScramKeys:
        """Keys that nothing matches, made at the cost of real ones: nobody shall learn which users exist."""
        return self.derive_scram_keys(user, mechanism, os.urandom(16).hex())

    # The mechanisms

    def sasl_plain(self) -> Step:
        return plain(self)

    def sasl_login(self) -> Step:
        return login(self)

    def sasl_cram_md5(self) -> Step:
        return cram_md5(self)

    def sasl_scram_sha_1(self) -> Step:
        return scram(self, "SCRAM-SHA-1")

    def sasl_scram_sha_1_plus(self) -> Step:
        return scram(self, "SCRAM-SHA-1", plus=True)

    def sasl_scram_sha_256(self) -> Step:
        return scram(self, "SCRAM-SHA-256")

    def sasl_scram_sha_256_plus(self) -> Step:
        return scram(self, "SCRAM-SHA-256", plus=True)

    def sasl_xoauth2(self) -> Step:
        return xoauth2(self)

    def sasl_oauthbearer(self) -> Step:
        return oauthbearer(self)

    def sasl_external(self) -> Step:
        return external(self)

    def sasl_anonymous(self) -> Step:
        return anonymous(self)
