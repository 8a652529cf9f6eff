"""STORE and UID STORE."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coromail.errors import Bad, No
from coromail.imap.command import Command
from coromail.imap.message_limit import cut, make_way
from coromail.imap.news import fetch_lines, tell_keywords
from coromail.imap.state import State
from coromail.imap.storing import fixed, permitted, settable, unchanged
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.sequence_set import compact

OPERATIONS = {"FLAGS": "", "+FLAGS": "+", "-FLAGS": "-"}


def _unchangedsince(args: Arguments) -> int:
    args.space()
    return args.number64()


# Each name, and what reads its value, from the octet after the name.
MODIFIERS: dict[str, Callable[[Arguments], int]] = {"UNCHANGEDSINCE": _unchangedsince}


class Store(Command):
    """STORE: change flags. RFC 3501 section 6.4.6, RFC 9051 section 6.4.6; conditional: RFC 7162 section 3.1.3."""

    name = "STORE"
    state = State.SELECTED
    writes = True
    expunges_allowed = False
    by_uid = False

    def parse(self, args: Arguments) -> None:
        args.space()
        self.numbers = args.sequence_set()
        args.space()
        self.since: int | None = None
        if args.peek() == b"(":
            self.since = args.parameters(MODIFIERS, "STORE modifier").get("UNCHANGEDSINCE")
            args.space()
        item, _, silent = args.atom().upper().partition(".")
        if item not in OPERATIONS or silent not in ("", "SILENT"):
            raise Bad("FLAGS, +FLAGS or -FLAGS expected")
        self.operation = OPERATIONS[item]
        self.silent = bool(silent)
        args.space()
        self.flags = args.flags()
        args.end()

    def run(self) -> None:
        view, session = self.view, self.session
        mailbox = view.mailbox
        wanted: Sequence[int] = view.uids_of(cut(self, session.resolve(self.numbers, self.by_uid)))
        names = settable(mailbox, self.flags)
        if names and not (names := permitted(self.model, mailbox, names)):
            raise No("You may not set these flags here", code="NOPERM")
        uids, modified = wanted, list[int]()
        if self.since is not None:
            session.need_modseqs(view)
            uids, modified = unchanged(view, wanted, self.operation, names, self.since)
        changed = []
        if uids:  # else no keyword is made
            changed = mailbox.store(uids, self.operation, names, by=view, kept=fixed(self.model, mailbox))
        tell_keywords(session, view)
        self._tell(changed, modified)
        code = None
        if modified:
            failed = modified if self.by_uid else filter(None, view.numbers_of(modified))
            code = f"MODIFIED {compact(failed).decode('ascii')}"
        if not self.by_uid and len(changed) + len(modified) < len(wanted):
            code = code or "EXPUNGEISSUED"
            if not self.silent:  # RFC 2180 section 4.2
                make_way(self)
                raise No("Some of the messages are gone", code=code)
        if code is not None:
            make_way(self)
            self.ok("Some had changed before" if modified else "Some are gone", code)

    def _tell(self, changed: Sequence[int], modified: Sequence[int]) -> None:
        """The new flags, or with .SILENT the new modification sequences; why the others were left alone."""
        view, session = self.view, self.session
        lines: list[bytes] = []
        if not self.silent:
            lines = fetch_lines(session, view, changed, with_uid=self.by_uid)
            view.flags_told(changed)
        elif session.condstore and view.mailbox.keeps_modseqs:
            lines = fetch_lines(session, view, changed, with_uid=self.by_uid, with_flags=False)
        lines += fetch_lines(session, view, modified, with_uid=self.by_uid)
        view.flags_told(modified)
        for line in lines:
            session.write(line)


class UidStore(Store):
    """UID STORE: STORE by UID. RFC 3501 section 6.4.8, RFC 9051 section 6.4.9."""

    name = "UID STORE"
    by_uid = True
    expunges_allowed = True
