"""One IMAP client: bytes in, bytes out. No sockets here; see `coromail.server.connection`."""

from __future__ import annotations

import time
from functools import cache

from coromail.errors import Bad, No
from coromail.host import Host, Transport
from coromail.imap import capabilities, news
from coromail.imap.command import Command
from coromail.imap.door import Door
from coromail.imap.notifying import Notify
from coromail.imap.registry import Registry
from coromail.imap.state import State
from coromail.imap.telling import tell_others, tell_selected
from coromail.imap.view import Spans, View
from coromail.imap.wire.sequence_set import SequenceSet
from coromail.message.collation import DEFAULT
from coromail.model import acl
from coromail.model.listener import Listener
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model

# Where clients for which "delay-newmail" is switched on expect new mail.
NEW_MAIL_EXPECTED = frozenset(("NOOP", "CHECK", "IDLE", "SELECT", "EXAMINE"))


class Session(Door):
    """The protocol state of one client: who logged in, what is enabled, what is selected.

    `view` is the selected mailbox as the client knows it. All of it runs in the connection's own greenlet; only
    `wake` and `send_news` come from outside, and only while the client idles.
    """

    __slots__ = (
        "_over",
        "_view",
        "comparator",
        "compressed",
        "condstore",
        "enabled",
        "holds_new_mail",
        "idling",
        "last_poll",
        "last_said",
        "notify",
    )

    def __init__(self, host: Host, transport: Transport, registry: Registry | None = None) -> None:
        super().__init__(host, transport, registry or default_registry())
        self._over = False
        self._view: View | None = None
        self.notify: Notify | None = None
        self.holds_new_mail = False  # EXISTS waits for another command
        self._begin()
        self.compressed = False
        self.last_poll = 0.0
        self.last_said = 0.0

    def _begin(self) -> None:
        """The state of a client that has not logged in."""
        self.state = State.NOT_AUTHENTICATED
        self.auth = None
        self.enabled: frozenset[str] = frozenset()
        self.condstore = False
        self.idling = False
        self.comparator = DEFAULT
        self.language = None
        self.off = capabilities.switched_off(self.host.switched_off(self.transport))
        self.receiver.max_line = self.host.limits.unauth_line

    # What the session is

    @property
    def model(self) -> Model:
        """What the logged-in user sees."""
        assert self.model_ is not None
        return self.model_

    @property
    def view(self) -> View:
        """The selected mailbox as this client knows it."""
        assert self._view is not None
        return self._view

    @property
    def selected(self) -> Mailbox | None:
        """The selected mailbox, or None."""
        return None if self._view is None else self._view.mailbox

    @property
    def user(self) -> str | None:
        """The name of the logged-in user, or None."""
        return None if self.auth is None else self.auth.user

    @property
    def rev2(self) -> bool:
        """Whether the client enabled IMAP4rev2 (RFC 9051 section 6.3.1)."""
        return "IMAP4REV2" in self.enabled

    @property
    def utf8(self) -> bool:
        """Whether names and headers may be sent in UTF-8 (RFC 6855, RFC 9051)."""
        return "UTF8=ACCEPT" in self.enabled or "IMAP4REV2" in self.enabled

    @property
    def uidonly(self) -> bool:
        """Whether the client gave up sequence numbers (RFC 9586)."""
        return "UIDONLY" in self.enabled

    @property
    def qresync(self) -> bool:
        """Whether QRESYNC was enabled, and the selected mailbox can do it (RFC 7162 section 3.2.3)."""
        return "QRESYNC" in self.enabled and (self._view is None or self._view.mailbox.keeps_modseqs)

    @property
    def vanished(self) -> bool:
        """Whether expunges are told by UID (RFC 7162 section 3.2.10, RFC 9586)."""
        return self.uidonly or self.qresync

    @property
    def tells_uids(self) -> bool:
        """Whether FETCH news carries the UID unasked (RFC 7162 section 3.2.4, RFC 9051 section 7.5.2)."""
        return self.rev2 or self.condstore or self.notify is not None

    @property
    def timeout(self) -> float | None:
        """Seconds of silence after which the client is gone, None for ever."""
        limits = self.host.limits
        seconds = limits.unauth_idle if self.state == State.NOT_AUTHENTICATED else limits.auth_idle
        return seconds or None

    # Coming and going

    def greeting(self) -> None:
        """Send the greeting with the capabilities (RFC 9051 section 7.1)."""
        self.announce("connection", self.transport.peer, self.transport.local)
        self.write(b"* OK [%s] %s ready\r\n" % (self.capability(), self.host.hostname.encode()))
        self.flush()

    def capabilities(self) -> list[str]:
        """What the server can do in the present state."""
        return self.host.capability(self, capabilities.capabilities(self))

    def capability(self) -> bytes:
        """`CAPABILITY ...` for the present state."""
        return ("CAPABILITY " + " ".join(self.capabilities())).encode("ascii")

    def timed_out(self) -> None:
        """The client was silent for too long."""
        self.bye("Idle for too long")

    def shutdown(self) -> None:
        """The server stops."""
        self.bye("The server is shutting down", "UNAVAILABLE")

    def closed(self) -> None:
        """The connection is gone: leave the mailbox and close the model. May be called more than once."""
        if self.host.plugins and not self._over:
            self.announce("disconnected")
        self._over = self.closing = True
        self.idling = False
        self._pending = None
        self.deselect()
        self.stop_notify()
        if self.model_ is not None:
            self.model_.close()
        self.receiver.close()

    # What the dialogue asks

    def make_command(self, class_: type[Command], tag: bytes) -> Command:
        return class_(self, tag)

    def check(self, command: Command) -> None:
        if self.uidonly and not command.by_uid:
            raise Bad("Message numbers are switched off", code="UIDREQUIRED")
        if self._view is None:
            return
        if command.writes and self._view.read_only:
            raise No("The mailbox is open for reading only", code="READ-ONLY")
        rights = self.model.rights(self._view.mailbox)
        if not rights.issuperset(command.needs):
            raise No("You may not do that here", code="NOPERM")
        if "r" not in rights and command.state == State.SELECTED:
            self._view.dead = True
            raise No("There is no such mailbox", code="NONEXISTENT")

    def tell_news(self, command: Command, succeeded: bool) -> None:
        if not command.poll_after:
            return
        self.holds_new_mail = (
            "delay-newmail" in self.host.imap_workarounds and command.name not in NEW_MAIL_EXPECTED
        )
        if self._view is not None:
            self.poll(command.expunges_allowed)
        if self.notify is not None:
            tell_others(self, self.notify)
        if self._view is None:
            return
        if self._view.modseq_due:
            if succeeded and command.code is None:
                self._view.modseq_due = False
                command.code = f"HIGHESTMODSEQ {self._view.modseq_told}"
            else:
                self.write(news.modseq_line(self, self._view))

    def answered(self) -> None:
        if self._view is not None and self._view.dead:
            self.bye("The selected mailbox was deleted")

    def interrupted(self) -> None:
        self.end_idle()

    # Changing course

    def log_out(self) -> None:
        """Forget who logged in and all that came of it; only TLS stays (RFC 8437 section 3)."""
        self.deselect()
        self.stop_notify()
        self.host.logged_out(self.user or "", self.transport.peer)
        if self.model_ is not None:
            self.model_.close()
            self.model_ = None
        self._begin()
        self.lines = 0
        if self.compressed:
            self.compressed = False
            self.transport.stop_deflate()

    def compress(self) -> None:
        """Compress both directions from now on (RFC 4978 section 3)."""
        self.compressed = True
        self.transport.start_deflate(self.receiver.take_rest())

    # The selected mailbox

    def select(self, mailbox: Mailbox, read_only: bool) -> View:
        """Open a mailbox; one that was open is left."""
        self.deselect()
        rights = self.model.rights(mailbox)
        read_only = read_only or mailbox.read_only or rights.isdisjoint(acl.WRITE)
        self._view = View(mailbox, read_only, rights=rights)
        self._listen()
        self.state = State.SELECTED
        return self._view

    def deselect(self) -> None:
        """Leave the selected mailbox, if there is one, without expunging."""
        if self._view is not None:
            view, self._view = self._view, None
            view.close()
            if self.state == State.SELECTED:
                self.state = State.AUTHENTICATED

    def enable(self, names: frozenset[str]) -> None:
        """Switch extensions on for the rest of the connection (RFC 5161)."""
        self.enabled |= names
        if names & {"CONDSTORE", "QRESYNC"}:
            self.use_condstore()

    def use_condstore(self) -> None:
        """The client used CONDSTORE: from now on it is told modification sequences (RFC 7162 section 3.1)."""
        if not self.condstore:
            self.condstore = True
            if self._view is not None and self._view.mailbox.keeps_modseqs:
                self.write(news.modseq_line(self, self._view))

    def need_modseqs(self, view: View) -> None:
        """BAD where the server said NOMODSEQ (RFC 7162 section 3.1.2.2); else like `use_condstore`."""
        if not view.mailbox.keeps_modseqs:
            raise Bad("This mailbox has no modification sequences")
        self.use_condstore()

    def _see_rights(self, view: View) -> None:
        """Tell what the user may set now, if that has changed (RFC 4314 section 5.1.1)."""
        rights = self.model.rights(view.mailbox)
        if rights != view.rights:
            view.rights = rights
            if "r" not in rights:
                view.dead = True
                return
            for line in news.flags_lines(self, view):
                self.write(line)

    def poll(self, expunges_allowed: bool, force: bool = False) -> None:
        """Let the world outside in, if that is due, and send the news."""
        view = self._view
        if view is None:
            return
        every = self.host.poll_every
        if not every or force or time.monotonic() - self.last_poll >= every:
            view.mailbox.poll()
            if every:
                self.last_poll = time.monotonic()
        if view.news:
            self._see_rights(view)
            tell_selected(self, view, expunges_allowed)
        else:
            view.modseq_told = view.mailbox.highestmodseq

    @property
    def _at_once(self) -> bool:
        """Whether the client hears of the selected mailbox as soon as something happens there."""
        if self.idling or self.notify is None:
            return self.idling
        selected = self.notify.selected
        return selected is not None and not selected.delayed

    def _listen(self) -> None:
        if self._view is not None:
            self._view.wake = self.transport.wake if self._at_once else None

    def begin_notify(self) -> None:
        """NOTIFY has begun: tell what has come together, from now on as the client wants it."""
        self._listen()
        if self._view is not None:
            self._view.news = True
            self.poll(expunges_allowed=True, force=True)

    def stop_notify(self) -> None:
        """Tell nothing of other mailboxes any more."""
        if self.notify is not None:
            self.notify.close()
            self.notify = None

    @property
    def listener(self) -> Listener | None:
        """On whose behalf this client changes mailboxes."""
        return self._view

    def made_by(self, listener: Listener | None) -> bool:
        """Whether what a listener did was done by this client."""
        return listener is not None and listener is self._view

    def send_news(self) -> None:
        """Something happened that the client wants to hear at once: it idles, or used NOTIFY."""
        if self.notify is not None and not self.closing:
            tell_others(self, self.notify)
            self.flush()
        if self._at_once and self._view is not None and not self.closing:
            self._see_rights(self._view)
            tell_selected(self, self._view, expunges_allowed=True)
            if self._view.modseq_due:
                self.write(news.modseq_line(self, self._view))
            if self._view.dead:
                self.bye("The selected mailbox was deleted")
            self.flush()
            self.last_said = time.monotonic()

    def keep_alive(self, now: float) -> None:
        """Say that we are still here, if the client idles and heard nothing for some time (`time.monotonic`)."""
        every = self.host.limits.idle_keepalive
        if self.idling and every and now - self.last_said >= every and not self.closing:
            self.last_said = now
            self.write(self.noted(None, "Still here"))
            self.flush()

    def begin_idle(self) -> None:
        """From now on news asks for `send_news` at once; what came in between is told first."""
        self.idling = True
        self.holds_new_mail = False
        self.last_said = time.monotonic()
        self._listen()
        if self._view is not None:
            self.poll(expunges_allowed=True, force=True)

    def end_idle(self) -> None:
        """News waits for the next command again."""
        self.idling = False
        self._listen()

    def spans(self, numbers: SequenceSet, by_uid: bool) -> Spans:
        """Positions in the view that a set names; numbers the client does not know are left out."""
        return self.view.spans(numbers, by_uid)

    def resolve(self, numbers: SequenceSet, by_uid: bool) -> Spans:
        """Positions in the view. Raises Bad for a sequence number that there is not (RFC 9051 section 9)."""
        if not by_uid and numbers.beyond(self.view.known):
            raise Bad("There is no message of that number")
        return self.spans(numbers, by_uid)


@cache
def default_registry() -> Registry:
    """The built-in commands."""
    from coromail.imap.commands import COMMANDS

    return Registry(COMMANDS)
