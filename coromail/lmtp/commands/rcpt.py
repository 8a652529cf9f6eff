"""RCPT."""

from __future__ import annotations

from coromail.lmtp.command import Command
from coromail.lmtp.paths import parse_path
from coromail.lmtp.replies import Refused
from coromail.lmtp.transaction import recipient

MAX_RECIPIENTS = 100  # at once; RFC 5321 section 4.5.3.1.8 asks for as many


class Rcpt(Command):
    """RCPT TO: add a recipient, who exists and has room. RFC 5321 section 4.1.1.3, RFC 2033 section 4.2."""

    name = "RCPT"

    def run(self) -> None:
        transaction = self.transaction
        path, parameters = parse_path("TO:", self.argument)
        if parameters:
            raise Refused("Unknown parameter", "555 5.5.4")
        if path is None:
            raise Refused("That is not an address", "501 5.1.3")
        if not transaction.utf8 and not path.written.isascii():
            raise Refused("This address needs SMTPUTF8", "553 5.6.7")
        if len(transaction.recipients) >= MAX_RECIPIENTS:
            raise Refused("Too many recipients at once", "452 4.5.3")  # section 4.5.3.1.10
        found = recipient(self.host, self.session.facts, path, transaction.size)
        if found is None:
            raise Refused("No such user here", "550 5.1.1")
        transaction.recipients.append(found)
        self.ok("OK", "2.1.5")
