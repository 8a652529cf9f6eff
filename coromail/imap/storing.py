"""What the commands that change messages share: destinations, flags, COPYUID."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coromail.errors import Bad, InvalidName, No, NoSuchMailbox
from coromail.imap.view import View
from coromail.imap.wire.sequence_set import compact
from coromail.model.flags import RECENT, Flags
from coromail.model.mailbox import Mailbox
from coromail.model.model import Model


def destination(model: Model, path: str) -> Mailbox:
    """The mailbox that messages go to; NO [TRYCREATE] when it could be made (RFC 9051 section 6.3.12)."""
    try:
        mailbox = model.select(path)
    except NoSuchMailbox:
        raise No("There is no such mailbox", code="TRYCREATE") from None
    except InvalidName as error:
        raise No(str(error), code="CANNOT") from None
    if mailbox.read_only:
        raise No("That mailbox cannot be written to", code="NOPERM")
    mailbox.poll()
    return mailbox


def settable(mailbox: Mailbox, names: Iterable[str]) -> list[str]:
    """Flags a client may set: \\Recent is passed over, other unknown system flags are BAD."""
    wanted = [name for name in names if name.upper() != RECENT.upper()]
    for name in wanted:
        if not mailbox.can_set_flag(name):
            raise Bad("This flag cannot be set")
    return wanted


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


def copyuid(target: Mailbox, pairs: Sequence[tuple[int, int]]) -> str | None:
    """The COPYUID response code (RFC 4315 section 3), None when nothing was copied."""
    if not pairs:
        return None
    old = compact(old for old, _ in pairs).decode("ascii")
    new = compact(new for _, new in pairs).decode("ascii")
    return f"COPYUID {target.uidvalidity} {old} {new}"
