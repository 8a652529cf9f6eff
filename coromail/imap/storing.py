"""What the commands that change messages share: destinations, flags, COPYUID."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from coromail.errors import Bad, InvalidName, No, NoSuchMailbox, NotAllowed
from coromail.imap.view import View
from coromail.imap.wire.sequence_set import compact
from coromail.message.headers import header_end
from coromail.model import acl
from coromail.model.flags import RECENT, SYSTEM_FLAGS, Flags, canonical
from coromail.model.mailbox import Mailbox, NewMessage
from coromail.model.message import Message
from coromail.model.model import Model

if TYPE_CHECKING:
    from coromail.imap.session import Session


def destination(model: Model, path: str) -> Mailbox:
    """The mailbox that messages go to; NO [TRYCREATE] when it could be made (RFC 9051 section 6.3.12)."""
    try:
        mailbox = model.select(path, "i")
    except NoSuchMailbox:
        raise No("There is no such mailbox", code="TRYCREATE") from None
    except InvalidName as error:
        raise No(str(error), code="CANNOT") from None
    if mailbox.read_only:
        raise No("That mailbox cannot be written to", code="NOPERM")
    mailbox.poll()
    return mailbox


def settable(mailbox: Mailbox, names: Iterable[str]) -> list[str]:
    """Flags a client may set. Those that the mailbox does not take are passed over, as is \\Recent.

    RFC 9051 section 7.1, PERMANENTFLAGS: "the server will either ignore the change" or forget it later. What only
    looks like a system flag is BAD.
    """
    wanted = []
    for name in names:
        if mailbox.can_set_flag(name):
            wanted.append(name)
        elif name.startswith("\\") and canonical(name) not in (*SYSTEM_FLAGS, RECENT):
            raise Bad("This flag cannot be set")
    return wanted


def check_header(session: Session, octets: bytes) -> None:
    """Refuse a message whose header has 8-bit characters from a client that did not enable them.

    RFC 9755 section 4 (and RFC 6855 section 4) makes it a MUST for every server with UTF8=ACCEPT. Old mail has
    such headers, and clients that move it cannot mend them: the workaround "raw-headers" takes it as it is.
    """
    if session.utf8 or "UTF8=ACCEPT" in session.off or octets.isascii():
        return
    if "raw-headers" in session.host.imap_workarounds:
        return
    if not octets[: header_end(octets)].isascii():
        raise No("Enable UTF8=ACCEPT to send headers in UTF-8", code="CANNOT")


def permitted(model: Model, mailbox: Mailbox, names: Iterable[str]) -> list[str]:
    """Of these flags, those that the user may set here (RFC 4314 section 4)."""
    rights = model.rights(mailbox)
    return [name for name in names if acl.flag_right(name) in rights]


def withheld(model: Model, mailbox: Mailbox) -> Callable[[str], bool] | None:
    """Whether a flag is none that the user may change here; None when there are no such flags."""
    rights = model.rights(mailbox)
    if rights.issuperset("stw"):
        return None
    return lambda name: acl.flag_right(name) not in rights


def fixed(model: Model, mailbox: Mailbox) -> Callable[[str], bool] | None:
    """Whether a flag is none that a STORE of others may remove; None when there are no such flags."""
    unasked = withheld(model, mailbox)
    if all(map(mailbox.can_set_flag, (*SYSTEM_FLAGS, *mailbox.keywords.values()))):
        return unasked
    return lambda name: not mailbox.can_set_flag(name) or (unasked is not None and unasked(name))


def copy(model: Model, view: View, uids: Sequence[int], target: Mailbox) -> list[tuple[int, int]]:
    """Copy messages, with those of their flags that the user may set there (RFC 4314 section 4)."""
    if withheld(model, target) is None:
        return view.mailbox.copy(uids, target, by=view)
    here = [uid for uid in uids if view.mailbox.has_uid(uid)]
    news = [_copied(model, view.mailbox.message(uid), target) for uid in here]
    added = target.append_all(news) if news else []
    return [(uid, message.uid) for uid, message in zip(here, added, strict=True)]


def move(model: Model, view: View, uids: Sequence[int], target: Mailbox) -> list[tuple[int, int]]:
    """Move messages, with those of their flags that the user may set there."""
    if withheld(model, target) is None:
        return view.mailbox.move(uids, target, by=view)
    pairs = copy(model, view, uids, target)
    view.mailbox.expunge([uid for uid, _ in pairs], by=view)
    return pairs


def _copied(model: Model, message: Message, target: Mailbox) -> NewMessage:
    if not message.copy_allowed(target):
        raise NotAllowed("A message may not be copied there")
    return NewMessage(message.octets(), permitted(model, target, message.flags.names), message.internaldate)


def unchanged(
    view: View, uids: Sequence[int], operation: str, names: Sequence[str], since: int
) -> tuple[list[int], list[int]]:
    """UIDs that pass the test of UNCHANGEDSINCE, and those that do not (RFC 7162 section 3.1.3)."""
    index = view.mailbox.index
    passed: list[int] = []
    failed: list[int] = []
    for uid in uids:
        position = index.position(uid)
        if (
            position < 0
            or index.modseqs[position] <= since
            or (operation and _untouched(view, uid, index.flags[position], names, since))
        ):
            passed.append(uid)
        else:
            failed.append(uid)
    return passed, failed


def _untouched(view: View, uid: int, flags: Flags, names: Sequence[str], since: int) -> bool:
    """Whether others changed only flags that the STORE does not name, as section 3.1.12 wants it found out.

    With 0 the client asks whether the items exist: system flags always do, keywords when they are set.
    """
    if not since:
        return not any(name.startswith("\\") or flags.has(name) for name in names)
    known = view.changed.get(uid) if view.changed else None
    return (
        known is not None
        and known.modseq <= since
        and all(known.flags.has(name) == flags.has(name) for name in names)
    )


def appenduid(model: Model, target: Mailbox, uids: Iterable[int]) -> str | None:
    """The APPENDUID response code (RFC 4315 section 3), None where the user may not read what is there."""
    if "r" not in model.rights(target):
        return None
    return f"APPENDUID {target.uidvalidity} {compact(uids).decode('ascii')}"


def copyuid(model: Model, target: Mailbox, pairs: Sequence[tuple[int, int]]) -> str | None:
    """The COPYUID response code (RFC 4315 section 3), None when nothing was copied, or as with APPENDUID."""
    if not pairs or "r" not in model.rights(target):
        return None
    old = compact(old for old, _ in pairs).decode("ascii")
    new = compact(new for _, new in pairs).decode("ascii")
    return f"COPYUID {target.uidvalidity} {old} {new}"
