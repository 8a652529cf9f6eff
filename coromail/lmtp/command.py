"""The base of all LMTP commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from coromail.lmtp.replies import Refused
from coromail.lmtp.transaction import Transaction

if TYPE_CHECKING:
    from coromail.host import Host
    from coromail.lmtp.session import Session


class Command:
    """One command of one client: made when its line is complete, gone when it was answered.

    `name` is the verb. `argument` is what follows it. A `run` that does not raise answers, with `ok`.
    """

    name: ClassVar[str] = ""

    def __init__(self, session: Session, argument: str) -> None:
        self.session = session
        self.argument = argument

    def run(self) -> None:
        """Do it and answer. Raises Refused or a storage error, which become the answer."""
        raise NotImplementedError

    @property
    def host(self) -> Host:
        """The server."""
        return self.session.host

    @property
    def transaction(self) -> Transaction:
        """The transaction that MAIL began. Raises Refused."""
        if self.session.transaction is None:
            raise Refused("MAIL comes first", "503 5.5.1")
        return self.session.transaction

    def no_argument(self) -> None:
        """Raise Refused when there is an argument."""
        if self.argument.strip(" "):
            raise Refused("This command takes no arguments", "501 5.5.4")

    def ok(self, text: str, status: str = "2.0.0") -> None:
        """Answer 250."""
        self.session.answer(250, text, status=status)
