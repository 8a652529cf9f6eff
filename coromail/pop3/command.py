"""The base of all POP3 commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from coromail.errors import Bad, Err
from coromail.pop3.state import State

if TYPE_CHECKING:
    from coromail.host import Host
    from coromail.pop3.maildrop import Maildrop
    from coromail.pop3.session import Session


class Command:
    """One command of one client: made when its line is complete, gone when it was answered.

    Subclass it, give it a `name` and a `run`, and register it with `Server.add_command`. A `run` that does
    not raise answers, with `ok` or what it writes itself. `raise Err("...", code="SYS/TEMP")` answers -ERR;
    `raise Bad("...")` does too, and counts as one of the mistakes of which a client may make only so many;
    any other exception is logged with its traceback and becomes -ERR [SYS/PERM].

    Class attributes: `name` is the keyword; `state` the states in which it is legal (RFC 1939 section 3);
    `capability` the CAPA lines that it adds in both states, None for none.
    """

    name: ClassVar[str] = ""
    state: ClassVar[State] = State.TRANSACTION
    capability: ClassVar[str | None] = None

    def __init__(self, session: Session) -> None:
        self.session = session

    # What subclasses override

    def parse(self, arguments: bytes) -> None:
        """Take in what follows the keyword and its space; the default wants nothing there. Raises Bad."""
        if arguments.strip(b" "):
            raise Bad("This command takes no arguments")

    def run(self) -> None:
        """Do it and answer."""
        raise Err("Not implemented")

    # What they use

    @property
    def host(self) -> Host:
        """The server."""
        return self.session.host

    @property
    def server(self) -> Host:
        """The server."""
        return self.session.host

    @property
    def maildrop(self) -> Maildrop:
        """The messages of the user who is logged in."""
        return self.session.maildrop

    def ok(self, text: str = "", *values: object) -> None:
        """Answer +OK. `text` is translated (RFC 6856 section 3), then filled with `values` (`%`)."""
        self.session.ok(text, *values)

    def write(self, data: bytes, kind: str = "data") -> None:
        """Send octets as they are: the lines of a multi-line response, or a status line ("response")."""
        self.session.write(data, kind)

    def await_line(self, then: Callable[[bytes], None]) -> None:
        """Give the client's next line to `then`, which answers for this command."""
        self.session.await_line(self, then)


class MessageCommand(Command):
    """A command whose only argument is a message-number; `index` is its place in the maildrop, from 0."""

    index: int

    def parse(self, arguments: bytes) -> None:
        self.index = self.maildrop.index(arguments.strip(b" "))
