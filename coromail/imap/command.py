"""The base of all IMAP commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from coromail.errors import No
from coromail.imap.state import State
from coromail.imap.wire.arguments import Arguments

if TYPE_CHECKING:
    from coromail.host import Host
    from coromail.imap.session import Session
    from coromail.imap.view import View
    from coromail.model.mailbox import Mailbox
    from coromail.model.model import Model


class Command:
    """One command of one client: made when its line is complete, gone when it was answered.

    Subclass it, give it a `name` and a `run`, and register it with `Server.add_command`. Falling off the end of
    `run` is `OK`; `raise No("...", code="TRYCREATE")` and `raise Bad("...")` say otherwise; any other exception
    is logged with its traceback and becomes `NO [SERVERBUG]`.

    Class attributes: `name` is the verb (`"UID EXPUNGE"` is a name); `state` the states in which it is legal;
    `writes` that it needs a mailbox opened read-write; `expunges_allowed` that EXPUNGE news may be sent with its
    reply (not where it uses sequence numbers: RFC 9051 section 7.5.1); `poll_after` that news may be sent at all;
    `by_uid` that it does not speak of messages by number, as is forbidden after ENABLE UIDONLY (RFC 9586);
    `needs` the rights on the selected mailbox that it takes (RFC 4314 section 4); `capability` the extension it
    belongs to: where that is switched off, there is no such command.
    """

    name: ClassVar[str] = ""
    state: ClassVar[int] = State.ANY
    writes: ClassVar[bool] = False
    expunges_allowed: bool = True
    poll_after: ClassVar[bool] = True
    by_uid: ClassVar[bool] = True
    needs: ClassVar[str] = ""
    capability: ClassVar[str | None] = None
    completed: ClassVar[bytes] = b""

    def __init_subclass__(cls) -> None:
        cls.completed = b" OK %s completed\r\n" % cls.name.encode("ascii")

    def __init__(self, session: Session, tag: bytes) -> None:
        self.session = session
        self.tag = tag
        self.code: str | None = None
        self.text: str | None = None
        self.answered = False

    # What subclasses override

    def parse(self, args: Arguments) -> None:
        """Take the arguments in; they begin with the space after the name. The default has none."""
        args.end()

    def validate(self) -> None:
        """Refuse (raise No or Bad) what was parsed but cannot be done."""

    def run(self) -> None:
        """Do it."""
        raise No("Not implemented", code="CANNOT")

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
    def model(self) -> Model:
        """What the logged-in user sees."""
        return self.session.model

    @property
    def view(self) -> View:
        """What the client was told of the selected mailbox."""
        return self.session.view

    @property
    def mailbox(self) -> Mailbox:
        """The selected mailbox."""
        return self.session.view.mailbox

    def untagged(self, data: bytes | str) -> None:
        """Send `* data`."""
        if isinstance(data, str):
            data = data.encode()
        self.session.write(b"* " + data + b"\r\n")

    def untagged_ok(self, code: str, text: str = "Noted") -> None:
        """Send `* OK [code] text`."""
        self.session.write(self.session.noted(code, text))

    def ok(self, text: str | None = None, code: str | None = None) -> None:
        """Choose text and response code of the tagged OK."""
        self.text, self.code = text, code

    def answer_now(self, text: str) -> None:
        """Send the tagged OK before what follows it: a change of the protocol below."""
        self.session.write(b"%s OK %s\r\n" % (self.tag, self.session.say(text)))
        self.session.flush()
        self.answered = True

    def continuation(self, data: bytes, then: Callable[[list[bytes]], None]) -> None:
        """Send `+ data`, and give the next line (its segments) to `then` instead of answering now."""
        self.session.write(b"+ " + data + b"\r\n")
        self.await_line(then)

    def await_line(self, then: Callable[[list[bytes]], None]) -> None:
        """Give the next line to `then`; the command is answered when `then` has returned."""
        self.session.await_line(self, then)
