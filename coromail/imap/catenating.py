"""CATENATE: messages made of pieces, some of which are here already (RFC 4469, RFC 5550 section 5.7.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coromail.errors import Bad, No, StorageError
from coromail.imap.bodies import lowered
from coromail.imap.wire.arguments import Arguments
from coromail.imap.wire.url import MessageUrl, parse_relative
from coromail.message.sections import section
from coromail.message.structure import scan
from coromail.model.model import Model

if TYPE_CHECKING:
    from coromail.imap.session import Session

MAX_PARTS = 1_000

_NO_CODE = re.compile(rb"[^\x20-\x5c\x5e-\x7e]")  # what may not stand in a response code


@dataclass(frozen=True, slots=True)
class Url:
    """A piece that is named, as written."""

    text: bytes


Piece = bytes | Url


def parse_pieces(args: Arguments) -> list[Piece]:
    """`(URL "/INBOX/;UID=1" TEXT {3+})`, after CATENATE and the space."""
    pieces = args.parenthesised(lambda: _piece(args))
    if not 1 <= len(pieces) <= MAX_PARTS:
        raise Bad(f"1 to {MAX_PARTS} parts expected")
    return pieces


def _piece(args: Arguments) -> Piece:
    kind = args.try_keyword("TEXT", "URL")
    if kind is None:
        return args.append_data()  # UTF8 (...): RFC 6855 section 4
    args.space()
    return Url(args.astring()) if kind == "URL" else args.append_data()


def join(session: Session, pieces: list[Piece]) -> bytes:
    """The message. Raises No: BADURL for what is not there, TOOBIG when it would be too big."""
    limit = session.host.limits.append
    done: list[bytes] = []
    for piece in pieces:
        octets = _named(session, piece) if isinstance(piece, Url) else piece
        limit -= len(octets)
        if limit < 0:
            raise No("The message would be too big", code="TOOBIG")
        done.append(octets)
    return b"".join(done)


def _named(session: Session, url: Url) -> bytes:
    try:
        octets = read(session.model, parse_relative(url.text))
    except (Bad, StorageError):
        octets = None
    if octets is None:
        shown = _NO_CODE.sub(b"?", url.text[:1000]).decode("ascii")
        raise No("There is nothing at this URL", code=f"BADURL {shown or '?'}")
    return octets


def read(model: Model, url: MessageUrl) -> bytes | None:
    """The octets that a URL stands for, None when there are none. Raises StorageError for those one may not read."""
    mailbox = model.select(url.mailbox)
    mailbox.poll()
    if url.uidvalidity not in (0, mailbox.uidvalidity) or not mailbox.has_uid(url.uid):
        return None
    octets: bytes | None = mailbox.message(url.uid).octets()
    item = url.section
    if octets is not None and (item.path or item.text):
        octets = section(octets, scan(octets), item.path, item.text, lowered(item.fields))
    if octets is not None and item.partial is not None:
        start, count = item.partial
        octets = octets[start : start + count]
    return octets
