"""Two IMAP commands of your own, loaded by name from the configuration:

commands:
  imap: ["xcommand:XHello", "xcommand:UidXFirst"]
"""

from __future__ import annotations

from coromail import Bad, No
from coromail.imap import Command, State
from coromail.imap.wire.arguments import Arguments


class XHello(Command):
    """XHELLO name: greets. An experimental command (RFC 3501 section 6.5.1)."""

    name = "XHELLO"
    state = State.LOGGED_IN

    def parse(self, args: Arguments) -> None:
        """One argument, an astring."""
        args.space()
        self.who = args.astring()
        args.end()

    def validate(self) -> None:
        """Whom we do not greet."""
        if not self.who:
            raise Bad("XHELLO takes a name")

    def run(self) -> None:
        """An untagged reply; falling off the end is OK."""
        self.untagged(b"XHELLO " + self.who)


class UidXFirst(Command):
    """UID XFIRST flag: the UID of the first message with a flag. A two-word name is a name like others."""

    name = "UID XFIRST"
    state = State.SELECTED

    def parse(self, args: Arguments) -> None:
        """One argument, a flag."""
        args.space()
        self.flag = args.flag()
        args.end()

    def run(self) -> None:
        """Look through the messages in order."""
        for message in self.mailbox.messages:
            if message.has_flag(self.flag):
                self.untagged(f"XFIRST {message.uid}")
                return
        raise No("No message has this flag", code="NONEXISTENT")
