"""OLDNAME: under which name a mailbox goes that an IMAP4rev2 client called otherwise (RFC 9051 section 6.3.9.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.imap.wire import writer

if TYPE_CHECKING:
    from coromail.imap.session import Session


def differs(supplied: bytes, name: str) -> bool:
    """Whether the server has another name than the one that the client supplied."""
    return supplied.decode() != name and supplied.upper() != b"INBOX"


def announce(session: Session, supplied: bytes, name: str, attributes: bytes = b"") -> None:
    """Send LIST with OLDNAME to a client that knows it, if `name` is not what it supplied."""
    if not session.rev2 or not differs(supplied, name):
        return
    separator = session.model.separator
    session.write(
        b'* LIST (%s) %s %s ("OLDNAME" (%s))\r\n'
        % (
            attributes,
            writer.quoted(separator.encode()) if separator else b"NIL",
            writer.mailbox_name(name, utf8=True),
            writer.mailbox_name(supplied.decode(), utf8=True),
        )
    )
