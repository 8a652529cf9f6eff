"""MAIL."""

from __future__ import annotations

from coromail.lmtp.command import Command
from coromail.lmtp.paths import parse_path
from coromail.lmtp.replies import Refused
from coromail.lmtp.transaction import Transaction


class Mail(Command):
    """MAIL FROM: begin a transaction. RFC 5321 section 4.1.1.2.

    Parameters: SIZE (RFC 1870 section 6), BODY (RFC 6152 section 2), SMTPUTF8 (RFC 6531 section 3.4).
    """

    name = "MAIL"

    def run(self) -> None:
        session = self.session
        if session.client is None:
            raise Refused("LHLO comes first", "503 5.5.1")
        if session.transaction is not None:
            raise Refused("There is a transaction already", "503 5.5.1")
        path, parameters = parse_path("FROM:", self.argument)
        utf8 = "SMTPUTF8" in parameters
        if parameters.pop("SMTPUTF8", None) is not None:
            raise Refused("SMTPUTF8 takes no value", "501 5.5.4")
        size = self._size(parameters.pop("SIZE", "0"))
        body = parameters.pop("BODY", "7BIT") or ""
        if body.upper() not in ("7BIT", "8BITMIME"):
            raise Refused("BODY is 7BIT or 8BITMIME", "501 5.5.4")
        if parameters:
            raise Refused("Unknown parameter", "555 5.5.4")
        sender = path.written if path else ""
        if not utf8 and not sender.isascii():
            raise Refused("This address needs SMTPUTF8", "553 5.6.7")
        session.transaction = Transaction(sender, size, utf8)
        self.ok("OK", "2.1.0")

    def _size(self, value: str | None) -> int:
        if value is None or not (value.isascii() and value.isdigit()) or len(value) > 20:
            raise Refused("SIZE is a number of octets", "501 5.5.4")
        if int(value) > self.host.limits.append:
            raise Refused("The message is too big", "552 5.3.4")
        return int(value)
