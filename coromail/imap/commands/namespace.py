"""NAMESPACE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coromail.imap.command import Command
from coromail.imap.languages import translate
from coromail.imap.state import State
from coromail.imap.wire import mutf7, writer
from coromail.model.model import Namespace as Entry

if TYPE_CHECKING:
    from coromail.imap.session import Session


class Namespace(Command):
    """NAMESPACE: where personal, others' and shared mailboxes are. RFC 2342 section 5, RFC 9051 section 6.3.10."""

    name = "NAMESPACE"
    state = State.LOGGED_IN
    capability = "NAMESPACE"

    def run(self) -> None:
        self.untagged(namespace_line(self.session))


def namespace_line(session: Session) -> bytes:
    """`NAMESPACE personal others shared`, with the prefixes as people are shown them (RFC 5255 section 3.4)."""
    return b"NAMESPACE " + b" ".join(_group(session, group) for group in session.model.namespaces())


def _group(session: Session, entries: Sequence[Entry]) -> bytes:
    if not entries:
        return b"NIL"
    return b"(%s)" % b"".join(_entry(session, entry) for entry in entries)


def _entry(session: Session, entry: Entry) -> bytes:
    prefix = writer.quoted(entry.prefix.encode() if session.utf8 else mutf7.encode(entry.prefix))
    separator = b"NIL" if entry.separator is None else writer.quoted(entry.separator.encode())
    shown = entry.prefix if session.language is None else translate(entry.prefix)
    if shown == entry.prefix:
        return b"(%s %s)" % (prefix, separator)
    return b'(%s %s "TRANSLATION" (%s))' % (prefix, separator, writer.quoted(mutf7.encode(shown)))
