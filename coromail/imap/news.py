"""What happened in the selected mailbox, in untagged lines (RFC 9051 sections 5.2, 7.4, 7.5)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from coromail.imap.wire.sequence_set import compact
from coromail.model import acl
from coromail.model.flags import SYSTEM_FLAGS

if TYPE_CHECKING:
    from coromail.imap.session import Session
    from coromail.imap.view import View
    from coromail.model.mailbox import Mailbox

MAX_CACHED = 4096  # octets of all names of flags: such lists are remembered


def collect(session: Session, view: View, expunges_allowed: bool) -> list[bytes]:
    """The lines for all news of the view: FETCH, then EXISTS or EXPUNGE; they count as told."""
    lines: list[bytes] = []
    view.news = False
    recent = view.recents
    if len(view.mailbox.keywords) != view.keywords_told:
        lines += flags_lines(session, view)
    if view.rekeyed:
        view.rekeyed = False
        lines.append(session.noted("URLMECH INTERNAL", "The key is another one now"))
    if view.changed:
        lines += fetch_lines(session, view, view.take_changed())
    if view.gone:
        view.modseq_due = session.qresync
        if not expunges_allowed:
            view.news = True
            return lines
        lines += expunge_lines(session, view)
    if session.holds_new_mail:
        view.news = True
        return lines
    exists = view.take_added()
    if exists is not None:
        lines.append(b"* %d EXISTS\r\n" % exists)
    if not session.rev2 and (exists is not None or view.recents != recent):
        lines.append(b"* %d RECENT\r\n" % view.recents)
    view.modseq_told = view.mailbox.highestmodseq
    return lines


def modseq_line(session: Session, view: View) -> bytes:
    """HIGHESTMODSEQ: up to where the client has been told everything (RFC 7162 section 3.1.2.1)."""
    view.modseq_due = False
    return session.noted(f"HIGHESTMODSEQ {view.modseq_told}", "Told up to here")


def tell_keywords(session: Session, view: View) -> None:
    """FLAGS and PERMANENTFLAGS, if there are keywords that the client was not told of: before they are seen anywhere."""
    if len(view.mailbox.keywords) != view.keywords_told:
        session.write_lines(flags_lines(session, view))


def flags_lines(session: Session, view: View) -> list[bytes]:
    """FLAGS and PERMANENTFLAGS (RFC 9051 sections 7.3.5 and 7.1)."""
    view.keywords_told = len(view.mailbox.keywords)
    names = flag_names(view.mailbox)
    permanent = _permanent if len(names) <= MAX_CACHED else _permanent.__wrapped__
    settable = "" if view.read_only else permanent(names, view.rights, view.mailbox.can_set_flag("keyword"))
    return [
        b"* FLAGS (%s)\r\n" % names,
        session.noted(f"PERMANENTFLAGS ({settable})", "Flags that are kept"),
    ]


@lru_cache(256)
def _permanent(names: bytes, rights: frozenset[str], new: bool) -> str:
    """Of these flags, those that the rights allow to set (RFC 4314 section 5.1.1); `new`: of new keywords any."""
    wanted = [*names.decode("ascii").split(), *(["\\*"] if new else [])]
    return " ".join(name for name in wanted if acl.flag_right(name) in rights)


def flag_names(mailbox: Mailbox) -> bytes:
    """The system flags and all keywords in use."""
    return " ".join([*filter(mailbox.can_set_flag, SYSTEM_FLAGS), *mailbox.keywords.values()]).encode("ascii")


def fetch_lines(
    session: Session, view: View, uids: Iterable[int], with_uid: bool = False, with_flags: bool = True
) -> list[bytes]:
    """FETCH responses with the flags of messages that changed, or with their modification sequences only."""
    index = view.mailbox.index
    with_uid = with_uid or session.tells_uids
    with_modseq = session.condstore and view.mailbox.keeps_modseqs
    lines = []
    for uid in uids:
        position = index.position(uid)
        number = view.sequence(uid)
        if position < 0 or not number:
            continue
        items = b"MODSEQ (%d)" % index.modseqs[position] if with_modseq else b""
        if with_flags:
            flags = index.flags[position].wire
            if view.is_recent(uid) and not session.rev2:
                flags = flags + b" \\Recent" if flags else b"\\Recent"
            items = b"FLAGS (%s)%s%s" % (flags, b" " if items else b"", items)
        if session.uidonly:
            lines.append(b"* %d UIDFETCH (%s)\r\n" % (uid, items))
        elif with_uid:
            lines.append(b"* %d FETCH (UID %d %s)\r\n" % (number, uid, items))
        else:
            lines.append(b"* %d FETCH (%s)\r\n" % (number, items))
    return lines


def expunge_lines(session: Session, view: View) -> list[bytes]:
    """EXPUNGE, highest number first so that numbers hold while they are read; VANISHED where it is enabled."""
    if session.vanished:
        gone = view.take_gone()
        return [b"* VANISHED %s\r\n" % compact(gone)] if gone else []
    numbers = sorted((view.sequence(uid) for uid in view.gone or ()), reverse=True)
    view.take_gone()
    return [b"* %d EXPUNGE\r\n" % number for number in numbers if number]
