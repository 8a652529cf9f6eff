"""One SASL exchange without a socket: RFC 4422 section 3, RFC 9051 section 6.2.2, RFC 5034 section 4."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coromail.auth.sasl.step import Step
from coromail.errors import Bad, No

if TYPE_CHECKING:
    from coromail.auth.auth import Auth

MAX_RESPONSE = 64 * 1024  # octets of one response before decoding
MAX_ROUNDS = 16  # challenges in one exchange; every mechanism here needs three at most
_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@dataclass(frozen=True, slots=True)
class Challenge:
    """Send "+ " and `encoded`, then give the client's next line to `Exchange.respond`."""

    data: bytes = field(repr=False)

    @property
    def encoded(self) -> bytes:
        """The challenge in base64; empty for an empty challenge."""
        return base64.b64encode(self.data)


@dataclass(frozen=True, slots=True)
class Done:
    """The exchange succeeded and `user` is logged in."""

    user: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The exchange failed: tagged NO with `text` and the RFC 5530 `code`, or POP3 -ERR [AUTH]."""

    text: str = "Authentication failed"
    code: str = "AUTHENTICATIONFAILED"


Result = Challenge | Done | Refused


def is_mechanism_name(name: str) -> bool:
    """RFC 4422 section 3.1: sasl-mech = 1*20mech-char, upper-case letters, digits, hyphen, underscore."""
    return 1 <= len(name) <= 20 and _NAME.issuperset(name)


def method_name(mechanism: str) -> str:
    """The method of an `Auth` that implements `mechanism`: SCRAM-SHA-256 is `sasl_scram_sha_256`."""
    return "sasl_" + mechanism.lower().replace("-", "_")


def decode_response(line: bytes) -> bytes:
    """Canonical base64 (RFC 4648 sections 3.3, 3.5 and 4) decoded. Raises `Bad` for anything else."""
    if len(line) > MAX_RESPONSE:
        raise Bad("SASL response too long")
    try:
        data = binascii.a2b_base64(line, strict_mode=True)
    except binascii.Error:
        raise Bad("Invalid base64") from None
    if (
        len(line) % 4 or base64.b64encode(data) != line
    ):  # missing padding, or stray bits in the last character
        raise Bad("Invalid base64")
    return data


class Exchange:
    """Drives one attempt to log in by `mechanism`; made anew for every AUTHENTICATE or AUTH.

    Raises `No` when the mechanism is not offered on this connection, `Bad` when `mechanism` is no name.
    """

    __slots__ = ("_auth", "_rounds", "_step", "mechanism")

    def __init__(self, auth: Auth, mechanism: str) -> None:
        self._auth = auth
        self._rounds = 0
        self.mechanism = mechanism.upper()
        if not mechanism.isascii() or not is_mechanism_name(self.mechanism):
            raise Bad("Invalid SASL mechanism name")
        if self.mechanism not in auth.sasl_accepted():
            if self.mechanism in auth.sasl_provides() and not auth.plaintext_allowed():
                raise No("This mechanism needs TLS", code="PRIVACYREQUIRED")
            raise No("Unsupported authentication mechanism", code="CANNOT")
        self._auth.user = None
        self._step: Step | None = getattr(auth, method_name(self.mechanism))()

    def start(self, initial: bytes | None = None) -> Result:
        """Begin, with the undecoded initial response if the client sent one; b"=" is an empty one."""
        if initial is None:
            return self._advance(None)
        return self._advance(b"" if initial == b"=" else self._decode(initial))

    def respond(self, line: bytes) -> Result:
        """Go on with the client's answer to a challenge: one line without its CRLF.

        Raises `Bad` for a cancelled exchange ("*") and for bad base64; either ends the exchange.
        """
        if line == b"*":
            self._finish()
            raise Bad("Authentication cancelled")
        return self._advance(self._decode(line))

    def _decode(self, line: bytes) -> bytes:
        try:
            return decode_response(line)
        except Bad:
            self._finish()
            raise

    def _advance(self, response: bytes | None) -> Result:
        step = self._step
        if step is None:
            raise Bad("The authentication exchange is over")
        self._step = None  # whatever happens below, an exchange that failed cannot be continued
        try:
            outcome = step(response)
        except BaseException:
            self._finish()
            raise
        if isinstance(outcome, bytes):
            self._rounds += 1
            if self._rounds > MAX_ROUNDS:
                self._finish()
                raise Bad("Too many SASL challenges")
            self._step = step
            return Challenge(outcome)
        if not outcome:
            self._finish()
            return Refused()
        if not self._auth.user:
            raise RuntimeError(f"{method_name(self.mechanism)} succeeded without setting user")
        return Done(self._auth.user)

    def _finish(self) -> None:
        self._step = None
        self._auth.user = None
