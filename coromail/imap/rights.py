"""Rights as clients send and read them (RFC 4314)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.errors import Bad
from coromail.imap.wire import writer
from coromail.model import acl
from coromail.model.mailbox import Mailbox

if TYPE_CHECKING:
    from coromail.imap.session import Session

# What the rights of RFC 2086 stand for (RFC 4314 section 2.1.1).
VIRTUAL = {"c": frozenset("kx"), "d": frozenset("te")}


def shown(rights: frozenset[str]) -> bytes:
    """Rights in the order of the RFC, with the old ones that they are members of."""
    text = "".join(right for right in acl.RIGHTS if right in rights)
    text += "".join(old for old, members in VIRTUAL.items() if members & rights)
    return text.encode() or b'""'


def parse_rights(text: str) -> frozenset[str]:
    """Rights as a client writes them. Raises Bad for one that there is not."""
    rights: set[str] = set()
    for letter in text:
        if letter not in acl.ALL and letter not in VIRTUAL:
            raise Bad("There is no such right")
        rights |= VIRTUAL.get(letter, {letter})
    return frozenset(rights)


def identifier(session: Session, written: bytes) -> str:
    """An identifier in the form in which names of users are compared. Raises Bad when it has none."""
    try:
        text = written.decode()
    except UnicodeDecodeError:
        raise Bad("UTF-8 expected in the identifier") from None
    negative, name = text.startswith("-"), text.removeprefix("-")
    if name != acl.ANYONE:
        auth = session.auth
        name = (auth.prepare_user(name) if auth is not None else None) or ""
    if not name or name.startswith("-"):
        raise Bad("This is no identifier")
    return f"-{name}" if negative else name


def mailbox_word(session: Session, mailbox: Mailbox) -> bytes:
    """The name of a mailbox as this client writes it."""
    return writer.mailbox_name(session.model.name_of(mailbox), session.utf8)


def myrights_line(session: Session, mailbox: Mailbox) -> bytes:
    """`MYRIGHTS name rights` (section 3.8)."""
    return b"MYRIGHTS %s %s" % (mailbox_word(session, mailbox), shown(session.model.rights(mailbox)))
