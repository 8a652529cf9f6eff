"""XCLIENT."""

from __future__ import annotations

import re

from coromail import origin
from coromail.lmtp.command import Command
from coromail.lmtp.replies import Refused

_HEX = re.compile(r"\+([0-9A-F]{2})")  # xtext: RFC 3461 section 4


class Xclient(Command):
    """XCLIENT: a trusted proxy says whom it speaks for; then all begins anew. To others there is no such command.

    Source: Postfix's XCLIENT_README. Replies as after connecting (RFC 5321 section 3.1).
    """

    name = "XCLIENT"

    def run(self) -> None:
        session = self.session
        if not self.host.trusts(session.transport):
            raise Refused("Unknown command", "500 5.5.1")
        if session.transaction is not None:
            raise Refused("Not within a transaction", "503 5.5.1")
        try:
            said = origin.attributes(self.argument.split())
            decoded = {
                name: _HEX.sub(lambda found: chr(int(found[1], 16)), value) for name, value in said.items()
            }
            whom = origin.origin(decoded)
        except ValueError as error:
            raise Refused(str(error), "501 5.5.4") from None
        session.client = None
        if not self.host.speaks_for(session.transport, whom):
            session.leave("This client may not connect here", "4.7.0")
        else:
            session.answer(220, f"{self.host.hostname} LMTP ready")
