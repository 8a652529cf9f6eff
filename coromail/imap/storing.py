"""What the commands that change messages share: destinations, flags, COPYUID."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coromail.errors import Bad, InvalidName, No, NoSuchMailbox
from coromail.imap.wire.sequence_set import compact
from coromail.model.flags import RECENT
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


def copyuid(target: Mailbox, pairs: Sequence[tuple[int, int]]) -> str | None:
    """The COPYUID response code (RFC 4315 section 3), None when nothing was copied."""
    if not pairs:
        return None
    old = compact(old for old, _ in pairs).decode("ascii")
    new = compact(new for _, new in pairs).decode("ascii")
    return f"COPYUID {target.uidvalidity} {old} {new}"
