"""LHLO."""

from __future__ import annotations

import re

from coromail.lmtp.command import Command
from coromail.lmtp.replies import Refused
from coromail.origin import ATTRIBUTES

# A domain, kindly read, or an address literal; nothing that would break out of a Received line.
_NAME = re.compile(r"[^\x00-\x20\x7f()<>\[\]\\\",;:@]{1,255}|\[[0-9A-Za-z.:-]{1,64}\]")


class Lhlo(Command):
    """LHLO: who the client is, and what the server can do. RFC 2033 section 4.1, RFC 5321 section 4.1.1.1."""

    name = "LHLO"

    def run(self) -> None:
        name = self.argument.strip(" ")
        if not _NAME.fullmatch(name):
            raise Refused("Say who you are: LHLO host.example.org", "501 5.5.4")
        session = self.session
        session.reset()
        session.client = name
        extensions = [
            "PIPELINING",  # RFC 2920
            "8BITMIME",  # RFC 6152
            "SMTPUTF8",  # RFC 6531
            f"SIZE {self.host.limits.append}",  # RFC 1870
            "ENHANCEDSTATUSCODES",  # RFC 2034
        ]
        if session.host.can_start_tls(session.transport):
            extensions.append("STARTTLS")  # RFC 3207
        if session.host.trusts(session.transport):
            extensions.append("XCLIENT " + " ".join(ATTRIBUTES))
        session.answer(250, self.host.hostname, *extensions)
